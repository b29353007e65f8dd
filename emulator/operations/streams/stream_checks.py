"""What requests of DynamoDB Streams name: streams, shards, how many; what is wrong with such a name, and what it finds.

Rule: member constraints are the service model's, in the older layer's form. The upper bounds of Limit are not in the
model; their texts are DynamoDB Local's, which is AWS's own. Must not know: what is done with a stream.
"""

from __future__ import annotations

import re

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import (
    NAME_PATTERN,
    length_at_least,
    length_at_most,
    matching,
    older_form,
    path_of,
)
from dynarig.emulator.operations.checks.stages import Check, Faults, looks_at
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.stream import Stream
from dynarig.emulator.storage.stream_shard import Shard

_NAME = re.compile(NAME_PATTERN)
_STREAM_ARN = re.compile(
    r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/[a-zA-Z0-9_.-]{3,255}/stream/[0-9T:.-]+", re.ASCII
)
SHARD_ID_LENGTH = (28, 65)
STREAM_ARN_LENGTH = (37, 1024)
_TABLE_NAME_LENGTH = (3, 255)


def length_within(name: str, bounds: tuple[int, int]) -> Check:
    """A string of a length within bounds."""
    path = path_of(name)

    def look(request: Request) -> Faults:
        value = request.members.get(name)
        return None if value is None else length_faults(value, path, bounds)

    return looks_at(name)(look)


def stream_arn(name: str) -> Check:
    """A member that names a stream must be a stream's Amazon resource name (seen on the service; no recorded text)."""

    @looks_at(name)
    def look(request: Request) -> Faults:
        return None if _STREAM_ARN.fullmatch(request.members[name]) else "Invalid StreamArn"

    return look


def length_faults(value: str, path: str, bounds: tuple[int, int]) -> str | None:
    """What is wrong with a string's length, or None."""
    least, most = bounds
    if len(value) < least:
        return older_form(value, path, length_at_least(least))
    return older_form(value, path, length_at_most(most)) if len(value) > most else None


@looks_at("TableName")
def _table_name(request: Request) -> Faults:
    """A plain name: ListStreams takes no Amazon resource name in its place (service model)."""
    name = request.members["TableName"]
    faults = [length_faults(name, "tableName", _TABLE_NAME_LENGTH)]
    if _NAME.fullmatch(name) is None:
        faults.append(older_form(name, "tableName", matching(NAME_PATTERN)))
    return [fault for fault in faults if fault is not None] or None


TABLE_NAME_OF_STREAMS: Check = _table_name


def limit_at_most(most: int, text: str) -> Check:
    """A Limit that is not above the service's own bound."""
    refusal = errors.ONE_OR_MORE + text

    @looks_at("Limit")
    def look(request: Request) -> Faults:
        limit = request.members.get("Limit")
        return refusal if limit is not None and limit > most else None

    return look


def find_stream(catalog: Catalog, arn: str) -> Stream:
    """The stream of this Amazon resource name; raises ResourceNotFoundException (recorded 2026)."""
    stream = catalog.stream(arn)
    if stream is None:
        raise errors.resource_not_found(f": Stream: {arn}")
    return stream


def find_shard(stream: Stream, shard_id: str) -> Shard:
    """A stream's shard; raises ResourceNotFoundException (text as users of the service met it)."""
    shard = stream.shards.get(shard_id)
    if shard is None:
        raise errors.resource_not_found(": Shard does not exist")
    return shard
