"""The hash of a partition key: its place among all, which decides its partition and the order of a scan.

Rule: fixed and even, so that every run and every machine agrees. AWS does not disclose its own.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b
from typing import Any

TOKEN_BITS = 64
TOKENS_END = 1 << TOKEN_BITS
_RING = blake2b(digest_size=8, key=b"ring")  # copied for each key: half of what a keyed hash costs from the start


def token_of(partition: Any) -> int:
    """The place of a partition key value among all, 0 to 2^64 - 1."""
    hashed = _RING.copy()
    hashed.update(partition.encode() if type(partition) is str else _hashable(partition))
    return int.from_bytes(hashed.digest(), "big")


def _hashable(partition: Any) -> bytes:
    if type(partition) is str:
        return partition.encode()
    if type(partition) is bytes:
        return partition
    if type(partition) is Decimal:
        return str(partition).encode()
    return b"".join(len(part).to_bytes(4, "big") + part for part in map(_hashable, partition))
