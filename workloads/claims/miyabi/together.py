"""What must hold together: transactions, items stored twice, counters, retries, a migration in phases."""

from __future__ import annotations

from random import Random
from typing import Any

from dynarig.emulator.model.call import Call
from dynarig.fixtures.access_patterns.pattern import read_patterns
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import refusal, scan
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.miyabi.load import fresh, table_of
from dynarig.workloads.claims.miyabi.traffic import of_bench
from dynarig.workloads.claims.register import checks

_DIES = 0.01  # share of writers that die between two writes


def _put(bench: Bench, partition: str, sort: str, **more: Any) -> dict[str, Any]:
    return {"TableName": table_of(bench), "Item": {"PK": {"S": partition}, "SK": {"S": sort}, **more}}


@checks("MYB-34")
def user_and_organization(claim: Claim, bench: Bench) -> Finding:
    """A thousand transactions whose second put fails; one that meets another; and what both cost."""
    emulator = fresh(bench)
    table = table_of(bench)
    emulator.call("PutItem", _put(bench, "ORG#o", "MEMBER#taken"))
    cancelled = 0
    for number in range(1_000):
        user = _put(bench, f"USER#{number}", "METADATA")
        member = {**_put(bench, "ORG#o", "MEMBER#taken"), "ConditionExpression": "attribute_not_exists(PK)"}
        answer = refusal(emulator, "TransactWriteItems", {"TransactItems": [{"Put": user}, {"Put": member}]})
        cancelled += answer.startswith("TransactionCanceledException")
    half = scan(emulator, table, Select="COUNT").count - 1
    request = {"TransactItems": [{"Put": _put(bench, "USER#x", "METADATA")}, {"Put": _put(bench, "ORG#o", "MEMBER#x")}]}
    units = emulator.call("TransactWriteItems", {**request, "ReturnConsumedCapacity": "TOTAL"})["ConsumedCapacity"]
    conflict = _conflict(bench)
    together = sum(each["CapacityUnits"] for each in units)
    return Finding(
        HOLDS if cancelled == 1_000 and not half and "TransactionConflict" in conflict else FAILS,
        f"{cancelled:,} of 1,000 cancelled, {half} users without their organization; two puts take {together:g} write "
        f"units; one that meets another: {conflict.split('[')[-1].rstrip(']') or 'taken'}",
        "All or nothing within a Region. A Query may see one of the two for a moment, TransactGetItems never.",
        value=half,
        unit="half transactions",
        evidence={"cancelled": cancelled, "write_units": together, "conflict": conflict},
    )


def _conflict(bench: Bench) -> str:
    """What a transaction answers that begins while another holds its items."""
    emulator = fresh(bench, transaction_seconds=0.0)
    holding = bench.virtual(region=emulator.region, transaction_seconds=30.0)
    holding.create(next(iter(bench.definitions("miyabi").values())))
    engine, now = holding.client.engine, holding.clock.now()
    request = {"TransactItems": [{"Put": _put(bench, "USER#y", "METADATA")}]}
    engine.execute(Call("TransactWriteItems", request, region=holding.region), now)
    reply = engine.execute(Call("TransactWriteItems", request, region=holding.region), now + 0.01)
    return str(reply.payload.get("Message", reply.payload.get("message", "")))


@checks("MYB-40")
def migration(claim: Claim, bench: Bench) -> Finding:
    """Dual writes with failures, then a copy that overwrites, or one that lets the newer row win."""
    drift = {way: _migrated(bench, way) for way in ("dual writes alone", "plain copy", "conditional copy")}
    return Finding(
        PARTLY if drift["dual writes alone"] and not drift["conditional copy"] else FAILS,
        ", ".join(f"{count} rows differ after {way}" for way, count in drift.items()),
        "Dual writes drift; a copy that began from an older read must not overwrite what was written since: UpdatedAt "
        "decides. No check of direction and no way back is described.",
        value=drift["dual writes alone"],
        unit="rows that differ",
        evidence=drift,
    )


def _migrated(bench: Bench, way: str) -> int:
    emulator = fresh(bench)
    draw = Random(bench.options.seed)
    primary = {f"u{number}": number for number in range(1_000)}
    snapshot = dict(primary) if way != "dual writes alone" else {}
    clock = 1_000
    for _ in range(3_000):
        clock += 1
        row = f"u{draw.randrange(1_000)}"
        primary[row] = clock
        if draw.random() >= _DIES:
            _write(bench, emulator, row, clock, newer_wins=True)
    if way == "conditional copy":
        snapshot = dict(primary)  # a last pass over what is there now
    for row, version in snapshot.items():
        _write(bench, emulator, row, version, newer_wins=way == "conditional copy")
    copies = {item["PK"]["S"]: int(item["UpdatedAt"]["N"]) for item in scan(emulator, table_of(bench)).items}
    if way == "dual writes alone":
        return sum(copies.get(row) != version for row, version in primary.items() if version > 1_000)
    return sum(copies.get(row) != version for row, version in primary.items())


def _write(bench: Bench, emulator: VirtualEmulator, row: str, version: int, newer_wins: bool) -> None:
    request = _put(bench, row, "METADATA", UpdatedAt={"N": str(version)})
    if newer_wins:
        request["ConditionExpression"] = "attribute_not_exists(UpdatedAt) OR UpdatedAt < :v"
        request["ExpressionAttributeValues"] = {":v": {"N": str(version)}}
    refusal(emulator, "PutItem", request)


@checks("MYB-42")
def executions_at_once(claim: Claim, bench: Bench) -> Finding:
    """Fifty clients that start executions of one organization, by a conditional counter and by counting first."""
    limit = int(claim.number("limit"))
    most = {way: _started(bench, limit, way) for way in ("counter", "count first")}
    return Finding(
        PARTLY if most["counter"] == limit < most["count first"] else HOLDS if most["count first"] <= limit else FAILS,
        f"{most['counter']} of {limit} with a conditional counter in the transaction, {most['count first']} when "
        "clients "
        "count first",
        "Only a conditional counter keeps the limit, and the document describes none.",
        value=most["counter"],
        unit="executions at once",
        evidence=most,
    )


def _started(bench: Bench, limit: int, way: str) -> int:
    emulator = fresh(bench)
    table = table_of(bench)
    key = {"PK": {"S": "ORG#o"}, "SK": {"S": "METADATA"}}
    emulator.call("PutItem", {"TableName": table, "Item": {**key, "running": {"N": "0"}}})
    counter = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": "ADD running :one",
        "ConditionExpression": "running < :limit",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":limit": {"N": str(limit)}},
    }
    started = 0
    for _ in range(2):
        seen = started
        for number in range(25):
            execution = _put(bench, "REPO#r", f"EXEC#{started}#{number}")
            if way == "counter":
                request = {"TransactItems": [{"Update": counter}, {"Put": execution}]}
                started += not refusal(emulator, "TransactWriteItems", request)
            elif seen < limit:
                emulator.call("PutItem", execution)
                started += 1
    return started


@checks("MYB-43")
def stored_twice(claim: Claim, bench: Bench) -> Finding:
    """A status changed on both copies of an execution, with writers that die between; and in transactions."""
    drift = {way: _copies_that_differ(bench, way) for way in ("two updates", "one transaction")}
    drifts, holds = drift["two updates"], not drift["one transaction"]
    return Finding(
        PARTLY if drifts and holds else HOLDS if not drifts else FAILS,
        f"{drift['two updates']} of 500 executions differ after 5,000 changes by two updates, "
        f"{drift['one transaction']} "
        "by transactions, which take twice the write units",
        "No transaction is described for the reverse items, so they drift.",
        value=drift["two updates"],
        unit="executions that differ",
        evidence=drift,
    )


def _copies_that_differ(bench: Bench, way: str) -> int:
    emulator = fresh(bench)
    table = table_of(bench)
    draw = Random(bench.options.seed)

    def change(partition: str, sort: str, status: str) -> dict[str, Any]:
        return {
            "TableName": table,
            "Key": {"PK": {"S": partition}, "SK": {"S": sort}},
            "UpdateExpression": "SET #s = :s",
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":s": {"S": status}},
        }

    for number in range(5_000):
        each, status = number % 500, f"s{number}"
        both = change("REPO#r", f"EXEC#{each}", status), change(f"EXEC#{each}", "METADATA", status)
        dies = draw.random() < _DIES
        if way == "one transaction":
            if not dies:
                emulator.call("TransactWriteItems", {"TransactItems": [{"Update": one} for one in both]})
            continue
        emulator.call("UpdateItem", both[0])
        if not dies:
            emulator.call("UpdateItem", both[1])
    items = scan(emulator, table).items
    first = {item["SK"]["S"]: item["status"] for item in items if item["PK"]["S"] == "REPO#r"}
    second = {item["PK"]["S"]: item["status"] for item in items if item["SK"]["S"] == "METADATA"}
    return sum(first.get(name) != second.get(name) for name in first.keys() | second.keys())


@checks("MYB-44")
def retries(claim: Claim, bench: Bench) -> Finding:
    """Ten workers that retry one task, by a conditional ADD and by reading first."""
    limit = int(claim.number("limit"))
    counts = {way: _retried(bench, limit, way) for way in ("conditional", "read first")}
    return Finding(
        PARTLY if counts["conditional"] == limit < counts["read first"] else FAILS,
        f"{counts['conditional']} retries of {limit} with the condition, {counts['read first']} when workers read "
        "first",
        "It holds with the condition retryCount < maxRetries; the example alone enforces nothing.",
        value=counts["conditional"],
        unit="retries",
        evidence=counts,
    )


def _retried(bench: Bench, limit: int, way: str) -> int:
    emulator = fresh(bench)
    key = {"PK": {"S": "USER#u"}, "SK": {"S": "TASK#t"}}
    table = table_of(bench)
    emulator.call("PutItem", {"TableName": table, "Item": {**key, "retryCount": {"N": "0"}}})
    retried = 0
    for _ in range(3):
        item = emulator.call("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True})["Item"]
        seen = int(item["retryCount"]["N"])
        for _ in range(10):
            update = {
                "TableName": table,
                "Key": key,
                "UpdateExpression": "ADD retryCount :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
            if way == "conditional":
                values = {":one": {"N": "1"}, ":limit": {"N": str(limit)}}
                condition = {"ConditionExpression": "retryCount < :limit", "ExpressionAttributeValues": values}
                retried += not refusal(emulator, "UpdateItem", {**update, **condition})
            elif seen < limit:
                emulator.call("UpdateItem", update)
                retried += 1
    return retried


@checks("MYB-30")
def cache(claim: Claim, bench: Bench) -> Finding:
    """A cache of five minutes before hot keys: what it takes off the table, and what is stale."""
    emulator = fresh(bench)
    draw = Random(bench.options.seed)
    key = {"PK": {"S": "USER#hot"}, "SK": {"S": "METADATA"}}
    cached: tuple[float, int] | None = None
    version = hits = stale = reads = 0
    for number in range(6_000):
        if number % 200 == 0:
            version += 1
            emulator.call("PutItem", {"TableName": table_of(bench), "Item": {**key, "v": {"N": str(version)}}})
        if draw.random() < 0.98:
            reads += 1
            if cached is not None and emulator.clock.now() - cached[0] < 300:
                hits += 1
                stale += cached[1] != version
            else:
                item = emulator.call("GetItem", {"TableName": table_of(bench), "Key": key})["Item"]
                cached = emulator.clock.now(), int(item["v"]["N"])
        emulator.clock.advance(0.1)
    return Finding(
        PARTLY if hits and stale else HOLDS if hits else FAILS,
        f"{hits / reads:.2%} of reads served by the cache, {stale / max(1, hits):.0%} of those stale by a write",
        "A cache helps hot reads and no writes, and what it serves is as old as its lifetime allows.",
        value=hits / reads,
        unit="of reads",
        evidence={"reads": reads, "hits": hits, "stale": stale},
    )


@checks("MYB-37")
def least_privilege(claim: Claim, bench: Bench) -> Finding:
    """The documented actions against those that the access patterns use."""
    granted = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"}
    used = {pattern.operation for pattern in read_patterns() if pattern.system == "miyabi" and pattern.operation}
    used |= of_bench(bench).operations.keys()
    unused = sorted(granted - used)
    return Finding(
        PARTLY if "Scan" in unused else HOLDS,
        f"{len(granted)} actions granted, {len(unused)} of them that nothing uses: {', '.join(unused)}",
        "No pattern and no write of the mix needs them. TransactWriteItems with puts goes by PutItem; a condition "
        "check would need its own "
        "action.",
        value=len(unused),
        unit="actions too many",
        evidence={"granted": sorted(granted), "used": sorted(map(str, used))},
    )
