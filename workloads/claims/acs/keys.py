"""Keys and indexes: which lookups work as modelled, what an index by the table's own key costs, what is lost."""

from __future__ import annotations

from typing import Any

from dynarig.workloads.claims.acs.settings import PREFIX, SYSTEM
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, read_all, refusal, scan, write_units
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks


def fresh(bench: Bench, table: str, **settings: Any) -> VirtualEmulator:
    """One table of the estate on an emulator of its own."""
    emulator = bench.virtual(**settings)
    emulator.create(bench.definitions(SYSTEM)[PREFIX + table])
    return emulator


def _same_hash(bench: Bench) -> list[tuple[str, str]]:
    """(table, index) of every index whose hash key is the table's own."""
    found = []
    for name, definition in bench.definitions(SYSTEM).items():
        own = definition.create["KeySchema"][0]["AttributeName"]
        for index in definition.create.get("GlobalSecondaryIndexes", ()):
            if index["KeySchema"][0]["AttributeName"] == own and len(index["KeySchema"]) == 1:
                found.append((name, index["IndexName"]))
    return found


@checks("ACS-06")
def lookup_indexes(claim: Claim, bench: Bench) -> Finding:
    """GetItem against a query of an index with the same hash key; writes with and without that index."""
    pairs = _same_hash(bench)
    table, index = PREFIX + "Threads", "conversation_id-index"
    emulator = fresh(bench, "Threads")
    item = {"conversation_id": {"S": "c1"}, "associated_account": {"S": "a1"}, "subject": {"S": "x" * 600}}
    units = write_units(emulator, "PutItem", {"TableName": table, "Item": item})
    query = {
        "TableName": table,
        "IndexName": index,
        "KeyConditionExpression": "conversation_id = :c",
        "ExpressionAttributeValues": {":c": {"S": "c1"}},
        "ReturnConsumedCapacity": "TOTAL",
    }
    key = {"TableName": table, "Key": {"conversation_id": {"S": "c1"}}, "ConsistentRead": True}
    by_key = "Item" in emulator.call("GetItem", key)
    found = emulator.call("Query", query)
    consistent = refusal(emulator, "Query", {**query, "ConsistentRead": True})
    works = found["Count"] == 1 and by_key
    return Finding(
        PARTLY if works and units.get(index) and consistent else HOLDS if works else FAILS,
        f"{len(pairs)} indexes repeat their table's hash key; each adds {units[index]:g} write unit a put, and a "
        "consistent query of it is refused",
        "They answer, but GetItem does the same at once, consistently and without the second write.",
        value=len(pairs),
        unit="indexes",
        evidence={"indexes": pairs, "write_units": units, "consistent_query": consistent},
    )


@checks("ACS-07")
def boolean_key(claim: Claim, bench: Bench) -> Finding:
    """is_first_email as a key of type BOOL, and the documented item against a key of type text."""
    request = {
        "TableName": "boolean-key",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "is_first_email", "AttributeType": "BOOL"}],
        "KeySchema": [{"AttributeName": "is_first_email", "KeyType": "HASH"}],
    }
    emulator = fresh(bench, "Conversations")
    as_bool = refusal(emulator, "CreateTable", request)
    base = {"conversation_id": {"S": "c"}, "response_id": {"S": "r"}, "associated_account": {"S": "a"}}
    table = PREFIX + "Conversations"
    documented = refusal(emulator, "PutItem", {"TableName": table, "Item": {**base, "is_first_email": {"BOOL": True}}})
    as_text = refusal(emulator, "PutItem", {"TableName": table, "Item": {**base, "is_first_email": {"S": "true"}}})
    return Finding(
        FAILS if as_bool and documented and not as_text else HOLDS,
        f"type BOOL: {as_bool.split(':')[0] or 'taken'}; the documented item: {documented.split(':')[0] or 'taken'}; "
        f"as text: {as_text.split(':')[0] or 'taken'}",
        "Keys are text, number or binary. With this index every put of the documented item is refused, so the table's "
        "other patterns break as well until the value is stored as text.",
        value=bool(as_bool) + bool(documented),
        unit="of 2 refused",
        evidence={"create": as_bool, "put_boolean": documented, "put_text": as_text},
    )


@checks("ACS-08", "ACS-09")
def attributes_not_in_the_model(claim: Claim, bench: Bench) -> Finding:
    """Users as the data model has them, asked for through an index over attributes that it lacks."""
    index, keys = {
        "ACS-08": ("responseEmail-index", ("responseEmail",)),
        "ACS-09": ("userId-createdAt-index", ("userId", "createdAt")),
    }[claim.id]
    emulator = fresh(bench, "Users")
    table, count = PREFIX + "Users", 1_000
    modelled = (
        {"id": {"S": f"u{n}"}, "email": {"S": f"u{n}@example.com"}, "created_at": {"S": "2024"}} for n in range(count)
    )
    put_all(emulator, table, modelled)
    before = scan(emulator, table, IndexName=index, Select="COUNT").count
    added = ({"id": {"S": f"u{n}"}, **{key: {"S": f"{key}-{n}"} for key in keys}} for n in range(count))
    put_all(emulator, table, added)
    after = scan(emulator, table, IndexName=index, Select="COUNT").count
    return Finding(
        FAILS if not before and after == count else HOLDS,
        f"{before} of {count:,} users in the index as modelled, {after:,} once {' and '.join(keys)} are written",
        "The data model has no such attributes, so the index stays empty; one item per user makes no timeline either."
        if len(keys) > 1
        else "The data model has no such attribute, so the index stays empty.",
        value=before,
        unit="users found",
        evidence={"as_modelled": before, "with_the_attributes": after},
    )


@checks("ACS-10")
def sessions_of_a_user(claim: Claim, bench: Bench) -> Finding:
    """The documented query on Sessions, and what a scan takes instead."""
    table = PREFIX + "Sessions"
    emulator = fresh(bench, "Sessions")
    sessions = 2_000
    put_all(
        emulator,
        table,
        (
            {"session_id": {"S": f"s{n}"}, "user_id": {"S": f"u{n % 400}"}, "agent": {"S": "x" * 400}}
            for n in range(sessions)
        ),
    )
    values = {"ExpressionAttributeValues": {":u": {"S": "u1"}}}
    answer = refusal(emulator, "Query", {"TableName": table, "KeyConditionExpression": "user_id = :u", **values})
    scanned = scan(emulator, table, FilterExpression="user_id = :u", **values)
    return Finding(
        FAILS if answer.startswith("ValidationException") else HOLDS,
        f"{answer.split(':')[0] or 'answered'}; a filtered scan takes {scanned.units:g} read units for {scanned.count} "
        "of "
        f"{sessions:,} sessions",
        "user_id is no key of the table and there is no index.",
        value=scanned.units,
        unit="read units by scan",
        evidence={"answer": answer, "found": scanned.count},
    )


@checks("ACS-15")
def one_item_a_conversation(claim: Claim, bench: Bench) -> Finding:
    """Ten interactions of one conversation, put one after the other."""
    left = {}
    for name in ("LLMDataCollection", "EVDataCollection"):
        emulator = fresh(bench, name)
        for number in range(10):
            item = {"conversation_id": {"S": "c1"}, "n": {"N": str(number)}}
            emulator.call("PutItem", {"TableName": PREFIX + name, "Item": item})
        left[name] = scan(emulator, PREFIX + name, Select="COUNT").count
    return Finding(
        FAILS if set(left.values()) == {1} else HOLDS,
        f"{left['LLMDataCollection']} of 10 interactions left",
        "One item a conversation: each put replaces the one before; a sort key would keep them.",
        value=left["LLMDataCollection"],
        unit="of 10 interactions",
        evidence=left,
    )


@checks("ACS-24")
def projections(claim: Claim, bench: Bench) -> Finding:
    """A hundred items of 10 KB read whole, by a projection expression, and through a smaller index."""
    table = PREFIX + "Threads"
    emulator = fresh(bench, "Threads")
    items = [
        {"conversation_id": {"S": f"c{n}"}, "associated_account": {"S": "a"}, "body": {"S": "x" * 10_000}}
        for n in range(100)
    ]
    put_all(emulator, table, items)
    query = {
        "TableName": table,
        "IndexName": "associated_account",
        "KeyConditionExpression": "associated_account = :a",
        "ExpressionAttributeValues": {":a": {"S": "a"}},
    }
    whole = read_all(emulator, "Query", query)
    projected = read_all(emulator, "Query", {**query, "ProjectionExpression": "conversation_id"})
    create = {
        "IndexName": "small",
        "KeySchema": [{"AttributeName": "associated_account", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    definitions = [{"AttributeName": "associated_account", "AttributeType": "S"}]
    emulator.call(
        "UpdateTable",
        {"TableName": table, "AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [{"Create": create}]},
    )
    small = read_all(emulator, "Query", {**query, "IndexName": "small"})
    size, less = len(str(whole.items)), len(str(projected.items))
    return Finding(
        PARTLY if whole.units == projected.units > small.units and less < size else FAILS,
        f"{whole.units:g} read units whole, {projected.units:g} with a projection expression ({less / size:.1%} of the "
        f"bytes), {small.units:g} through a KEYS_ONLY index",
        "A projection expression saves bytes on the wire and no read units; only a smaller index saves those.",
        value=projected.units / whole.units,
        unit="of the read units",
        evidence={"whole": whole.units, "projected": projected.units, "keys_only": small.units},
    )


@checks("ACS-25")
def filter_or_index(claim: Claim, bench: Bench) -> Finding:
    """One in a hundred items, by a filter and by an index."""
    table = PREFIX + "Threads"
    emulator = fresh(bench, "Threads")
    put_all(
        emulator,
        table,
        (
            {"conversation_id": {"S": f"c{n}"}, "associated_account": {"S": f"a{n % 100}"}, "body": {"S": "x" * 2_000}}
            for n in range(4_000)
        ),
    )
    values = {"ExpressionAttributeValues": {":a": {"S": "a1"}}}
    filtered = scan(emulator, table, FilterExpression="associated_account = :a", **values)
    query = {"IndexName": "associated_account", "KeyConditionExpression": "associated_account = :a", **values}
    indexed = read_all(emulator, "Query", {"TableName": table, **query})
    ratio = filtered.units / indexed.units
    return Finding(
        HOLDS if filtered.count == indexed.count and ratio > 50 else FAILS,
        f"{filtered.units:g} read units by a filter, {indexed.units:g} by an index ({ratio:.0f} ×), for "
        f"{indexed.count} "
        "items",
        "A filter is applied after what it looks at has been charged.",
        value=ratio,
        unit="times the read units",
        evidence={"filter": filtered.units, "index": indexed.units},
    )
