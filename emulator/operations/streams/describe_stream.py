"""DescribeStream: a stream and its shards, a page of them, or the children of one."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.schema import KeySchema
from dynarig.emulator.operations.checks.constraints import bounds_old, older_form, one_of, required
from dynarig.emulator.operations.checks.stages import Faults, bare, gathered, looks_at, runner
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.operations.streams.stream_checks import (
    SHARD_ID_LENGTH,
    STREAM_ARN_LENGTH,
    find_stream,
    length_faults,
    length_within,
    limit_at_most,
    stream_arn,
)
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.stream import Stream
from dynarig.emulator.storage.stream_shard import Shard

_LIMIT_MAX = 100
_FILTER_TYPES = ("CHILD_SHARDS",)


@looks_at("ShardFilter")
def _shard_filter(request: Request) -> Faults:
    wanted = request.members["ShardFilter"]
    faults: list[str | None] = []
    kind, shard_id = wanted.get("Type"), wanted.get("ShardId")
    if kind is not None and kind not in _FILTER_TYPES:
        faults.append(older_form(kind, "shardFilter.type", one_of(_FILTER_TYPES)))
    if shard_id is not None:
        faults.append(length_faults(shard_id, "shardFilter.shardId", SHARD_ID_LENGTH))
    return [fault for fault in faults if fault is not None] or None


@looks_at("ShardFilter")
def _whole_filter(request: Request) -> Faults:
    """A filter of children needs its kind and the parent; no recorded text."""
    wanted = request.members["ShardFilter"]
    for name in ("Type", "ShardId"):
        if wanted and wanted.get(name) is None:
            return f"{errors.ONE_OR_MORE}ShardFilter {name} cannot be null"
    return None


_check = runner(
    (
        gathered(
            required("StreamArn"),
            length_within("StreamArn", STREAM_ARN_LENGTH),
            bounds_old("Limit", 1),
            length_within("ExclusiveStartShardId", SHARD_ID_LENGTH),
            _shard_filter,
        ),
        bare(stream_arn("StreamArn")),
        bare(limit_at_most(_LIMIT_MAX, f"Limit cannot be greater than the maximum: {_LIMIT_MAX}")),
        bare(_whole_filter),
    )
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """The plan of a request; raises DynamoDBError."""
    request = read_request("DescribeStream", body)
    _check(request)
    members = request.members
    stream = find_stream(context.catalog, members["StreamArn"])
    after = members.get("ExclusiveStartShardId", "")
    parent_id = members.get("ShardFilter", {}).get("ShardId")
    limit = members.get("Limit", _LIMIT_MAX)
    shards = [shard for shard in stream.shards_in_order() if shard.shard_id > after]
    rest = shards if parent_id is None else [shard for shard in shards if shard.parent_id == parent_id]
    description = _description(stream)
    description["Shards"] = [_shard(shard) for shard in rest[:limit]]
    if len(rest) > limit:
        description["LastEvaluatedShardId"] = rest[limit - 1].shard_id
    return Plan(response={"StreamDescription": description})


def _description(stream: Stream) -> dict[str, Any]:
    return {
        "StreamArn": stream.arn,
        "StreamLabel": stream.name.label,
        "StreamStatus": stream.status,
        "StreamViewType": stream.view.type,
        "CreationRequestDateTime": int(stream.created_at * 1000) / 1000,
        "TableName": stream.name.table_name,
        "KeySchema": _key_schema(stream.keys),
    }


def _key_schema(keys: KeySchema) -> list[dict[str, str]]:
    partition = [{"AttributeName": attribute.name, "KeyType": "HASH"} for attribute in keys.partition]
    return partition + [{"AttributeName": attribute.name, "KeyType": "RANGE"} for attribute in keys.sort]


def _shard(shard: Shard) -> dict[str, Any]:
    numbers = {"StartingSequenceNumber": str(shard.starting_number)}
    if shard.ending_number is not None:
        numbers["EndingSequenceNumber"] = str(shard.ending_number)
    described: dict[str, Any] = {"ShardId": shard.shard_id, "SequenceNumberRange": numbers}
    if shard.parent_id is not None:
        described["ParentShardId"] = shard.parent_id
    return described


DESCRIBE_STREAM = Operation("DescribeStream", plan, streams=True)
