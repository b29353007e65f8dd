"""ListStreams: the streams that can be read, by Amazon resource name, those of deleted tables too."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.checks.constraints import bounds_old
from dynarig.emulator.operations.checks.stages import bare, gathered, runner
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.streams.stream_checks import (
    STREAM_ARN_LENGTH,
    TABLE_NAME_OF_STREAMS,
    length_within,
    limit_at_most,
    stream_arn,
)
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.stream import Stream

_LIMIT_MAX = 100
_check = runner(
    (
        gathered(
            TABLE_NAME_OF_STREAMS, bounds_old("Limit", 1), length_within("ExclusiveStartStreamArn", STREAM_ARN_LENGTH)
        ),
        bare(stream_arn("ExclusiveStartStreamArn")),
        bare(limit_at_most(_LIMIT_MAX, f"Limit cannot be greater than the maximum allowed size: {_LIMIT_MAX}")),
    )
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """The plan of a request; raises DynamoDBError."""
    request = read_request("ListStreams", body)
    _check(request)
    table_name = request.members.get("TableName")
    after = request.members.get("ExclusiveStartStreamArn", "")
    limit = request.members.get("Limit", _LIMIT_MAX)
    found = [stream for stream in context.catalog.streams() if table_name in (None, stream.name.table_name)]
    rest = sorted((stream for stream in found if stream.arn > after), key=lambda stream: stream.arn)
    response: dict[str, Any] = {"Streams": [_listed(stream) for stream in rest[:limit]]}
    if len(rest) > limit:
        response["LastEvaluatedStreamArn"] = rest[limit - 1].arn
    return Plan(response=response)


def _listed(stream: Stream) -> dict[str, str]:
    return {"StreamArn": stream.arn, "TableName": stream.name.table_name, "StreamLabel": stream.name.label}


LIST_STREAMS = Operation("ListStreams", plan, streams=True)
