"""What spreads load and what does not: hash keys, indexes by status and by account, tables beside each other.

Everything runs in virtual time with capacity enforced, so throttles are the model's: 1,000 write units a second for a
partition, index back-pressure on all writes of the table once its buffer is full. Ceilings and rates are scaled down
alike, so that minutes of virtual time take seconds; figures are told as at full scale.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

from dynarig.emulator.model.tokens import token_of
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import describe
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.driving import Driven, Request, drive
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.listbackup.tables import PREFIX, SYSTEM
from dynarig.workloads.claims.register import checks

_STATUSES = ("pending", "running", "completed", "failed")
_SCALE = 0.02
_SECONDS = 300  # an index's buffer takes some of them to fill
_RATE = 2_000


def _enforced(bench: Bench, *tables: str) -> VirtualEmulator:
    emulator = bench.virtual(capacity="enforce", capacity_scale=_SCALE)
    for table in tables:
        emulator.create(bench.definitions(SYSTEM)[PREFIX + table])
    return emulator


def _driven(emulator: VirtualEmulator, rate: float, request: Callable[[int], Request]) -> Driven:
    """A load of so many requests a second at full scale."""
    return drive(emulator, round(rate * _SCALE), _SECONDS, request)


def _index_reasons(driven: Driven) -> int:
    return sum(count for reason, count in driven.reasons.items() if reason.startswith("Index"))


@checks("LBK-04")
def activities(claim: Claim, bench: Bench) -> Finding:
    """2,000 events a second, accounts by Zipf: what the table's key is, and what throttles."""
    emulator = _enforced(bench, "activity")
    key = describe(emulator, PREFIX + "activity")["KeySchema"][0]["AttributeName"]
    draw = Random(bench.options.seed)
    accounts = [f"account-{number}" for number in range(200)]
    weights = [1 / (rank + 1) ** 1.5 for rank in range(len(accounts))]

    def event(number: int) -> Request:
        item = {
            "eventId": {"S": str(UUID(int=draw.getrandbits(128)))},
            "accountId": {"S": draw.choices(accounts, weights)[0]},
            "timestamp": {"N": str(int(emulator.clock.now() * 1000) + number)},
        }
        return "PutItem", {"TableName": PREFIX + "activity", "Item": item}

    driven = _driven(emulator, 2 * _RATE, event)
    by_account = key == "accountId"
    return Finding(
        HOLDS if by_account and not driven.refused else FAILS,
        f"the hash key is {key}; {driven.share_refused:.0%} of 4,000 writes a second throttled, "
        f"{_index_reasons(driven) / max(1, driven.refused):.0%} of them for AccountIndex",
        "The table is spread by eventId. accountId is the hash of AccountIndex, where the largest account is a hot "
        "key, "
        "and an index that cannot keep up holds back the table's writes.",
        value=driven.share_refused,
        unit="share of writes throttled",
        evidence={"hash_key": key, **driven.to_json()},
    )


def _status_changes(bench: Bench, shards: int) -> Driven:
    emulator = _enforced(bench, "jobs")
    draw = Random(bench.options.seed)

    def job(number: int) -> Request:
        status = _STATUSES[0]
        shard = f"#{draw.randrange(shards)}" if shards > 1 else ""
        item = {
            "jobId": {"S": str(UUID(int=draw.getrandbits(128)))},
            "status": {"S": status + shard},
            "createdAt": {"S": f"2025-11-29T10:00:{number % 60:02d}.{number:06d}Z"},
        }
        return "PutItem", {"TableName": PREFIX + "jobs", "Item": item}

    return _driven(emulator, _RATE, job)


@checks("LBK-05")
def job_status(claim: Claim, bench: Bench) -> Finding:
    """2,000 new jobs a second, all pending: with the status as the index's hash, and with ten shards of it."""
    keys = [element["AttributeName"] for element in bench.definitions(SYSTEM)[PREFIX + "jobs"].create["KeySchema"]]
    plain, sharded = _status_changes(bench, 1), _status_changes(bench, 10)
    avoids = "status" in keys[1:] and not plain.refused
    return Finding(
        HOLDS if avoids else FAILS,
        f"the table's key is {'/'.join(keys)}; {plain.share_refused:.0%} of {_RATE:,} writes a second throttled with "
        "one "
        f"status, {sharded.share_refused:.0%} with ten shards of it",
        "It is the reverse: status is the hash key of StatusTimeIndex, which makes its partition hot; a sort key never "
        "spreads load. Shards of the status do.",
        value=plain.share_refused,
        unit="share of writes throttled",
        evidence={"one_status": plain.to_json(), "ten_shards": sharded.to_json()},
    )


@checks("LBK-15")
def even_keys(claim: Claim, bench: Bench) -> Finding:
    """A hundred thousand UUIDs on sixteen equal ranges of the key hash, and the indexes' few values beside them."""
    count, ranges = 100_000, 16
    draw = Random(bench.options.seed)
    uuids = _spread((str(UUID(int=draw.getrandbits(128))) for _ in range(count)), ranges)
    statuses = _spread((_STATUSES[number % 4] for number in range(count)), ranges)
    mean = count / ranges
    ratio = max(uuids) / mean
    expected_excess = 4 / mean**0.5  # four standard deviations of a fair spread
    return Finding(
        HOLDS if ratio < 1 + expected_excess else FAILS,
        f"largest over mean {ratio:.3f} for UUIDs, {max(statuses) / mean:.1f} for four statuses",
        "UUIDs spread evenly over the key hash; an index by status, type, category or account does not.",
        value=ratio,
        unit="largest over mean",
        evidence={"uuids": uuids, "statuses": statuses},
    )


def _spread(values: Any, ranges: int) -> list[int]:
    counts = [0] * ranges
    for value in values:
        counts[token_of(value) * ranges >> 64] += 1
    return counts


@checks("LBK-16")
def active_jobs(claim: Claim, bench: Bench) -> Finding:
    """Active jobs among many by StatusTimeIndex, and the same index under writes."""
    emulator = bench.virtual()
    emulator.create(bench.definitions(SYSTEM)[PREFIX + "jobs"])
    jobs, active = 4_000, 0
    for number in range(jobs):
        status = "running" if number % 20 == 0 else "completed"
        active += status == "running"
        item = {
            "jobId": {"S": f"job-{number:06d}"},
            "status": {"S": status},
            "createdAt": {"S": f"2025-11-{number % 28 + 1:02d}T{number:06d}"},
            "detail": {"S": "x" * 500},
        }
        emulator.call("PutItem", {"TableName": PREFIX + "jobs", "Item": item})
    answer = emulator.call(
        "Query",
        {
            "TableName": PREFIX + "jobs",
            "IndexName": "StatusTimeIndex",
            "KeyConditionExpression": "#s = :s",
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":s": {"S": "running"}},
            "ReturnConsumedCapacity": "TOTAL",
        },
    )
    units = answer["ConsumedCapacity"]["CapacityUnits"]
    throttled = _status_changes(bench, 1).share_refused
    return Finding(
        PARTLY if answer["Count"] == active and throttled else HOLDS if answer["Count"] == active else FAILS,
        f"{answer['Count']} active of {jobs:,} jobs in one query, {units:g} read units; but {throttled:.0%} of "
        f"{_RATE:,} writes a second throttled",
        "The query finds them (status is a reserved word and needs a placeholder); the index that serves it is hot "
        "under writes.",
        value=units,
        unit="read units",
        evidence={"active": active, "found": answer["Count"], "share_throttled": throttled},
    )


@checks("LBK-27")
def tables_scale_apart(claim: Claim, bench: Bench) -> Finding:
    """One table at 3,000 writes a second, another at 500: what the second one sees of the first."""
    refused = {load: _second_table(bench, load) for load in (0, 3_000)}
    return Finding(
        HOLDS if refused[0] == refused[3_000] == 0 else FAILS,
        f"{refused[3_000]} writes of one table throttled while another takes 3,000 a second, {refused[0]} alone",
        "Each on-demand table has its own capacity and its own bill line.",
        value=refused[3_000],
        unit="throttled writes",
        evidence={"throttled_by_the_other_s_load": {str(load): count for load, count in refused.items()}},
    )


def _second_table(bench: Bench, load: int) -> int:
    """Refused writes of a table at 500 a second beside another at `load`."""
    emulator = _enforced(bench, "users", "accounts")
    every = (load + 500) // 500
    draw = Random(bench.options.seed)

    def write(number: int) -> Request:
        key = {"S": str(UUID(int=draw.getrandbits(128)))}
        if number % every == 0:
            return "PutItem", {"TableName": PREFIX + "accounts", "Item": {"accountId": key}}
        return "PutItem", {"TableName": PREFIX + "users", "Item": {"userId": key}}

    return _driven(emulator, load + 500, write).refused
