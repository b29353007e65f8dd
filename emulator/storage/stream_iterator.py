"""Shard iterators: a position in a shard and when it was given, as opaque text that needs no state.

Rule: what was not made here, or was altered, is not read. Shaped as the service's: the stream's Amazon resource name, a
bar, 1, a bar, base64. Knows nothing of what stands at the position.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple

_VERSION = "1"
_NUMBER_BASE = 10**20
_POSITION = Struct(">Qq")
_SEAL_BYTES = 8


class ShardIterator(NamedTuple):
    """Where to read on: from this sequence number. issued_at: epoch seconds, to the millisecond."""

    stream_arn: str
    shard_id: str
    number: int
    issued_at: float


def encode(iterator: ShardIterator) -> str:
    """The iterator as text."""
    position = _POSITION.pack(iterator.number - _NUMBER_BASE, int(iterator.issued_at * 1000))
    content = position + iterator.shard_id.encode()
    sealed = _seal(iterator.stream_arn, content) + content
    return "|".join((iterator.stream_arn, _VERSION, b64encode(sealed).decode()))


def decode(text: str) -> ShardIterator | None:
    """The iterator in a text, or None where it is not one that was made here."""
    parts = text.split("|")
    if len(parts) != 3 or parts[1] != _VERSION:
        return None
    try:
        sealed = b64decode(parts[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    seal, content = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if len(content) < _POSITION.size or seal != _seal(parts[0], content):
        return None
    offset, millisecond = _POSITION.unpack_from(content)
    shard_id = content[_POSITION.size :].decode()
    return ShardIterator(parts[0], shard_id, _NUMBER_BASE + offset, millisecond / 1000)


def _seal(stream_arn: str, content: bytes) -> bytes:
    arn = stream_arn.encode(errors="surrogatepass")
    return blake2b(arn + b"|" + content, digest_size=_SEAL_BYTES, key=b"shard iterator").digest()
