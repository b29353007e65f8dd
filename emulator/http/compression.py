"""gzip both ways, bounded. Must not know what a body means."""

from __future__ import annotations

import gzip
import zlib

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_FASTEST = 1


class TooLarge(Exception):
    """A body that grows beyond the limit once decompressed."""


def decompress(body: bytes, max_bytes: int) -> bytes:
    """The body unpacked. TooLarge beyond `max_bytes`, found before it is unpacked; ValueError if it is not one gzip
    stream."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = unpacker.decompress(body, max_bytes + 1)
    except zlib.error as fault:
        raise ValueError(str(fault)) from None
    if len(plain) > max_bytes:
        raise TooLarge
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("the body is not one whole gzip stream")
    return plain


def compress(body: bytes) -> bytes:
    """The body as one gzip stream, the same bytes each time."""
    return gzip.compress(body, compresslevel=_FASTEST, mtime=0)


def accepts_gzip(accept_encoding: bytes) -> bool:
    """Whether the header's value names gzip with a weight other than 0."""
    for part in accept_encoding.lower().split(b","):
        name, _, weight = part.partition(b";")
        if name.strip() == b"gzip":
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False
