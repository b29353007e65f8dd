"""Kinesis streaming destinations: one live entry, states by the clock, refusals as recorded in October 2026."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.model import limits
from tests.capacity.world import World

STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
OTHER = "arn:aws:kinesis:us-east-1:000000000000:stream/others"
STATE = "Table is not in a valid state to enable Kinesis Streaming Destination: "
MUST_BE_OVER = (
    f"{STATE}EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
)
MUST_BE_ACTIVE = f"{STATE}KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."


def world_of(**settings: Any) -> World:
    world = World("off", **settings)
    world.create()
    return world


def ask(world: World, verb: str, arn: str | None = STREAM, **members: Any) -> Any:
    request = {"TableName": "items", **({} if arn is None else {"StreamArn": arn}), **members}
    return world.do(f"{verb}KinesisStreamingDestination", **request)


def refused(world: World, verb: str, arn: str | None = STREAM, **members: Any) -> str:
    request = {"TableName": "items", **({} if arn is None else {"StreamArn": arn}), **members}
    reply = world.call(f"{verb}KinesisStreamingDestination", **request)
    assert reply.status == 400
    return f"{reply.error_code}: {reply.payload['message']}"


def entries(world: World) -> list[dict[str, str]]:
    answer = ask(world, "Describe", None)
    assert list(answer) == ["TableName", "KinesisDataStreamDestinations"]
    return list(answer["KinesisDataStreamDestinations"])


def statuses(world: World) -> list[tuple[str, str]]:
    return [(each["StreamArn"].rpartition("/")[2], each["DestinationStatus"]) for each in entries(world)]


def precise(precision: str, verb: str = "Update") -> dict[str, Any]:
    return {f"{verb}KinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": precision}}


def test_an_entry_is_enabled_and_disabled_and_stays() -> None:
    world = world_of()
    assert entries(world) == []
    assert ask(world, "Enable") == {
        "TableName": "items",
        "StreamArn": STREAM,
        "DestinationStatus": "ENABLING",
        "EnableKinesisStreamingConfiguration": {},
    }
    assert entries(world) == [{"StreamArn": STREAM, "DestinationStatus": "ACTIVE"}]
    assert ask(world, "Disable") == {"TableName": "items", "StreamArn": STREAM, "DestinationStatus": "DISABLING"}
    assert statuses(world) == [("changes", "DISABLED")]
    ask(world, "Enable")
    assert statuses(world) == [("changes", "ACTIVE")]
    assert "Kinesis" not in str(world.do("DescribeTable", TableName="items"))


def test_changes_take_the_time_that_changes_of_a_table_take() -> None:
    world = world_of(table_update_seconds=5.0)
    seen = []
    for verb, members in (("Enable", {}), ("Update", precise("MICROSECOND")), ("Disable", {})):
        ask(world, verb, **members)
        seen += statuses(world)
        world.now += 5
        seen += statuses(world)
    assert [status for _, status in seen] == ["ENABLING", "ACTIVE", "UPDATING", "ACTIVE", "DISABLING", "DISABLED"]


@pytest.mark.parametrize("verb", ["Enable", "Update"])
def test_while_a_change_is_under_way_no_other_is_taken(verb: str) -> None:
    world = world_of(table_update_seconds=5.0)
    ask(world, "Enable")
    if verb == "Update":
        world.now += 5
        ask(world, "Update", **precise("MICROSECOND"))
    not_active = "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: items"
    assert refused(world, "Enable") == refused(world, "Enable", OTHER) == f"ValidationException: {MUST_BE_OVER}"
    assert refused(world, "Disable") == f"ValidationException: {MUST_BE_ACTIVE}"
    told = refused(world, "Update", **precise("MICROSECOND"))
    assert told == f"ValidationException: {STATE}{not_active}, kdsArn: {STREAM}"


def test_it_may_be_disabled_again_while_it_is_being_disabled() -> None:
    world = world_of(table_update_seconds=5.0)
    ask(world, "Enable")
    world.now += 5
    assert ask(world, "Disable") == ask(world, "Disable")
    assert refused(world, "Enable", OTHER).endswith(MUST_BE_OVER)
    world.now += 5
    assert refused(world, "Disable").endswith(MUST_BE_ACTIVE)
    ask(world, "Enable", OTHER)
    assert statuses(world) == [("others", "ENABLING"), ("changes", "DISABLED")]


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        (
            "arn:aws:dynamodb:us-east-1:000000000000:table/items",
            "User does not have a permission to use kinesis stream",
        ),
        (f"{STREAM}/consumer/mine:1", "User does not have a permission to use kinesis stream"),
        ("arn:aws:kinesis:us-east-1:000000000000:stream/", "User does not have a permission to use kinesis stream"),
        ("not-an-arn", "User does not have a permission to use kinesis stream"),
        (
            STREAM.replace("us-east-1", "eu-west-1"),
            "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the current region",
        ),
    ],
)
def test_a_stream_that_cannot_be_had_shows_later(arn: str, why: str) -> None:
    world = world_of()
    assert ask(world, "Enable", arn)["DestinationStatus"] == "ENABLING"
    failed = {"StreamArn": arn, "DestinationStatus": "ENABLE_FAILED", "DestinationStatusDescription": why}
    assert entries(world) == [failed]
    assert refused(world, "Disable", arn).endswith(MUST_BE_ACTIVE)
    ask(world, "Enable", arn)
    assert entries(world) == [failed]
    ask(world, "Enable")
    assert statuses(world)[0] == ("changes", "ACTIVE")
    assert refused(world, "Enable", arn).endswith(MUST_BE_OVER)


def test_the_precision_is_absent_until_it_is_set_and_milliseconds_all_the_same() -> None:
    world = world_of()
    ask(world, "Enable")
    table_id = world.do("DescribeTable", TableName="items")["Table"]["TableId"]
    same = "ValidationException: Invalid Request: Precision is already set to the desired value of"
    assert refused(world, "Update", **precise("MILLISECOND")) == (
        f"{same} MILLISECOND for tableId: {table_id}, kdsArn: {STREAM}"
    )
    updated = ask(world, "Update", **precise("MICROSECOND"))
    assert updated == {
        "TableName": "items",
        "StreamArn": STREAM,
        "DestinationStatus": "UPDATING",
        **precise("MICROSECOND"),
    }
    assert entries(world)[0]["ApproximateCreationDateTimePrecision"] == "MICROSECOND"
    assert refused(world, "Update", **precise("MICROSECOND")).startswith(same)
    ask(world, "Disable")
    ask(world, "Enable", **precise("MICROSECOND", "Enable"))
    assert entries(world)[0]["ApproximateCreationDateTimePrecision"] == "MICROSECOND"
    ask(world, "Disable")
    ask(world, "Enable")
    assert "ApproximateCreationDateTimePrecision" not in entries(world)[0]


@pytest.mark.parametrize(
    ("verb", "arn", "members", "text"),
    [
        ("Enable", None, {}, "1 validation error detected: Value null at 'streamArn' failed to satisfy constraint: "),
        (
            "Enable",
            STREAM,
            precise("SECOND", "Enable"),
            "1 validation error detected: Value 'SECOND' at "
            "'enableKinesisStreamingConfiguration.approximateCreationDateTimePrecision' failed to satisfy constraint: "
            "Member must satisfy enum value set: [MILLISECOND, MICROSECOND]",
        ),
        ("Disable", OTHER, {}, MUST_BE_ACTIVE),
        (
            "Disable",
            STREAM,
            precise("MICROSECOND", "Enable"),
            "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters",
        ),
        (
            "Update",
            OTHER,
            precise("MICROSECOND"),
            f"{STATE}No streaming destination with streamArn: {OTHER} found for table with tableName: items",
        ),
        *[
            (
                "Update",
                STREAM,
                members,
                "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration "
                "cannot be null or contain only null values",
            )
            for members in ({}, {"UpdateKinesisStreamingConfiguration": {}})
        ],
    ],
)
def test_refusals(verb: str, arn: str | None, members: dict[str, Any], text: str) -> None:
    world = world_of()
    ask(world, "Enable")
    assert refused(world, verb, arn, **members).startswith(f"ValidationException: {text}")


@pytest.mark.parametrize("verb", ["Enable", "Disable", "Update", "Describe"])
def test_a_table_that_is_not_there(verb: str) -> None:
    reply = World("off").call(
        f"{verb}KinesisStreamingDestination", TableName="none", StreamArn=STREAM, **precise("MICROSECOND")
    )
    assert reply.error_code == "ResourceNotFoundException"
    assert reply.payload["message"] == "Requested resource not found: Table: none not found"


def test_a_table_that_is_being_made_or_deleted() -> None:
    world = world_of(table_create_seconds=5.0, table_delete_seconds=5.0)
    for verb in ("Enable", "Disable"):
        assert refused(world, verb).startswith("ResourceNotFoundException")
    world.now += 5
    ask(world, "Enable")
    world.do("DeleteTable", TableName="items")
    assert statuses(world) == [("changes", "UPDATING")]
    assert refused(world, "Enable", OTHER).endswith(MUST_BE_OVER)
    assert refused(world, "Disable").endswith(MUST_BE_ACTIVE)
    assert ask(world, "Update", **precise("MICROSECOND"))["DestinationStatus"] == "UPDATING"


def test_entries_that_are_over_are_bounded() -> None:
    world = world_of()
    for number in range(limits.KINESIS_DESTINATIONS_KEPT + 20):
        ask(world, "Enable", f"not-an-arn-{number}")
    ask(world, "Enable")
    assert len(entries(world)) == limits.KINESIS_DESTINATIONS_KEPT
    assert statuses(world)[0] == ("changes", "ACTIVE")
