"""The eleven indexes of call-analysis: what a write costs, which are empty, what can be changed about them."""

from __future__ import annotations

from statistics import mean
from typing import Any

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import describe, put_all, refusal, scan, write_units
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, PARTLY, Finding
from dynarig.workloads.claims.register import checks

TABLE = "call-analytics-prod-call-analysis-us-east-1"
_SYSTEM = "callytics"
_BYTES = 1_300
_CANDIDATES = 3
_SAMPLE = 500

Definition = dict[str, Any]


def _table(bench: Bench) -> tuple[VirtualEmulator, list[Definition]]:
    """A fresh call-analysis and its indexes."""
    emulator = bench.virtual()
    definition = bench.definitions(_SYSTEM, "prod")[TABLE]
    emulator.create(definition)
    return emulator, definition.create["GlobalSecondaryIndexes"]


def _hash_of(index: Definition) -> str:
    return str(index["KeySchema"][0]["AttributeName"])


def call(number: int, hashes: list[str]) -> dict[str, Any]:
    """A call of about 1.3 KB that carries these index hash attributes."""
    item = {
        "telephonySessionId": {"S": f"s-{number:06d}"},
        "callStartTime": {"S": f"2025-11-29T10:{number // 60 % 60:02d}:{number % 60:02d}.000Z"},
        "transcript": {"S": ""},
        **{name: {"S": f"{name[:12]}-{number % 5}"} for name in hashes},
    }
    size = sum(len(name) + len(value["S"]) for name, value in item.items())
    return {**item, "transcript": {"S": "x" * (_BYTES - size)}}


@checks("CAL-05")
def write_amplification(claim: Claim, bench: Bench) -> Finding:
    """Write units of five kinds of write, by how many of the eleven indexes hold the item."""
    emulator, indexes = _table(bench)
    hashes = list(dict.fromkeys(_hash_of(index) for index in indexes))
    ratios = {f"new item in {held} indexes": ratio for held, ratio in _new_items(emulator, indexes).items()}
    whole = call(0, hashes)
    key = {"telephonySessionId": whole["telephonySessionId"]}
    emulator.call("PutItem", {"TableName": TABLE, "Item": whole})

    def update(expression: str, value: str) -> float:
        request = {"TableName": TABLE, "Key": key, "UpdateExpression": expression}
        return _ratio(emulator, "UpdateItem", {**request, "ExpressionAttributeValues": {":v": {"S": value}}})

    ratios["update of a non-key attribute"] = update("SET note = :v", "seen")
    ratios["update of callStartTime"] = update("SET callStartTime = :v", "2025-11-30T00:00:00.000Z")
    stored = emulator.call("GetItem", {"TableName": TABLE, "Key": key})["Item"]
    ratios["identical overwrite"] = _ratio(emulator, "PutItem", {"TableName": TABLE, "Item": stored})
    ratios["delete"] = _ratio(emulator, "DeleteItem", {"TableName": TABLE, "Key": key})
    claimed = claim.number("write cost")
    full = ratios[f"new item in {len(indexes)} indexes"]
    always = {ratio for name, ratio in ratios.items() if name == "delete" or "update" in name} == {claimed}
    return Finding(
        HOLDS if always else PARTLY if full == claimed else FAILS,
        f"{full:g} × for a new item in all {len(indexes)} indexes, "
        f"{ratios[f'new item in {len(indexes) - _CANDIDATES} indexes']:g} × with three of them empty, "
        f"{ratios['update of callStartTime']:g} × when callStartTime changes, "
        f"{ratios['identical overwrite']:g} × when nothing does",
        "Twelve times holds for a new or deleted item that every index holds, and for an update that moves none.",
        value=full,
        unit="×",
        evidence={"write_units_over_the_table_s": ratios, "item_bytes": _BYTES},
    )


def _new_items(emulator: VirtualEmulator, indexes: list[Definition]) -> dict[int, float]:
    """How many indexes hold a new item → its write units over the table's own."""
    ratios = {}
    hashes = list(dict.fromkeys(_hash_of(index) for index in indexes))
    for count in range(len(hashes) + 1):
        units = write_units(emulator, "PutItem", {"TableName": TABLE, "Item": call(100 + count, hashes[:count])})
        ratios[len(units) - 1] = sum(units.values()) / units["table"]
    return ratios


def _ratio(emulator: VirtualEmulator, operation: str, request: dict[str, Any]) -> float:
    units = write_units(emulator, operation, request)
    return sum(units.values()) / units["table"]


@checks("CAL-06")
def empty_indexes(claim: Claim, bench: Bench) -> Finding:
    """Calls whose classification is nested leave three indexes empty; what those three then cost."""
    emulator, indexes = _table(bench)
    nested = [index for index in indexes if _is_nested(index)]
    flat = [_hash_of(index) for index in indexes if index not in nested]
    put_all(emulator, TABLE, (call(number, flat) for number in range(_SAMPLE)))
    held = {index["IndexName"]: index["ItemCount"] for index in describe(emulator, TABLE)["GlobalSecondaryIndexes"]}
    empty = sorted(name for name, count in held.items() if not count)
    put = {"TableName": TABLE, "Item": call(9_000, flat)}
    with_them = sum(write_units(emulator, "PutItem", put).values())
    for name in empty:
        emulator.call(
            "UpdateTable", {"TableName": TABLE, "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}
        )
    without = sum(write_units(emulator, "PutItem", {"TableName": TABLE, "Item": call(9_001, flat)}).values())
    expected = claim.number("0 items")
    return Finding(
        PARTLY if len(empty) == expected and with_them == without else FAILS,
        f"{len(empty)} indexes hold 0 of {_SAMPLE} items; a put costs {with_them:g} write units with them, "
        f"{without:g} without",
        "An index whose key is nested in a map holds nothing and costs nothing, so removing it saves nothing until "
        "items carry its key at the top level; a projection cannot be changed in place.",
        value=len(empty),
        unit="indexes",
        evidence={"items_by_index": held, "empty": empty, "units_with": with_them, "units_without": without},
    )


def _is_nested(index: Definition) -> bool:
    """Whether the document names the index's key by a path into a map."""
    name: str = index["IndexName"]
    return name.startswith(("staff_performance", "call_categorization.follow", "call_outcome"))


@checks("CAL-07")
def how_to_confirm(claim: Claim, bench: Bench) -> Finding:
    """Three ways to learn how many items an index holds, and what each consumes."""
    emulator, indexes = _table(bench)
    hashes = [_hash_of(index) for index in indexes]
    put_all(emulator, TABLE, (call(number, hashes) for number in range(_SAMPLE)))
    name = "siteId-callStartTime-index"
    projected = scan(emulator, TABLE, IndexName=name, ProjectionExpression="telephonySessionId")
    plain = scan(emulator, TABLE, IndexName=name)
    counted = scan(emulator, TABLE, IndexName=name, Select="COUNT")
    described = next(
        index for index in describe(emulator, TABLE)["GlobalSecondaryIndexes"] if index["IndexName"] == name
    )
    same = projected.units == plain.units == counted.units
    agree = projected.count == counted.count == described["ItemCount"] == _SAMPLE
    return Finding(
        PARTLY if same and agree else FAILS,
        f"scan with a projection {projected.units:g} read units, without {plain.units:g}, COUNT {counted.units:g}, "
        "DescribeTable 0",
        "All three give the same count; the projection expression saves no read units, and DescribeTable tells "
        "ItemCount for nothing (on the service, every six hours anew).",
        value=projected.units,
        unit="read units",
        evidence={"items": _SAMPLE, "scan": plain.units, "projected": projected.units, "count": counted.units},
    )


@checks("CAL-08")
def renaming(claim: Claim, bench: Bench) -> Finding:
    """What UpdateTable answers to another name or key of an index."""
    emulator, _ = _table(bench)
    name = "siteId-callStartTime-index"
    update = {"IndexName": name, "NewIndexName": "accountId-callStartTime-index"}
    rekeyed = {"IndexName": name, "KeySchema": [{"AttributeName": "account_id", "KeyType": "HASH"}]}
    answers = {
        word: refusal(
            emulator, "UpdateTable", {"TableName": TABLE, "GlobalSecondaryIndexUpdates": [{"Update": members}]}
        )
        for word, members in (("name", update), ("key", rekeyed))
    }
    after = {index["IndexName"] for index in describe(emulator, TABLE)["GlobalSecondaryIndexes"]}
    kept = name in after and "accountId-callStartTime-index" not in after
    return Finding(
        HOLDS if kept and all(answers.values()) else FAILS,
        "both changes refused, the index is as it was" if kept else "the index was changed",
        "UpdateTable's Update of an index takes its throughput and nothing else.",
        value=float(sum(map(bool, answers.values()))),
        unit="of 2 changes refused",
        evidence={"answers": answers, "indexes": sorted(after)},
    )


@checks("CAL-46")
def largest_table(claim: Claim, bench: Bench) -> Finding:
    """Bytes of every production table and of call-analysis with its indexes, as seeded."""
    backend = bench.estate(_SYSTEM, "prod")
    sizes = {name: describe(backend, name) for name in bench.definitions(_SYSTEM, "prod")}
    tables = {name: found["TableSizeBytes"] for name, found in sizes.items()}
    largest = max(tables, key=lambda name: tables[name])
    indexed = sum(index["IndexSizeBytes"] for index in sizes[TABLE].get("GlobalSecondaryIndexes", ()))
    average = mean(len(str(item)) for _, item in zip(range(20), bench.items(_SYSTEM, TABLE, "prod"), strict=False))
    return Finding(
        HOLDS if largest == TABLE or tables[TABLE] + indexed > max(tables.values()) else FAILS,
        f"{tables[TABLE] / 1e6:.1f} MB of items and {indexed / 1e6:.1f} MB of index entries at scale "
        f"{bench.options.scale:g}",
        "No size is documented; as seeded, its items and what the indexes repeat of them outweigh any other table.",
        value=tables[TABLE] + indexed,
        unit="bytes",
        evidence={"table_bytes": tables, "index_bytes": indexed, "largest": largest, "wire_bytes": average},
    )
