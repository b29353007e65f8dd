"""Reads and writes that the document describes: which are answered, what they consume, what each costs otherwise."""

from __future__ import annotations

from random import Random
from typing import Any

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, read_all, refusal, scan, write_units
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.listbackup.tables import PREFIX, SYSTEM
from dynarig.workloads.claims.register import checks

_STATE_BYTES = 500


def _fresh(bench: Bench, table: str, **settings: Any) -> VirtualEmulator:
    emulator = bench.virtual(**settings)
    emulator.create(bench.definitions(SYSTEM)[PREFIX + table])
    return emulator


@checks("LBK-06")
def states_in_connections(claim: Claim, bench: Bench) -> Finding:
    """A short-lived state put, and deleted, in a table of its own and in platform-connections."""
    emulator = _fresh(bench, "platform-connections")
    indexes = bench.definitions(SYSTEM)[PREFIX + "platform-connections"].create["GlobalSecondaryIndexes"]
    attributes = {index["KeySchema"][0]["AttributeName"]: {"S": "v"} for index in indexes}
    item = {"connectionId": {"S": "c1"}, **attributes, "state": {"S": "x" * _STATE_BYTES}}
    put = write_units(emulator, "PutItem", {"TableName": PREFIX + "platform-connections", "Item": item})
    key = {"connectionId": {"S": "c1"}}
    delete = write_units(emulator, "DeleteItem", {"TableName": PREFIX + "platform-connections", "Key": key})
    state = {**item, "stateId": {"S": "s"}}
    alone = write_units(_own_table(bench), "PutItem", {"TableName": "oauth-states", "Item": state})
    ttl = bench.definitions(SYSTEM)[PREFIX + "platform-connections"].time_to_live
    ratio = sum(put.values()) / sum(alone.values())
    return Finding(
        FAILS if ratio > 1 or ttl is None else HOLDS,
        f"{sum(put.values()):g} write units a put and {sum(delete.values()):g} a delete, {sum(alone.values()):g} in a "
        f"table of its own ({ratio:g} ×); time to live {ttl or 'none'}",
        "Every write goes into four indexes as well, and without time to live a state that nobody fetches stays.",
        value=ratio,
        unit="times the write units",
        evidence={"put": put, "delete": delete, "own_table": alone},
    )


def _own_table(bench: Bench) -> VirtualEmulator:
    emulator = bench.virtual()
    emulator.call(
        "CreateTable",
        {
            "TableName": "oauth-states",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "stateId", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "stateId", "KeyType": "HASH"}],
        },
    )
    return emulator


@checks("LBK-12")
def job_stream(claim: Claim, bench: Bench) -> Finding:
    """A thousand changes of a hundred jobs through the stream, read each tenth of a second."""
    table = PREFIX + "jobs"
    emulator = _fresh(bench, "jobs")
    arn = emulator.call("DescribeTable", {"TableName": table})["Table"]["LatestStreamArn"]
    shard = emulator.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"][0]["ShardId"]
    request = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    iterator = emulator.call("GetShardIterator", request)["ShardIterator"]
    seen: dict[str, list[int]] = {}
    ages: list[float] = []
    written: dict[tuple[str, int], float] = {}
    for number in range(1_000):
        job, version = f"job-{number % 100}", number // 100
        written[job, version] = emulator.clock.now()
        emulator.call("PutItem", {"TableName": table, "Item": {"jobId": {"S": job}, "v": {"N": str(version)}}})
        emulator.clock.advance(0.001)
        if number % 100 == 99:
            answer = emulator.call("GetRecords", {"ShardIterator": iterator})
            iterator = answer["NextShardIterator"]
            for record in answer["Records"]:
                image = record["dynamodb"]["NewImage"]
                job, version = image["jobId"]["S"], int(image["v"]["N"])
                seen.setdefault(job, []).append(version)
                ages.append(emulator.clock.now() - written[job, version])
    ordered = all(versions == sorted(versions) for versions in seen.values())
    once = sum(map(len, seen.values())) == 1_000
    ages.sort()
    return Finding(
        HOLDS if ordered and once and ages[-1] < 1 else FAILS,
        f"1,000 records once each and in order a job; age p50 {ages[500] * 1e3:.0f} ms, p99 {ages[990] * 1e3:.0f} ms "
        "at "
        "ten polls a second",
        "A record can be read as soon as the write is answered, so its age is the poller's period; on the service some "
        "hundred milliseconds come on top, for which no percentiles are published.",
        value=ages[990] * 1e3,
        unit="ms (p99)",
        evidence={"records": len(ages), "ordered": ordered},
    )


@checks("LBK-17")
def sources_by_connection(claim: Claim, bench: Bench) -> Finding:
    """The documented query, and what finds the sources instead."""
    table = PREFIX + "sources"
    emulator = _fresh(bench, "sources")
    items = [
        {
            "sourceId": {"S": f"s{number:05d}"},
            "accountId": {"S": f"a{number % 50}"},
            "connectionId": {"S": f"c{number % 500}"},
            "settings": {"S": "x" * 800},
        }
        for number in range(2_000)
    ]
    put_all(emulator, table, items)
    condition = {"ExpressionAttributeValues": {":c": {"S": "c7"}}}
    answer = refusal(
        emulator, "Query", {"TableName": table, "KeyConditionExpression": "connectionId = :c", **condition}
    )
    scanned = scan(emulator, table, FilterExpression="connectionId = :c", **condition)
    filtered = read_all(
        emulator,
        "Query",
        {
            "TableName": table,
            "IndexName": "AccountIndex",
            "KeyConditionExpression": "accountId = :a",
            "FilterExpression": "connectionId = :c",
            "ExpressionAttributeValues": {":a": {"S": "a7"}, ":c": {"S": "c7"}},
        },
    )
    return Finding(
        FAILS if answer.startswith("ValidationException") else HOLDS,
        f"{answer.split(':')[0] or 'answered'}; a filtered scan takes {scanned.units:g} read units, AccountIndex with "
        "a "
        f"filter {filtered.units:g}, for {scanned.count} of {len(items):,} sources",
        "connectionId is no key of the table and of no index.",
        value=scanned.units,
        unit="read units by scan",
        evidence={"answer": answer, "scan": scanned.units, "by_account": filtered.units, "found": filtered.count},
    )


@checks("LBK-18")
def list_platforms(claim: Claim, bench: Bench) -> Finding:
    """A Query without a key, a Scan, and StatusIndex."""
    table = PREFIX + "platforms"
    emulator = _fresh(bench, "platforms")
    put_all(emulator, table, ({"platformId": {"S": f"p{n}"}, "status": {"S": "active"}} for n in range(100)))
    answer = refusal(emulator, "Query", {"TableName": table})
    scanned = scan(emulator, table)
    by_status = {
        "KeyConditionExpression": "#s = :s",
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": "active"}},
    }
    indexed = read_all(
        emulator,
        "Query",
        {
            "TableName": table,
            "IndexName": "StatusIndex",
            **by_status,
            "ExpressionAttributeValues": {":s": {"S": "active"}},
        },
    )
    return Finding(
        FAILS if answer.startswith("ValidationException") else HOLDS,
        f"{answer.split(':')[0] or 'answered'}; Scan gives {scanned.count} for {scanned.units:g} read units, "
        "StatusIndex "
        f"{indexed.count} for {indexed.units:g}",
        "A Query needs a value of the hash key; all platforms come by a Scan, or by status.",
        value=scanned.units,
        unit="read units by scan",
        evidence={"answer": answer, "scan": scanned.units, "index": indexed.units},
    )


@checks("LBK-19")
def sparse_indexes(claim: Claim, bench: Bench) -> Finding:
    """Accounts with and without a parent, and with NULL or an empty string in its place."""
    table = PREFIX + "accounts"
    emulator = _fresh(bench, "accounts")
    for number in range(100):
        parent = {"parentAccountId": {"S": "root"}} if number % 4 == 0 else {}
        emulator.call("PutItem", {"TableName": table, "Item": {"accountId": {"S": f"a{number}"}, **parent}})
    held = scan(emulator, table, IndexName="ParentAccountIndex", Select="COUNT").count
    odd = {"NULL": {"NULL": True}, "empty": {"S": ""}}
    answers = {
        name: refusal(
            emulator, "PutItem", {"TableName": table, "Item": {"accountId": {"S": name}, "parentAccountId": value}}
        )
        for name, value in odd.items()
    }
    refused = all(answer.startswith("ValidationException") for answer in answers.values())
    return Finding(
        HOLDS if held == 25 and refused else FAILS,
        f"the index holds {held} of 100 accounts, those with a parent; NULL and the empty string are refused",
        "An item is in an index only if it has the index's key attributes; it must lack the attribute, not empty it.",
        value=held,
        unit="entries",
        evidence={"answers": answers},
    )


@checks("LBK-21")
def parallel_scans(claim: Claim, bench: Bench) -> Finding:
    """The same table scanned in one segment and in sixteen, and what writes beside it lose when a limit is reached."""
    table = PREFIX + "jobs"
    emulator = _fresh(bench, "jobs")
    put_all(emulator, table, ({"jobId": {"S": f"j{n}"}, "detail": {"S": "x" * 2_000}} for n in range(6_000)))
    units = {}
    for segments in (1, 4, 16):
        parts = [scan(emulator, table, TotalSegments=segments, Segment=number) for number in range(segments)]
        units[segments] = sum(part.units for part in parts)
    spread = max(units.values()) / min(units.values()) - 1
    refused = _reads_beside_scans(bench)
    return Finding(
        HOLDS if spread < 0.05 and refused else PARTLY,
        f"{units[1]:,.0f} read units in one segment, {units[16]:,.0f} in sixteen; with {refused['segments']} segments "
        "at "
        f"once {refused['refused']} of {refused['reads']} reads beside it throttled",
        "Segments change the rate and not the sum: at once they reach the table's limit, and the foreground pays.",
        value=spread,
        unit="more read units",
        evidence={"read_units": {str(key): value for key, value in units.items()}, "beside": refused},
    )


def _reads_beside_scans(bench: Bench) -> dict[str, int]:
    """Consistent reads of single jobs while segments are scanned as fast as they answer, in one virtual second."""
    table = PREFIX + "jobs"
    emulator = _fresh(bench, "jobs", capacity="enforce", capacity_scale=0.2)
    for start in range(0, 6_000, 25):
        put_all(emulator, table, ({"jobId": {"S": f"j{start + n}"}, "detail": {"S": "x" * 2_000}} for n in range(25)))
        emulator.clock.advance(1)
    emulator.clock.advance(600)
    segments, refused, reads = 64, 0, 200
    for number in range(segments):
        refusal(
            emulator, "Scan", {"TableName": table, "TotalSegments": segments, "Segment": number, "ConsistentRead": True}
        )
        for each in range(number * reads // segments, (number + 1) * reads // segments):
            get = {"TableName": table, "Key": {"jobId": {"S": f"j{each * 29}"}}, "ConsistentRead": True}
            refused += bool(refusal(emulator, "GetItem", get))
    return {"segments": segments, "refused": refused, "reads": reads}


@checks("LBK-22")
def batches(claim: Claim, bench: Bench) -> Finding:
    """Twenty-five items by single puts and by one batch; and a batch against a table that is out of capacity."""
    table = PREFIX + "tags"
    emulator = _fresh(bench, "tags")
    items = [
        {"tagId": {"S": f"t{number}"}, "accountId": {"S": "a"}, "tagName": {"S": f"n{number}"}} for number in range(25)
    ]
    single = sum(sum(write_units(emulator, "PutItem", {"TableName": table, "Item": item}).values()) for item in items)
    fresh = [{**item, "tagId": {"S": f"u{number}"}} for number, item in enumerate(items)]
    batch = {table: [{"PutRequest": {"Item": item}} for item in fresh]}
    answer = emulator.call("BatchWriteItem", {"RequestItems": batch, "ReturnConsumedCapacity": "TOTAL"})
    together = answer["ConsumedCapacity"][0]["CapacityUnits"]
    left = _unprocessed(bench)
    return Finding(
        HOLDS if single == together and left else FAILS,
        f"{single:g} write units in 25 calls, {together:g} in one; against a table of 10 units a second {left} of 25 "
        "come back unprocessed",
        "A batch saves round trips, not units, and is partial when capacity runs out: what comes back must be sent "
        "again.",
        value=together,
        unit="write units",
        evidence={"single": single, "batch": together, "unprocessed": left},
    )


def _unprocessed(bench: Bench) -> int:
    emulator = bench.virtual(capacity="enforce")
    emulator.call(
        "CreateTable",
        {
            "TableName": "small",
            "ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10},
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
    )
    emulator.clock.advance(1)
    requests = [{"PutRequest": {"Item": {"id": {"S": f"i{number}"}}}} for number in range(25)]
    left = emulator.call("BatchWriteItem", {"RequestItems": {"small": requests}})["UnprocessedItems"]
    return len(left.get("small", ()))


@checks("LBK-23")
def across_accounts(claim: Claim, bench: Bench) -> Finding:
    """Sources asked for by another account's reader: by key alone, and with a filter on the account."""
    table = PREFIX + "sources"
    emulator = _fresh(bench, "sources")
    accounts = 100
    put_all(
        emulator,
        table,
        ({"sourceId": {"S": f"s{n}"}, "accountId": {"S": f"a{n % accounts}"}} for n in range(1_000)),
    )
    draw = Random(bench.options.seed)
    by_key = guarded = 0
    tries = 1_000
    for _ in range(tries):
        source = draw.randrange(1_000)
        reader = f"a{(source % accounts + draw.randrange(1, accounts)) % accounts}"
        key = {"sourceId": {"S": f"s{source}"}}
        by_key += "Item" in emulator.call("GetItem", {"TableName": table, "Key": key})
        request = {
            "TableName": table,
            "KeyConditionExpression": "sourceId = :s",
            "FilterExpression": "accountId = :a",
            "ExpressionAttributeValues": {":s": key["sourceId"], ":a": {"S": reader}},
        }
        guarded += emulator.call("Query", request)["Count"]
    return Finding(
        PARTLY if by_key and not guarded else HOLDS if not by_key else FAILS,
        f"{by_key:,} of {tries:,} foreign reads by key are answered, {guarded} with a filter on accountId",
        "Keys do not hold the account, so DynamoDB cannot tell; every read of the application has to.",
        value=by_key,
        unit="foreign reads answered",
        evidence={"tries": tries, "by_key": by_key, "with_filter": guarded},
    )


@checks("LBK-24")
def dual_write(claim: Claim, bench: Bench) -> Finding:
    """Two tables written one after the other with failures between, and in one transaction."""
    drift = {way: _drift(bench, way) for way in ("one after the other", "one transaction")}
    first, second = drift.values()
    return Finding(
        PARTLY if first and not second else HOLDS if not first else FAILS,
        f"{first} of 500 items differ after dual writes of which 2 % fail between, {second} in transactions",
        "It needs no downtime, but the copies drift unless both are written in one TransactWriteItems or reconciled.",
        value=first,
        unit="items that differ",
        evidence=drift,
    )


def _drift(bench: Bench, way: str) -> int:
    emulator = bench.virtual()
    for table in ("users", "accounts"):
        emulator.create(bench.definitions(SYSTEM)[PREFIX + table])
    draw = Random(bench.options.seed)

    def write(number: int) -> None:
        value = {"version": {"N": str(number)}}
        old = {"TableName": PREFIX + "users", "Item": {"userId": {"S": f"u{number % 500}"}, **value}}
        new = {"TableName": PREFIX + "accounts", "Item": {"accountId": {"S": f"u{number % 500}"}, **value}}
        fails = draw.random() < 0.02
        if way == "one transaction":
            if not fails:
                emulator.call("TransactWriteItems", {"TransactItems": [{"Put": old}, {"Put": new}]})
            return
        emulator.call("PutItem", old)
        if not fails:
            emulator.call("PutItem", new)

    for number in range(2_500):
        write(number)
    old = {item["userId"]["S"]: item["version"] for item in scan(emulator, PREFIX + "users").items}
    new = {item["accountId"]["S"]: item["version"] for item in scan(emulator, PREFIX + "accounts").items}
    return sum(old.get(key) != new.get(key) for key in old.keys() | new.keys())
