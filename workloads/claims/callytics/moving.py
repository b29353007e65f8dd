"""Moving items between tables, writing two stores at once, names that lead nowhere, and schedules by sort key."""

from __future__ import annotations

from random import Random
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import put_all, read_all, refusal, scan
from dynarig.workloads.claims.callytics.indexes import TABLE as CALLS
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks

_SYSTEM = "callytics"
_OLD, _NEW = "orangetheory-BlackoutPeriods-test", "studio-BlackoutPeriods-test"
_HOURS = "studio-OperatingHours-prod"
_STORES, _DAYS = 50, 365
_FAILURES = 0.01


@checks("CAL-34")
def moving_duplicates(claim: Claim, bench: Bench) -> Finding:
    """The duplicate's items moved by scan and conditional puts, with and without a key that is there already."""
    results = {collide: _moved(bench, collide) for collide in (False, True)}
    old, new = claim.number(_OLD), claim.number(_NEW)
    return Finding(
        HOLDS if results[False] == old + new and results[True] == old else FAILS,
        f"{results[False]} items afterwards, {results[True]} where one key was there already; destroyed first, the "
        f"{old:g} are lost",
        "One page of a scan and a conditional put each; a batch takes 25 and knows no conditions.",
        value=results[False],
        unit="items",
        evidence={"apart": results[False], "one_collides": results[True]},
    )


def _moved(bench: Bench, collide: bool) -> int:
    emulator = bench.virtual(region="us-west-2")
    for table in (_OLD, _NEW):
        emulator.create(bench.definitions(_SYSTEM, "test")[table])
    put_all(emulator, _OLD, bench.items(_SYSTEM, _OLD, "test", scale=1.0))
    old = scan(emulator, _OLD).items
    there = {**old[0], "reason": {"S": "newer"}} if collide else {**old[0], "blackoutId": {"S": "another"}}
    emulator.call("PutItem", {"TableName": _NEW, "Item": there})
    for item in old:
        put = {"TableName": _NEW, "Item": item, "ConditionExpression": "attribute_not_exists(storeId)"}
        refusal(emulator, "PutItem", put)
    return scan(emulator, _NEW, Select="COUNT").count


@checks("CAL-45")
def phantom_names(claim: Claim, bench: Bench) -> Finding:
    """What the two functions' phantom names answer in production, with the flag off and on."""
    backend = bench.estate(_SYSTEM, "prod")
    phantoms = [f"ConnectionService-{name}-test" for name in ("OrgConfigurations", "Organizations", "Connections")]
    asked = {False: [], True: phantoms}
    answers = {
        flag: [refusal(backend, "DescribeTable", {"TableName": name}).split(":")[0] for name in names]
        for flag, names in asked.items()
    }
    reader = bench.definitions(_SYSTEM, "prod")["ConnectionService-CallAnalysisConfigurations-prod"]
    week = reader.metadata["DocumentedSize"]["ReadUnitsSevenDays"]
    absent = answers[True] == ["ResourceNotFoundException"] * int(claim.number("phantom names"))
    return Finding(
        PARTLY if absent and week else HOLDS if absent else FAILS,
        f"flag off: {len(answers[False])} requests; flag on: {len(answers[True])} × ResourceNotFoundException; and "
        f"{week:g} read units a week by a legacy function",
        "True for the main application, as its flag is off; one orphan is read by another function all the same.",
        value=len(phantoms),
        unit="phantom names",
        evidence={"answers": answers[True], "names": phantoms},
    )


@checks("CAL-48")
def schedules(claim: Claim, bench: Bench) -> Finding:
    """A year of schedules of many stores, with overrides: the newest of a date by one query of one item."""
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[_HOURS])
    draw = Random(bench.options.seed)
    put_all(emulator, _HOURS, (item for store in range(_STORES) for item in _year(store)))
    right = 0
    samples = 200
    units = 0.0
    for _ in range(samples):
        store, day = draw.randrange(_STORES), _date(draw.randrange(_DAYS))
        override, used = _newest(emulator, store, f"OVERRIDE#{day}")
        units += used
        if override is None:
            override, used = _newest(emulator, store, f"SCHEDULE#{day}")
            units += used
        right += override == _wanted(store, day)
    return Finding(
        HOLDS if right == samples else FAILS,
        f"{right} of {samples} days answered right among {_STORES * _DAYS * 2:,} schedules, {units / samples:.2f} read "
        "units a day",
        "begins_with of an ISO date, newest first, one item; an override is asked for first and wins.",
        value=right,
        unit=f"of {samples} days",
        evidence={"read_units_a_day": units / samples, "stores": _STORES, "days": _DAYS},
    )


def _date(day: int) -> str:
    return f"2025-{day // 31 + 1:02d}-{day % 31 + 1:02d}"


def _year(store: int) -> list[dict[str, Any]]:
    items = []
    for day in range(_DAYS):
        for version in (1, 2):
            items.append(_entry(store, f"SCHEDULE#{_date(day)}#{version:010d}", f"s{version}"))
        if day % 7 == store % 7:
            items.append(_entry(store, f"OVERRIDE#{_date(day)}", "closed"))
    return items


def _entry(store: int, sort_key: str, hours: str) -> dict[str, Any]:
    return {"storeId": {"S": f"store-{store:04d}"}, "sk": {"S": sort_key}, "hours": {"S": hours}}


def _wanted(store: int, date: str) -> str:
    day = (int(date[5:7]) - 1) * 31 + int(date[8:]) - 1
    return "closed" if day % 7 == store % 7 else "s2"


def _newest(emulator: VirtualEmulator, store: int, prefix: str) -> tuple[str | None, float]:
    answer = emulator.call(
        "Query",
        {
            "TableName": _HOURS,
            "KeyConditionExpression": "storeId = :s AND begins_with(sk, :p)",
            "ExpressionAttributeValues": {":s": {"S": f"store-{store:04d}"}, ":p": {"S": prefix}},
            "ScanIndexForward": False,
            "Limit": 1,
            "ReturnConsumedCapacity": "TOTAL",
        },
    )
    found = answer["Items"][0]["hours"]["S"] if answer["Items"] else None
    return found, answer["ConsumedCapacity"]["CapacityUnits"]


@checks("CAL-49")
def dual_write(claim: Claim, bench: Bench) -> Finding:
    """A primary store and the table written one after the other, with the second write failing now and then."""
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[CALLS])
    draw = Random(bench.options.seed)
    primary: dict[str, int] = {}
    writes = 5_000
    for number in range(writes):
        session = f"s-{number % 2_000}"
        primary[session] = number
        if draw.random() >= _FAILURES:
            item = {"telephonySessionId": {"S": session}, "version": {"N": str(number)}}
            emulator.call("PutItem", {"TableName": CALLS, "Item": item})
    drifted = _drifted(emulator, primary)
    repaired = _repair(emulator, primary, drifted)
    return Finding(
        PARTLY if drifted and not repaired else FAILS if repaired else HOLDS,
        f"{len(drifted)} of {len(primary)} records differ after {writes:,} dual writes, {_FAILURES:.0%} failed; "
        f"{len(repaired)} after a repair that writes what is newer",
        "A dual write is not atomic, so the copies drift until they are compared; which table takes business reads is "
        "the application's to show. The document's opening lines still call these tables primary.",
        value=len(drifted),
        unit="records that differ",
        evidence={"records": len(primary), "failures": _FAILURES, "after_repair": len(repaired)},
    )


def _drifted(emulator: VirtualEmulator, primary: dict[str, int]) -> list[str]:
    copies = {
        item["telephonySessionId"]["S"]: int(item["version"]["N"])
        for item in read_all(emulator, "Scan", {"TableName": CALLS}).items
    }
    return [session for session, version in primary.items() if copies.get(session) != version]


def _repair(emulator: VirtualEmulator, primary: dict[str, int], drifted: list[str]) -> list[str]:
    for session in drifted:
        put = {
            "TableName": CALLS,
            "Item": {"telephonySessionId": {"S": session}, "version": {"N": str(primary[session])}},
            "ConditionExpression": "attribute_not_exists(version) OR version < :v",
            "ExpressionAttributeValues": {":v": {"N": str(primary[session])}},
        }
        try:
            emulator.call("PutItem", put)
        except DynamoDBError as error:
            if error.code != "ConditionalCheckFailedException":
                raise
    return _drifted(emulator, primary)
