"""Rates: the bursts that the document expects, 1,000 requests a second, hot keys and shards, the latency alarm's 50 ms.

What needs capacity runs in virtual time, with ceilings and rates scaled down alike; what needs a clock runs over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, read_all
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.driving import Driven, Request, drive
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.loads import of_bench as load_of_bench
from dynarig.workloads.claims.miyabi.traffic import SYSTEM, of_bench, send
from dynarig.workloads.claims.register import checks
from dynarig.workloads.histogram import Histogram

_SCALE = 0.02
_MINUTES = 10


def table_of(bench: Bench) -> str:
    """The estate's one table."""
    return next(iter(bench.definitions(SYSTEM)))


def fresh(bench: Bench, **settings: Any) -> VirtualEmulator:
    """The table, empty, on an emulator of its own."""
    emulator = bench.virtual(region="ap-northeast-1", **settings)
    emulator.create(next(iter(bench.definitions(SYSTEM).values())))
    return emulator


def _enforced(bench: Bench) -> VirtualEmulator:
    return fresh(bench, capacity="enforce", capacity_scale=_SCALE)


def _driven(emulator: VirtualEmulator, rate: float, seconds: int, request: Callable[[int], Request]) -> Driven:
    return drive(emulator, max(1, round(rate * _SCALE)), seconds, request)


def _put(bench: Bench, partition: str, number: int, **more: Any) -> Request:
    item = {"PK": {"S": partition}, "SK": {"S": f"ITEM#{number:08d}"}, **more}
    return "PutItem", {"TableName": table_of(bench), "Item": item}


@checks("MYB-04")
def spikes(claim: Claim, bench: Bench) -> Finding:
    """Steps of writes on random users against a new table, and one user alone."""
    draw = Random(bench.options.seed)

    def spread(number: int) -> Request:
        return _put(bench, f"USER#{UUID(int=draw.getrandbits(128))}", number)

    steps = {rate: _driven(_enforced(bench), rate, 30, spread).share_refused for rate in (2_000, 8_000)}
    one = _driven(_enforced(bench), 2_000, 30, lambda number: _put(bench, "USER#one", number)).share_refused
    return Finding(
        PARTLY if steps[2_000] < 0.01 and steps[8_000] and one else HOLDS if not steps[8_000] else FAILS,
        f"2,000 writes a second: {steps[2_000]:.0%} throttled; 8,000: {steps[8_000]:.0%}; 2,000 on one user: {one:.0%}",
        "A new table takes 4,000 writes and 12,000 reads a second and twice its peak later; a key takes 1,000.",
        value=steps[8_000],
        unit="share throttled at 8,000/s",
        evidence={"spread": {str(rate): share for rate, share in steps.items()}, "one_user": one},
    )


@checks("MYB-05")
def read_burst(claim: Claim, bench: Bench) -> Finding:
    """100 read units a second for ten minutes, on many users and on one."""
    table, rate = table_of(bench), claim.number("burst") * 2  # eventually consistent reads of up to 4 KB

    def burst(users: int) -> Driven:
        emulator = _enforced(bench)
        for number in range(users):
            emulator.call("PutItem", {"TableName": table, "Item": _key(number)})
            emulator.clock.advance(1)
        return _driven(
            emulator, rate, _MINUTES * 60, lambda n: ("GetItem", {"TableName": table, "Key": _key(n % users)})
        )

    many, one = burst(100), burst(1)
    return Finding(
        HOLDS if not many.refused and not one.refused else FAILS,
        f"{many.refused} of {many.accepted:,} reads throttled on 100 users, {one.refused} on one, at {rate:g} a second",
        "Far below what a new table (12,000) and one partition (3,000) take. The real mix at 1,000 requests a second "
        f"takes {_mix_units(bench)[0]:,.0f} read units a second.",
        value=many.refused + one.refused,
        unit="throttled reads",
        evidence={"many": many.to_json()["reasons"], "one": one.to_json()["reasons"], "scale": _SCALE},
    )


def _key(number: int) -> dict[str, Any]:
    return {"PK": {"S": f"USER#{number}"}, "SK": {"S": "METADATA"}}


def _mix_units(bench: Bench) -> tuple[float, float]:
    """Read and write units a second of the real mix at 1,000 requests a second."""
    traffic = of_bench(bench)
    total = sum(traffic.requests.values())
    units = {
        kind: sum(each for (of, _), each in traffic.units.items() if of == kind) / total * 1_000
        for kind in ("read", "write")
    }
    return units["read"], units["write"]


@checks("MYB-06")
def write_burst(claim: Claim, bench: Bench) -> Finding:
    """50 write units a second for ten minutes: executions, each two items and an index entry."""
    rate = claim.number("burst")
    emulator = _enforced(bench)
    driven = _driven(emulator, rate, _MINUTES * 60, lambda number: _put(bench, f"EXEC#{number % 50}", number))
    execution = _execution_units(bench)
    return Finding(
        HOLDS if not driven.refused else FAILS,
        f"{driven.refused} of {driven.accepted:,} writes throttled at {rate:g} a second; an execution takes "
        f"{execution:g} write units, so {rate:g} units are {rate / execution:.0f} executions a second",
        "Far below 4,000 and 1,000. The real mix at 1,000 requests a second takes "
        f"{_mix_units(bench)[1]:,.0f} write units a second, indexes included.",
        value=driven.refused,
        unit="throttled writes",
        evidence={"units_an_execution": execution, "scale": _SCALE},
    )


def _execution_units(bench: Bench) -> float:
    """Write units of an execution's two items, as the document's examples have them."""
    emulator = fresh(bench)
    items = [item for item in bench.items(SYSTEM, table_of(bench)) if item["EntityType"]["S"] == "AGENT_EXECUTION"]
    primary = next(item for item in items if "GSI1PK" in item)
    lookup = next(item for item in items if "GSI1PK" not in item)
    total = 0.0
    for item in (primary, lookup):
        request = {"TableName": table_of(bench), "Item": item, "ReturnConsumedCapacity": "TOTAL"}
        total += emulator.call("PutItem", request)["ConsumedCapacity"]["CapacityUnits"]
    return total


@checks("MYB-07")
def status_index(claim: Claim, bench: Bench) -> Finding:
    """New running executions at several rates: when the status's partition of GSI1 holds the table back."""
    shares = {}
    for rate in (500, 1_000, 2_000):
        emulator = _enforced(bench)
        shares[rate] = _driven(emulator, rate, 300, lambda number: _running(bench, number)).share_refused
    return Finding(
        PARTLY if not shares[500] and shares[2_000] else HOLDS if not shares[2_000] else FAILS,
        ", ".join(f"{rate:,} writes a second: {share:.0%} throttled" for rate, share in shares.items()),
        "The index answers by status, and takes 1,000 write units a second for one status: enough for the expected 50, "
        "not for 1,000 writes a second and more.",
        value=shares[2_000],
        unit="share throttled at 2,000/s",
        evidence={str(rate): share for rate, share in shares.items()},
    )


def _running(bench: Bench, number: int) -> Request:
    started = {"S": f"2025-11-29T10:00:00.{number:08d}Z"}
    return _put(bench, f"REPO#{number % 997}", number, GSI1PK={"S": "STATUS#running"}, GSI1SK=started)


@checks("MYB-29")
def write_sharding(claim: Claim, bench: Bench) -> Finding:
    """One user's 3,000 writes a second over 1 to 8 shards, and what reading all shards takes."""
    accepted, queries = {}, {}
    for shards in (1, 2, 4, 8):
        emulator = _enforced(bench)
        driven = _driven(emulator, 3_000, 60, partial(_put_shard, bench, shards))
        accepted[shards] = driven.accepted_per_second / _SCALE
        queries[shards] = _scatter_units(bench, shards)
    limit = claim.number("limit per partition")
    rises = list(accepted.values()) == sorted(accepted.values()) and accepted[8] > 2 * accepted[1]
    return Finding(
        HOLDS if accepted[1] < 1.1 * limit and rises else FAILS,
        ", ".join(f"{shards} shards: {rate:,.0f} of 3,000 writes a second" for shards, rate in accepted.items())
        + f"; a read of all takes {queries[1]:g} units with one shard, {queries[8]:g} with eight",
        "Shards spread a hot user over partitions as their hashes fall; every read of the user must then ask each "
        "shard.",
        value=accepted[8],
        unit="writes a second with 8 shards",
        evidence={
            "accepted_by_shards": {str(shards): rate for shards, rate in accepted.items()},
            "read_units_by_shards": {str(shards): units for shards, units in queries.items()},
        },
    )


def _put_shard(bench: Bench, shards: int, number: int) -> Request:
    return _put(bench, f"USER#hot#{number % shards}", number)


def _scatter_units(bench: Bench, shards: int) -> float:
    emulator = fresh(bench)
    table = table_of(bench)
    put_all(emulator, table, (_put(bench, f"USER#hot#{n % shards}", n)[1]["Item"] for n in range(64)))
    return sum(
        read_all(
            emulator,
            "Query",
            {
                "TableName": table,
                "KeyConditionExpression": "PK = :p",
                "ExpressionAttributeValues": {":p": {"S": f"USER#hot#{shard}"}},
            },
        ).units
        for shard in range(shards)
    )


@checks("MYB-20")
def latency_alarm(claim: Claim, bench: Bench) -> Finding:
    """p99 of three times kept apart: in the server, as the service is modelled to take, and as the client saw it."""
    limit = claim.number("p99")
    load = load_of_bench(bench)
    modelled = _modelled_p99(bench)
    single = {name: each for name, each in modelled.items() if not name.startswith("Transact")}
    worst = max(single, key=lambda name: single[name])
    client = load.to_json()["client_ms"]["p99"]
    above = sorted(name for name, each in modelled.items() if each > limit)
    return Finding(
        HOLDS if not above else FAILS if len(above) == len(modelled) else PARTLY,
        f"modelled p99 {single[worst]:.1f} ms at most ({worst}), TransactWriteItems "
        f"{modelled['TransactWriteItems']:.0f} ms; "
        f"in the server here {load.service_p99_ms:.2f} ms; client {client:.1f} ms at {load.rate:,.0f} a second",
        "Single-item calls and queries stay well below; a transaction's p99, as measured on the service, can pass 50 "
        "ms, "
        "and the document defines no such alarm in its Terraform. A local server proves only itself.",
        value=max(single.values()),
        unit="ms (p99, modelled)",
        evidence={"modelled_p99_ms": modelled, "above": above, "load": load.to_json()},
        disagreement=f"the rule names TransactWriteItems as well; above {limit:g} ms as modelled: {', '.join(above)}.",
    )


def _modelled_p99(bench: Bench) -> dict[str, float]:
    """p99 in milliseconds by operation, of a thousand calls each by the latency model."""
    emulator = fresh(bench, latency="service")
    table = table_of(bench)
    put = _put(bench, "USER#1", 1)[1]
    condition = {"KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "USER#1"}}}
    calls: dict[str, dict[str, Any]] = {
        "PutItem": put,
        "GetItem": {"TableName": table, "Key": {"PK": {"S": "USER#1"}, "SK": {"S": "ITEM#00000001"}}},
        "Query": {"TableName": table, **condition},
        "TransactWriteItems": {"TransactItems": [{"Put": put}, {"Put": _put(bench, "USER#2", 2)[1]}]},
    }
    found = {}
    for operation, request in calls.items():
        latency = Histogram()
        for _ in range(1_000):
            before = emulator.clock.now()
            emulator.call(operation, request)
            latency.record(emulator.clock.now() - before)
        found[operation] = latency.percentiles((99.0,))[0] * 1e3
    return found


@checks("MYB-35")
def thousand_a_second(claim: Claim, bench: Bench) -> Finding:
    """The mix at 1,000 requests a second over HTTP, and in virtual time with capacity enforced."""
    rate = claim.number("load")
    load = load_of_bench(bench, rate=rate)
    enforced = send(bench, 6_000, rate, capacity="enforce")
    client = load.to_json()["client_ms"]
    share = sum(enforced.throttles.values()) / sum(enforced.requests.values())
    kept = load.sent >= 0.99 * load.intended and not load.failed
    return Finding(
        HOLDS if kept else FAILS,
        f"{load.rate:,.0f} requests a second over HTTP, {load.failed} failed, client p50 {client['p50']:.1f} ms, p99 "
        f"{client['p99']:.1f} ms; {load.read_units_a_second:,.0f} read and {load.write_units_a_second:,.0f} write "
        "units a "
        f"second; with capacity enforced {share:.1%} throttled in the first seconds",
        "The table takes it. It is more than the 100 read and 50 write units a second that the capacity section "
        "expects.",
        value=load.rate,
        unit="requests a second",
        evidence={"load": load.to_json(), "enforced": enforced.to_json()},
    )
