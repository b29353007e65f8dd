"""Items: what one query brings, what each shape costs to write, lifetimes of the examples, large items, tokens."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from random import Random
from typing import Any

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, read_all, refusal, scan, write_units
from dynarig.workloads.claims.callytics.streams import records
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.miyabi.load import fresh, table_of
from dynarig.workloads.claims.miyabi.traffic import SYSTEM
from dynarig.workloads.claims.register import checks
from dynarig.workloads.claims.retention import DAY_SECONDS, lag_of


def _kinds(bench: Bench) -> dict[str, list[dict[str, Any]]]:
    """A few items of each entity type."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for item in bench.items(SYSTEM, table_of(bench)):
        kinds.setdefault(item["EntityType"]["S"], []).append(item)
    return kinds


@checks("MYB-01")
def one_table(claim: Claim, bench: Bench) -> Finding:
    """The same items in one table and in a table a type: their units, and the units of the busiest day of each."""
    kinds = _kinds(bench)
    one, alone = fresh(bench), bench.virtual()
    create = dict(next(iter(bench.definitions(SYSTEM).values())).create)
    total = apart = 0.0
    days: dict[str, Counter[str]] = {}
    for kind, items in kinds.items():
        alone.call("CreateTable", {**create, "TableName": kind})
        days[kind] = Counter()
        for item in items:
            units = sum(write_units(one, "PutItem", {"TableName": table_of(bench), "Item": item}).values())
            total += units
            apart += sum(write_units(alone, "PutItem", {"TableName": kind, "Item": item}).values())
            if "CreatedAt" in item:
                days[kind][item["CreatedAt"]["S"][:10]] += round(units)
    peak = max(sum(days.values(), Counter[str]()).values())
    peaks = sum(max(each.values(), default=0) for each in days.values())
    is_on_demand = create["BillingMode"] == "PAY_PER_REQUEST"
    return Finding(
        HOLDS if total < apart or (peak < peaks and not is_on_demand) else FAILS,
        f"on demand {total:,g} write units in one table, {apart:,g} in {len(kinds)}; provisioned for its busiest day, "
        f"one table needs {peak:,g} units a day, {len(kinds)} need {peaks:,g}",
        "The table bills on demand, where units cost the same however many tables hold the items; only provisioned "
        "capacity would be saved, by peaks that come at different times.",
        value=total / apart,
        unit="of the write units",
        evidence={"one_table": total, "tables": len(kinds), "many_tables": apart, "busiest_day": [peak, peaks]},
    )


@checks("MYB-02")
def one_query(claim: Claim, bench: Bench) -> Finding:
    """A user's collection of several sizes in one query, and by prefix."""
    pages, units = {}, {}
    kinds = ("REPO#", "TASK#", "WS#", "LINE_MSG#")
    for children in (10, 1_000, 4_000):
        emulator = fresh(bench)
        items = [_child("METADATA", 0)] + [_child(f"{kinds[n % 4]}{n:06d}", n) for n in range(children)]
        put_all(emulator, table_of(bench), items)
        whole = read_all(emulator, "Query", _of_user(bench, None))
        repositories = read_all(emulator, "Query", _of_user(bench, "REPO#"))
        assert whole.count == children + 1
        pages[children], units[children] = whole.pages, (whole.units, repositories.units)
    return Finding(
        HOLDS if pages[10] == 1 else FAILS,
        ", ".join(
            f"{children:,} children: {pages[children]} page{'s' * (pages[children] > 1)}, {all_units:g} read units "
            f"({by_prefix:g} by a prefix)"
            for children, (all_units, by_prefix) in units.items()
        ),
        "One query brings all of a user, in pages of 1 MB; with many messages a prefix is what one wants.",
        value=pages[10],
        unit="page",
        evidence={"pages": {str(k): v for k, v in pages.items()}, "units": {str(k): v for k, v in units.items()}},
    )


def _child(sort_key: str, number: int) -> dict[str, Any]:
    return {"PK": {"S": "USER#1"}, "SK": {"S": sort_key}, "Data": {"S": "x" * 500}}


def _of_user(bench: Bench, prefix: str | None) -> dict[str, Any]:
    values = {":p": {"S": "USER#1"}, **({":s": {"S": prefix}} if prefix else {})}
    condition = "PK = :p" + (" AND begins_with(SK, :s)" if prefix else "")
    return {"TableName": table_of(bench), "KeyConditionExpression": condition, "ExpressionAttributeValues": values}


@checks("MYB-08")
def agent_type(claim: Claim, bench: Bench) -> Finding:
    """GSI1 asked for an agent type, over the seeded items."""
    backend = bench.estate(SYSTEM)
    query = {
        "TableName": table_of(bench),
        "IndexName": "GSI1",
        "KeyConditionExpression": "GSI1PK = :k",
        "ExpressionAttributeValues": {":k": {"S": "AGENT_TYPE#codegen"}},
    }
    found = read_all(backend, "Query", query).count
    keys = {item["GSI1PK"]["S"].split("#")[0] for item in bench.items(SYSTEM, table_of(bench)) if "GSI1PK" in item}
    return Finding(
        FAILS if not found else HOLDS,
        f"{found} executions; GSI1's keys are {', '.join(sorted(keys))}",
        "No item carries such a key: an item has one GSI1PK, and its status takes it.",
        value=found,
        unit="executions found",
        evidence={"keys": sorted(keys)},
    )


@checks("MYB-09")
def amplification(claim: Claim, bench: Bench) -> Finding:
    """Write units of each entity type, over the table's own, and of a change of status."""
    emulator = fresh(bench)
    table = table_of(bench)
    ratios = {}
    for kind, items in _kinds(bench).items():
        each = [write_units(emulator, "PutItem", {"TableName": table, "Item": item}) for item in items[:20]]
        ratios[kind] = max(sum(units.values()) / units["table"] for units in each)
    key = {"PK": {"S": "REPO#r"}, "SK": {"S": "EXEC#1"}}
    item = {**key, "GSI1PK": {"S": "STATUS#pending"}, "GSI1SK": {"S": "2025"}}
    emulator.call("PutItem", {"TableName": table, "Item": item})
    change = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": "SET GSI1PK = :s",
        "ExpressionAttributeValues": {":s": {"S": "STATUS#running"}},
    }
    moved = sum(write_units(emulator, "UpdateItem", change).values())
    projections = {
        index["Projection"]["ProjectionType"]
        for index in next(iter(bench.definitions(SYSTEM).values())).create["GlobalSecondaryIndexes"]
    }
    return Finding(
        HOLDS if projections == {"ALL"} and max(ratios.values()) <= 2 else FAILS,
        f"{min(ratios.values()):g} to {max(ratios.values()):g} × by entity type, {moved:g} × when a status changes",
        "Both project everything; no documented item is in both at once.",
        value=max(ratios.values()),
        unit="×",
        evidence={"by_entity": ratios, "status_change": moved},
    )


@checks("MYB-10", "MYB-11", "MYB-12")
def example_lifetimes(claim: Claim, bench: Bench) -> Finding:
    """The ttl of the document's own example against its creation and the retention stated; and the lag of deletion."""
    created, days = {
        "MYB-10": ("2025-11-29T10:00:00Z", None),
        "MYB-11": ("2025-11-29T11:00:00Z", 30),
        "MYB-12": ("2025-11-29T10:32:15Z", 30),
    }[claim.id]
    example = claim.number("TTL") if days is None else 1_735_660_800.0
    made = datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp()
    off_days = (example - made) / DAY_SECONDS
    readable, hours = lag_of(bench, next(iter(bench.definitions(SYSTEM).values())))
    seeded = _seeded_spans(
        bench, {"MYB-10": "WEBSOCKET", "MYB-11": "LINE_MESSAGE", "MYB-12": "EXECUTION_LOG"}[claim.id]
    )
    wrong = off_days < 0
    verdict = FAILS if wrong and days is None else PARTLY if wrong else HOLDS
    wanted = "" if days is None else f" (30 days would be {made + days * DAY_SECONDS:.0f})"
    return Finding(
        verdict,
        f"the example's {example:.0f} is {-off_days:.0f} days before its creation{wanted}; as seeded "
        f"{min(seeded):.1f} to {max(seeded):.1f} days; deletion {hours[0]:.0f} to {hours[-1]:.0f} h late",
        "The example is expired when it is written; a right value is the creation plus the retention, and deletion "
        "comes "
        "up to days after it.",
        value=off_days,
        unit="days from creation to ttl",
        evidence={"created": created, "example": example, "lag_hours": [hours[0], hours[-1]], "still_read": readable},
    )


def _seeded_spans(bench: Bench, kind: str) -> list[float]:
    """Days from creation to ttl of the seeded items of a type."""
    return [
        (float(item["TTL"]["N"]) - datetime.fromisoformat(item["CreatedAt"]["S"].replace("Z", "+00:00")).timestamp())
        / DAY_SECONDS
        for item in _kinds(bench)[kind]
        if "TTL" in item and float(item["TTL"]["N"]) > 1_740_000_000
    ]


@checks("MYB-15")
def encryption(claim: Claim, bench: Bench) -> Finding:
    """What a table shows by default, and what this one shows."""
    emulator = fresh(bench)
    create = next(iter(bench.definitions(SYSTEM).values())).create
    plain = {key: value for key, value in create.items() if key != "SSESpecification"}
    default = emulator.call("CreateTable", {**plain, "TableName": "plain"})["TableDescription"].get("SSEDescription")
    described = emulator.call("DescribeTable", {"TableName": table_of(bench)})["Table"]["SSEDescription"]
    return Finding(
        HOLDS if default else PARTLY if described["SSEType"] == "KMS" else FAILS,
        f"by default: {default or 'no SSEDescription, an AWS owned key'}; as the template asks: {described['SSEType']}",
        "At rest everything is encrypted; KMS is shown only where it is asked for, as this document's Terraform does.",
        value=sum((each or {}).get("SSEType") == "KMS" for each in (default, described)),
        unit="of 2 tables by KMS",
        evidence={"by_default": default, "described": described},
    )


@checks("MYB-16")
def stream_images(claim: Claim, bench: Bench) -> Finding:
    """Insert, change, removal and expiry of items: images, order, and who deleted."""
    emulator = fresh(bench)
    table = table_of(bench)
    key = {"PK": {"S": "USER#1"}, "SK": {"S": "METADATA"}}
    emulator.call("PutItem", {"TableName": table, "Item": {**key, "n": {"N": "1"}}})
    emulator.call("PutItem", {"TableName": table, "Item": {**key, "n": {"N": "2"}}})
    emulator.call("DeleteItem", {"TableName": table, "Key": key})
    expires = {"TTL": {"N": str(int(emulator.clock.now()) + 10)}}
    emulator.call("PutItem", {"TableName": table, "Item": {**key, **expires}})
    emulator.clock.advance(60)
    emulator.call("GetItem", {"TableName": table, "Key": key})
    found = records(emulator, table)
    names = [each["eventName"] for each in found]
    by_service = [each.get("userIdentity", {}).get("Type") for each in found]
    images = [("OldImage" in each["dynamodb"], "NewImage" in each["dynamodb"]) for each in found]
    right = names == ["INSERT", "MODIFY", "REMOVE", "INSERT", "REMOVE"]
    right = right and by_service == [None] * 4 + ["Service"] and images[1] == (True, True)
    return Finding(
        HOLDS if right else FAILS,
        f"{', '.join(names)} in order, with new and old images; the expiry is marked {by_service[-1]}",
        "A consumer can tell deletes of time to live by userIdentity.",
        value=len(found),
        unit="records",
        evidence={"names": names, "user_identity": by_service},
    )


@checks("MYB-17")
def starting_at_latest(claim: Claim, bench: Bench) -> Finding:
    """Records written before and after a consumer starts at LATEST; and a poison record that it cannot pass."""
    emulator = fresh(bench)
    table = table_of(bench)
    arn = emulator.call("DescribeTable", {"TableName": table})["Table"]["LatestStreamArn"]
    shard = emulator.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"][0]["ShardId"]
    put_all(emulator, table, (_child(f"EARLY#{n:04d}", n) for n in range(500)))
    request = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "LATEST"}
    iterator = emulator.call("GetShardIterator", request)["ShardIterator"]
    put_all(emulator, table, (_child(f"LATE#{n:04d}", n) for n in range(500)))
    seen = len(emulator.call("GetRecords", {"ShardIterator": iterator})["Records"])
    emulator.clock.advance(25 * 3600)
    left = 0 if refusal(emulator, "GetRecords", {"ShardIterator": iterator}) else 1
    return Finding(
        PARTLY if seen == 500 and not left else HOLDS if seen == 1_000 else FAILS,
        f"{1_000 - seen} of 1,000 records skipped, {seen} read; a day later what is unread is gone",
        "What was written before the consumer is active is skipped; one that is stuck loses records after 24 hours.",
        value=1_000 - seen,
        unit="records skipped",
        evidence={"read": seen, "readable_after_a_day": bool(left)},
    )


@checks("MYB-31")
def item_limit(claim: Claim, bench: Bench) -> Finding:
    """Puts and an update at the limit and one byte above it."""
    emulator = fresh(bench)
    limit = int(claim.number("item limit")) * 1024
    at, above = (refusal(emulator, "PutItem", _sized(bench, size)) for size in (limit, limit + 1))
    emulator.call("PutItem", _sized(bench, limit - 100))
    key = {"PK": {"S": "P"}, "SK": {"S": "S"}}
    grow = {"UpdateExpression": "SET more = :v", "ExpressionAttributeValues": {":v": {"S": "x" * 200}}}
    grown = refusal(emulator, "UpdateItem", {"TableName": table_of(bench), "Key": key, **grow})
    return Finding(
        HOLDS if not at and above and grown else FAILS,
        f"{limit:,} bytes taken, {limit + 1:,} refused, an update that grows past it refused",
        "400 KB are 409,600 bytes, names and values together.",
        value=limit,
        unit="bytes",
        evidence={"at": at, "above": above, "update": grown},
    )


def _sized(bench: Bench, size: int) -> dict[str, Any]:
    item = {"PK": {"S": "P"}, "SK": {"S": "S"}, "d": {"S": ""}}
    used = sum(len(name) + len(value["S"]) for name, value in item.items())
    return {"TableName": table_of(bench), "Item": {**item, "d": {"S": "x" * (size - used)}}}


@checks("MYB-32")
def pointers(claim: Claim, bench: Bench) -> Finding:
    """Write units of 300 KB and of a pointer to them; and what a failed second write leaves."""
    emulator = fresh(bench)
    large = sum(write_units(emulator, "PutItem", _sized(bench, 300 * 1024)).values())
    pointer = _put_pointer(bench)
    small = sum(write_units(emulator, "PutItem", pointer).values())
    stored = _stored_with_pointers(bench, emulator)
    pointed = {item["SK"]["S"] for item in scan(emulator, table_of(bench), **_OBJECTS).items}
    orphans = len(stored - pointed)
    return Finding(
        HOLDS if large == 300 and small == 1 else FAILS,
        f"{large:g} write units against {small:g}; {orphans} of {len(stored)} objects orphaned where 2 % of the second "
        "writes fail",
        "It saves units; the two systems share no transaction, so objects without an item must be swept.",
        value=large / small,
        unit="times the write units",
        evidence={"large": large, "pointer": small, "orphans": orphans},
    )


_OBJECTS = {"FilterExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "OBJECTS"}}}


def _stored_with_pointers(bench: Bench, emulator: VirtualEmulator) -> set[str]:
    """A thousand objects, each stored first and then pointed to by an item unless its writer dies between."""
    draw = Random(bench.options.seed)
    stored = set()
    for number in range(1_000):
        name = f"object-{number}"
        stored.add(name)
        if draw.random() >= 0.02:
            emulator.call("PutItem", _put_pointer(bench, "OBJECTS", name))
    return stored


def _put_pointer(bench: Bench, partition: str = "P", name: str = "pointer") -> dict[str, Any]:
    key = {"PK": {"S": partition}, "SK": {"S": name}}
    return {"TableName": table_of(bench), "Item": {**key, "url": {"S": "s3://bucket/" + "x" * 100}}}


@checks("MYB-33")
def chunks(claim: Claim, bench: Bench) -> Finding:
    """A megabyte as three chunks: read back by their sort keys, and torn when the writer dies between them."""
    emulator = fresh(bench)
    table = table_of(bench)

    def chunk(execution: str, number: int) -> dict[str, Any]:
        key = {"PK": {"S": f"EXEC#{execution}"}, "SK": {"S": f"CHUNK#{number}"}}
        return {"TableName": table, "Item": {**key, "d": {"S": "x" * 340_000}}}

    for number in range(3):
        emulator.call("PutItem", chunk("whole", number))
    emulator.call("PutItem", chunk("torn", 0))
    emulator.call("PutItem", chunk("torn", 1))  # the writer dies here
    emulator.call("TransactWriteItems", {"TransactItems": [{"Put": chunk("atomic", number)} for number in range(3)]})
    counts = {
        name: read_all(
            emulator,
            "Query",
            {
                "TableName": table,
                "KeyConditionExpression": "PK = :p",
                "ExpressionAttributeValues": {":p": {"S": f"EXEC#{name}"}},
            },
        ).count
        for name in ("whole", "torn", "atomic")
    }
    return Finding(
        PARTLY if counts == {"whole": 3, "torn": 2, "atomic": 3} else FAILS,
        f"{counts['whole']} of 3 chunks by one query; {counts['torn']} of 3 after the writer died, {counts['atomic']} "
        "of 3 "
        "by a transaction",
        "As sort keys one query reads all; as partition keys none would. Which is meant is not stated; a transaction "
        "of 4 "
        "MB keeps them whole.",
        value=counts["whole"],
        unit="chunks",
        evidence=counts,
    )


@checks("MYB-39")
def tokens(claim: Claim, bench: Bench) -> Finding:
    """Seeded and example items that hold an access token."""
    users = _kinds(bench)["USER"]
    holding = [item for item in users if "accessToken" in item["Data"]["M"]]
    return Finding(
        CONTRADICTED if holding else HOLDS,
        f"“Secrets Manager”; {len(holding)} of {len(users)} users of the document's own shape hold accessToken",
        "The user example of the same document stores the token in the item.",
        value=len(holding),
        unit="items with a token",
        evidence={"users": len(users)},
    )
