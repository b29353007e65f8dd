"""Streams as they are and as call-analysis is to get one: what records carry, what can be changed."""

from __future__ import annotations

from typing import Any

from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import Caller, describe, refusal
from dynarig.workloads.claims.callytics.indexes import TABLE as CALLS
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, Finding
from dynarig.workloads.claims.register import checks

_SYSTEM = "callytics"
_ORGANIZATIONS = "ConnectionService-Organizations-prod"


def records(target: Caller, table: str) -> list[dict[str, Any]]:
    """Every record of the table's latest stream, shard by shard."""
    arn = describe(target, table)["LatestStreamArn"]
    found: list[dict[str, Any]] = []
    for shard in target.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"]:
        request = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = target.call("GetShardIterator", request)["ShardIterator"]
        while iterator:
            answer = target.call("GetRecords", {"ShardIterator": iterator})
            found += answer["Records"]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None
    return found


def _write_thrice(emulator: VirtualEmulator, table: str, key: dict[str, Any]) -> None:
    """Put, update and delete one item."""
    emulator.call("PutItem", {"TableName": table, "Item": {**key, "n": {"N": "1"}}})
    values = {":v": {"N": "2"}}
    update = {"UpdateExpression": "SET n = :v", "ExpressionAttributeValues": values}
    emulator.call("UpdateItem", {"TableName": table, "Key": key, **update})
    emulator.call("DeleteItem", {"TableName": table, "Key": key})


@checks("CAL-41")
def five_streams(claim: Claim, bench: Bench) -> Finding:
    """Which tables have a stream, and what its records of three writes carry."""
    backend = bench.estate(_SYSTEM, "prod")
    views = {}
    for name in bench.tables(_SYSTEM, "prod"):
        specification = describe(backend, name).get("StreamSpecification", {})
        if specification.get("StreamEnabled"):
            views[name] = specification["StreamViewType"]
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[_ORGANIZATIONS])
    _write_thrice(emulator, _ORGANIZATIONS, {"orgId": {"S": "o1"}})
    kinds = [
        (each["eventName"], "OldImage" in each["dynamodb"], "NewImage" in each["dynamodb"])
        for each in records(emulator, _ORGANIZATIONS)
    ]
    whole = kinds == [("INSERT", False, True), ("MODIFY", True, True), ("REMOVE", True, False)]
    both = set(views.values()) == {"NEW_AND_OLD_IMAGES"}
    return Finding(
        HOLDS if len(views) == claim.number("with stream") and both and whole else FAILS,
        f"{len(views)} tables, all with new and old images; three writes give "
        + ", ".join(f"{name} ({'old' * old}{'+' * (old and new)}{'new' * new})" for name, old, new in kinds),
        "DescribeTable of every production table; the records in the order of the writes.",
        value=len(views),
        unit="tables",
        evidence={"views": views, "records": kinds},
    )


@checks("CAL-42")
def planned_stream(claim: Claim, bench: Bench) -> Finding:
    """NEW_IMAGE on call-analysis: its records, and whether the view can be changed in place."""
    emulator = bench.virtual()
    emulator.create(bench.definitions(_SYSTEM, "prod")[CALLS])

    def switch(view: str | None) -> str:
        specification = {"StreamEnabled": bool(view), **({"StreamViewType": view} if view else {})}
        return refusal(emulator, "UpdateTable", {"TableName": CALLS, "StreamSpecification": specification})

    enabled = switch("NEW_IMAGE")
    first = describe(emulator, CALLS)["LatestStreamArn"]
    _write_thrice(emulator, CALLS, {"telephonySessionId": {"S": "s1"}})
    carried = [sorted(set(each["dynamodb"]) & {"OldImage", "NewImage"}) for each in records(emulator, CALLS)]
    in_place = switch("NEW_AND_OLD_IMAGES")
    emulator.clock.advance(1)
    anew = switch(None) + switch("NEW_AND_OLD_IMAGES")
    second = describe(emulator, CALLS)["LatestStreamArn"]
    holds = not enabled and carried == [["NewImage"], ["NewImage"], []] and in_place and not anew and first != second
    return Finding(
        HOLDS if holds else FAILS,
        "enabled while the table serves; a delete carries keys only; another view is refused in place and takes a new "
        "stream",
        "NEW_IMAGE gives no old values and no image of a delete, and its view cannot be changed later.",
        value=len(carried),
        unit="records",
        evidence={"images": carried, "change_in_place": in_place, "streams": [first, second]},
    )
