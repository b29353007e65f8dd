"""Buckets of objects: where exports go and imports come from, as whoever knows no machine sees them.

Rule: a port. What stands behind it, a folder or nothing at all, is handed to the engine. What goes wrong there is a
`BucketFault`, whose text is shown to users.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class BucketFault(Exception):
    """An object cannot be read or written."""


class ObjectWriter(Protocol):
    """An object in the making, which is there once it is closed."""

    def write(self, data: bytes) -> None:
        """Add to it. BucketFault."""
        ...

    def close(self) -> None:
        """Let it be there. BucketFault."""
        ...

    def abandon(self) -> None:
        """Let it never be there."""
        ...


class Buckets(Protocol):
    """All buckets there are."""

    def has(self, bucket: str) -> bool:
        """Whether there is one of this name."""
        ...

    def create(self, bucket: str, key: str) -> ObjectWriter:
        """Begin an object. BucketFault."""
        ...

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys that begin with a prefix, in order. BucketFault."""
        ...

    def read(self, bucket: str, key: str) -> Iterator[bytes]:
        """An object, piece by piece. BucketFault."""
        ...


class NoBuckets:
    """No bucket at all."""

    def has(self, bucket: str) -> bool:
        """There is none."""
        return False

    def create(self, bucket: str, key: str) -> ObjectWriter:
        """There is none to write to."""
        raise BucketFault("there is no bucket")

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """There is none to look into."""
        raise BucketFault("there is no bucket")

    def read(self, bucket: str, key: str) -> Iterator[bytes]:
        """There is none to read."""
        raise BucketFault("there is no bucket")
