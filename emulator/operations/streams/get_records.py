"""GetRecords: a page of a shard's records, and the position behind it."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.operations.checks.constraints import bounds_old, required
from dynarig.emulator.operations.checks.stages import bare, gathered, runner
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.streams.stream_checks import find_stream, length_within, limit_at_most
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.stream import Stream
from dynarig.emulator.storage.stream_iterator import ShardIterator, decode, encode
from dynarig.emulator.storage.stream_record import StreamRecord, render, size_of
from dynarig.emulator.storage.stream_shard import Shard

_LIMIT_MAX = 1000
_PAGE_BYTES_MAX = 1024 * 1024
_ITERATOR_LENGTH = (1, 2048)

_check = runner(
    (
        gathered(
            required("ShardIterator"),
            length_within("ShardIterator", _ITERATOR_LENGTH),
            bounds_old("Limit", 1),
        ),
        bare(limit_at_most(_LIMIT_MAX, f"Limit should be less than or equal to {_LIMIT_MAX}")),
    )
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """The plan of a request; raises DynamoDBError."""
    request = read_request("GetRecords", body)
    _check(request)
    iterator = decode(request.members["ShardIterator"])
    if iterator is None:
        raise errors.validation("Invalid ShardIterator")
    if context.now - iterator.issued_at >= limits.ITERATOR_SECONDS:
        raise errors.expired_iterator()
    stream = find_stream(context.catalog, iterator.stream_arn)
    shard = stream.shards.get(iterator.shard_id)
    # The iterator was made here, so a shard that is not there any more has been trimmed with all its records.
    if shard is None or iterator.number < shard.horizon:
        raise errors.trimmed_data_access()
    records = _page(stream, shard, iterator.number, request.members.get("Limit", _LIMIT_MAX))
    response: dict[str, Any] = {"Records": [render(record, stream.view) for record in records]}
    behind = records[-1].number + 1 if records else iterator.number
    if not shard.ends_before(behind):
        response["NextShardIterator"] = encode(ShardIterator(stream.arn, shard.shard_id, behind, context.now))
    return Plan(response=response)


def _page(stream: Stream, shard: Shard, number: int, limit: int) -> list[StreamRecord]:
    """Records from a sequence number on: at most `limit`, and 1 MB of them, but one however large."""
    page: list[StreamRecord] = []
    size_bytes = 0
    for record in shard.records_from(number):
        size_bytes += size_of(record, stream.keys)
        if len(page) == limit or (page and size_bytes > _PAGE_BYTES_MAX):
            break
        page.append(record)
    return page


GET_RECORDS = Operation("GetRecords", plan, streams=True)
