"""GetShardIterator: where to begin to read a shard, as a position that lasts 15 minutes."""

from __future__ import annotations

import re
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import (
    enumeration,
    length_at_least,
    length_at_most,
    newer_form,
    required,
)
from dynarig.emulator.operations.checks.stages import Faults, bare, gathered, looks_at, runner
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.operations.streams.stream_checks import (
    SHARD_ID_LENGTH,
    STREAM_ARN_LENGTH,
    find_shard,
    find_stream,
    length_within,
    stream_arn,
)
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.stream import Stream
from dynarig.emulator.storage.stream_iterator import ShardIterator, encode
from dynarig.emulator.storage.stream_shard import Shard

_AT, _AFTER, _AT_TIMESTAMP = "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"
_TYPES = (_AFTER, "LATEST", _AT_TIMESTAMP, _AT, "TRIM_HORIZON")  # in Kinesis's order, whose set it is
_NUMBER_LENGTH = (21, 40)
_NUMBER = re.compile(r"\+?[0-9]+")
_INVALID_NUMBER = "Invalid SequenceNumber for the shard"


@looks_at("SequenceNumber")
def _number_length(request: Request) -> Faults:
    """The number's length: camel case without the value, neither layer's form (recorded 2026)."""
    length = len(request.members["SequenceNumber"])
    if length < _NUMBER_LENGTH[0]:
        return newer_form("sequenceNumber", length_at_least(_NUMBER_LENGTH[0]))
    return newer_form("sequenceNumber", length_at_most(_NUMBER_LENGTH[1])) if length > _NUMBER_LENGTH[1] else None


@looks_at()
def _position_given(request: Request) -> Faults:
    """A number where the type needs one and nowhere else; a timestamp likewise."""
    kind = request.members["ShardIteratorType"]
    for name, kinds in (("SequenceNumber", (_AT, _AFTER)), ("Timestamp", (_AT_TIMESTAMP,))):
        if kind in kinds and name not in request.members:
            return f"{errors.ONE_OR_MORE}{name} cannot be null"
        if kind not in kinds and name in request.members:
            return f"{errors.ONE_OR_MORE}{name} should not be passed for this iterator type"
    return None


_check = runner(
    (
        gathered(
            required("StreamArn"),
            length_within("StreamArn", STREAM_ARN_LENGTH),
            required("ShardId"),
            length_within("ShardId", SHARD_ID_LENGTH),
            required("ShardIteratorType"),
            enumeration("ShardIteratorType", _TYPES),
            _number_length,
        ),
        bare(stream_arn("StreamArn")),
        bare(_position_given),
    )
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """The plan of a request; raises DynamoDBError."""
    request = read_request("GetShardIterator", body)
    _check(request)
    stream = find_stream(context.catalog, request.members["StreamArn"])
    shard = find_shard(stream, request.members["ShardId"])
    number = _position(request.members, stream, shard, context.now)
    if number < shard.horizon:
        raise errors.trimmed_data_access()
    return Plan(response={"ShardIterator": encode(ShardIterator(stream.arn, shard.shard_id, number, context.now))})


def _position(members: dict[str, Any], stream: Stream, shard: Shard, now: float) -> int:
    """The sequence number from which on to read."""
    kind = members["ShardIteratorType"]
    if kind == "TRIM_HORIZON":
        return shard.horizon
    latest = stream.last_number + 1
    if kind == "LATEST":
        return latest
    if kind == _AT_TIMESTAMP:
        if members["Timestamp"] > now:
            raise errors.invalid_parameter("Timestamp cannot be in the future")
        first = shard.first_since(members["Timestamp"])
        return latest if first is None else first
    text = members["SequenceNumber"]
    number = int(text) if _NUMBER.fullmatch(text) else -1
    last = stream.last_number if shard.ending_number is None else shard.ending_number
    if not shard.starting_number <= number <= last:
        raise errors.validation(_INVALID_NUMBER)
    return number if kind == _AT else number + 1


GET_SHARD_ITERATOR = Operation("GetShardIterator", plan, streams=True)
