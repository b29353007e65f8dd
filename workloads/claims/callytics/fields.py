"""Fields that look alike, change type or were renamed, and the wall between stores."""

from __future__ import annotations

from typing import Any

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, read_all, refusal, scan
from dynarig.workloads.claims.callytics.indexes import TABLE as CALLS
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks

_SYSTEM = "callytics"
_STORES = "orangetheory-StoresV2-prod"
_ASSIGNMENTS = "orangetheory-PhoneStoreAssignments-prod"
_LEADS = "LeadTracking-v2-us-east-1"
_SITE = "277275028"


def _fresh(bench: Bench, table: str) -> VirtualEmulator:
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[table])
    return emulator


@checks("CAL-09")
def renamed_field(claim: Claim, bench: Bench) -> Finding:
    """Calls with siteId and calls with account_id alone, asked for through the two siteId indexes."""
    emulator = _fresh(bench, CALLS)
    count = 500
    for field in ("siteId", "account_id"):
        put_all(emulator, CALLS, (_call(field, number) for number in range(count)))
    by_site = {"KeyConditionExpression": "siteId = :s", "ExpressionAttributeValues": {":s": {"S": _SITE}}}
    by_brand = {
        "KeyConditionExpression": "franchise = :f AND siteId = :s",
        "ExpressionAttributeValues": {":f": {"S": "orangeTheory"}, ":s": {"S": _SITE}},
    }
    found = {
        name: read_all(emulator, "Query", {"TableName": CALLS, "IndexName": name, **condition}).count
        for name, condition in (("siteId-callStartTime-index", by_site), ("franchise-siteId-index", by_brand))
    }
    return Finding(
        FAILS if all(number == count for number in found.values()) else HOLDS,
        f"{count} of {2 * count} calls found through either index",
        "A call that carries account_id alone is in neither siteId index, so queries lose it without an error; both "
        "fields must be written as long as the indexes are asked.",
        value=count,
        unit="calls found",
        evidence={"found": found, "written": {"siteId": count, "account_id": count}},
    )


def _call(field: str, number: int) -> dict[str, Any]:
    return {
        "telephonySessionId": {"S": f"{field}-{number}"},
        "callStartTime": {"S": f"2026-04-25T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"},
        "franchise": {"S": "orangeTheory"},
        field: {"S": _SITE},
    }


@checks("CAL-10")
def site_is_no_store(claim: Claim, bench: Bench) -> Finding:
    """Stores looked up by the siteId of calls, and by the chain over phone numbers."""
    backend = bench.estate(_SYSTEM, "prod")
    calls = [call for call in scan(backend, CALLS).items if "siteId" in call][:1_000]
    by_phone: dict[str, set[str]] = {}
    for assignment in scan(backend, _ASSIGNMENTS).items:
        by_phone.setdefault(assignment["phoneNumber"]["S"], set()).add(assignment["storeId"]["S"])
    direct = chained = 0
    for call in calls:
        store = {"TableName": _STORES, "Key": {"storeId": call["siteId"]}}
        direct += "Item" in backend.call("GetItem", store)
        ours = {call[name]["S"] for name in ("fromPhoneNumber", "toPhoneNumber") if name in call}
        stores = set().union(*(by_phone.get(number, set()) for number in ours))
        chained += bool(stores) and all(
            "Item" in backend.call("GetItem", {"TableName": _STORES, "Key": {"storeId": {"S": each}}})
            for each in sorted(stores)
        )
    return Finding(
        HOLDS if not direct and chained == len(calls) else FAILS,
        f"{direct} of {len(calls)} calls find a store by siteId, {chained} by phone number and assignment",
        "siteId is an account's number, storeId a UUID; only the chain leads from a call to a store.",
        value=chained,
        unit="calls with a store",
        evidence={"calls": len(calls), "by_site": direct, "by_chain": chained},
    )


@checks("CAL-11")
def two_types(claim: Claim, bench: Bench) -> Finding:
    """extensionId as a number and as an empty string: stored, filtered, and as an index key."""
    table = "orangetheory-PhoneNumbers-prod"
    emulator = _fresh(bench, table)
    for number, value in (("+19142650001", {"N": "101"}), ("+19142650002", {"S": ""})):
        item = {"providerAccountId": {"S": _SITE}, "phoneNumber": {"S": number}, "extensionId": value}
        emulator.call("PutItem", {"TableName": table, "Item": item})
    typed = scan(
        emulator,
        table,
        FilterExpression="attribute_type(extensionId, :t)",
        ExpressionAttributeValues={":t": {"S": "N"}},
    ).count
    across = scan(
        emulator, table, FilterExpression="extensionId = :v", ExpressionAttributeValues={":v": {"S": "101"}}
    ).count
    index = {
        "IndexName": "extensionId-index",
        "KeySchema": [{"AttributeName": "extensionId", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    update = {
        "TableName": table,
        "AttributeDefinitions": [{"AttributeName": "extensionId", "AttributeType": "N"}],
        "GlobalSecondaryIndexUpdates": [{"Create": index}],
    }
    emulator.call("UpdateTable", update)
    item = {"providerAccountId": {"S": _SITE}, "phoneNumber": {"S": "+19142650003"}, "extensionId": {"S": ""}}
    refused = refusal(emulator, "PutItem", {"TableName": table, "Item": item})
    indexed = scan(emulator, table, IndexName="extensionId-index").count
    holds = (typed, across, indexed) == (1, 0, 1) and refused.startswith("ValidationException")
    return Finding(
        HOLDS if holds else FAILS,
        f"both stored; {typed} of 2 is of type N, {across} match the text 101; as an index key the empty string is "
        "refused",
        "Both types live beside each other as long as no index is keyed by the field.",
        value=2,
        unit="types",
        evidence={"of_type_number": typed, "equal_to_text": across, "index_holds": indexed, "refusal": refused},
    )


@checks("CAL-12")
def wall_between_stores(claim: Claim, bench: Bench) -> Finding:
    """What each store reaches through its numbers, as seeded, and after one number got a second store."""
    emulator = _fresh(bench, _ASSIGNMENTS)
    put_all(emulator, _ASSIGNMENTS, bench.items(_SYSTEM, _ASSIGNMENTS, "prod"))
    before = _shared_numbers(emulator)
    assignments = scan(emulator, _ASSIGNMENTS).items
    first = assignments[0]
    other = next(each["storeId"] for each in assignments if each["storeId"] != first["storeId"])
    answer = refusal(emulator, "PutItem", {"TableName": _ASSIGNMENTS, "Item": {**first, "storeId": other}})
    after = _shared_numbers(emulator)
    return Finding(
        PARTLY if not before and after else HOLDS if answer else FAILS,
        f"{len(before)} numbers shared as seeded; a second store for one number is "
        + (f"refused ({answer})" if answer else f"taken, and {len(after)} number is then shared"),
        "The key (storeId, phoneNumber) admits one number in two stores: the wall is the application's, or needs an "
        "item keyed by the number in the same transaction.",
        value=len(after),
        unit="numbers of two stores",
        evidence={"assignments": len(assignments), "shared_before": before, "shared_after": after},
    )


def _shared_numbers(emulator: VirtualEmulator) -> list[str]:
    stores: dict[str, set[str]] = {}
    for item in scan(emulator, _ASSIGNMENTS).items:
        stores.setdefault(item["phoneNumber"]["S"], set()).add(item["storeId"]["S"])
    return sorted(number for number, owners in stores.items() if len(owners) > 1)


@checks("CAL-13")
def one_customer_two_stores(claim: Claim, bench: Bench) -> Finding:
    """Two leads of one phone number in two stores, asked for by the phone."""
    emulator = _fresh(bench, _LEADS)
    for store in ("A", "B"):
        lead = {"id": {"S": f"lead-{store}"}, "phone": {"S": "+19785550100"}, "store_id": {"S": store}}
        emulator.call("PutItem", {"TableName": _LEADS, "Item": {**lead, "receivedAt": {"S": f"2026-04-26T0{1}:00Z"}}})
    request = {
        "TableName": _LEADS,
        "IndexName": "phone-receivedAt-index",
        "KeyConditionExpression": "phone = :p",
        "ExpressionAttributeValues": {":p": {"S": "+19785550100"}},
    }
    together = read_all(emulator, "Query", request).count
    values = {**request["ExpressionAttributeValues"], ":s": {"S": "A"}}  # type: ignore[dict-item]
    filtered = {**request, "FilterExpression": "store_id = :s", "ExpressionAttributeValues": values}
    apart = read_all(emulator, "Query", filtered).count
    return Finding(
        PARTLY if (together, apart) == (claim.number("per customer in two stores"), 1) else FAILS,
        f"{together} records; by phone both stores' come together, {apart} with a filter by store",
        "The records are independent, but the phone index mixes stores: a reader must filter by a store that the lead "
        "carries.",
        value=together,
        unit="records",
        evidence={"by_phone": together, "by_phone_and_store": apart},
    )
