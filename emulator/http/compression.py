"""gzip and deflate both ways, bounded. Must not know what a body means.

Rule: what is unpacked stops at its bound before it takes memory, whatever the body claims; a body of many members costs
by its length, not by its length times their number.
"""

from __future__ import annotations

import gzip
import zlib

GZIP, DEFLATE = b"gzip", b"deflate"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_RAW_WINDOW = -zlib.MAX_WBITS
_FASTEST = 1
_PIECE_BYTES = 65_536
_MEMBERS_MAX = 1_000  # of one gzip body: clients join a few; each costs a new state of zlib


class TooLarge(Exception):
    """A body that grows beyond the limit once decompressed."""


def decompress(encoding: bytes, body: bytes, max_bytes: int) -> bytes | None:
    """The body unpacked, None for an encoding that is not read here.

    TooLarge beyond `max_bytes`, found before it is unpacked; ValueError if the body is not whole in its encoding. gzip
    may have several members in a row. deflate is zlib's format, or bare as some clients send it.
    """
    if encoding == GZIP:
        return _members(body, max_bytes)
    if encoding != DEFLATE:
        return None
    try:
        plain, end = _stream(memoryview(body), zlib.MAX_WBITS, max_bytes)
    except ValueError:
        plain, end = _stream(memoryview(body), _RAW_WINDOW, max_bytes)
    if end != len(body):
        raise ValueError("the body goes on behind its deflate stream")
    return plain


def _members(body: bytes, max_bytes: int) -> bytes:
    """All members of a gzip body, joined."""
    rest = memoryview(body)
    members: list[bytes] = []
    room = max_bytes
    while True:
        plain, end = _stream(rest, _GZIP_WINDOW, room)
        members.append(plain)
        room -= len(plain)
        rest = rest[end:]
        if not rest:
            return b"".join(members)
        if len(members) == _MEMBERS_MAX:
            raise ValueError(f"a gzip body of more than {_MEMBERS_MAX} members")


def _stream(body: memoryview, window: int, max_bytes: int) -> tuple[bytes, int]:
    """One stream unpacked, and where in the body it ends."""
    unpacker = zlib.decompressobj(window)
    pieces: list[bytes] = []
    room, position = max_bytes, 0
    while not unpacker.eof:
        taken = body[position : position + _PIECE_BYTES]
        if not taken:
            raise ValueError("the body is not a whole stream")
        try:
            plain = unpacker.decompress(taken, room + 1)
        except zlib.error as fault:
            raise ValueError(str(fault)) from None
        if len(plain) > room:
            raise TooLarge
        pieces.append(plain)
        room -= len(plain)
        position += len(taken) - len(unpacker.unused_data)
    return b"".join(pieces), position


def compress(encoding: bytes, body: bytes) -> bytes:
    """The body in one of the encodings that `accepted` names, the same bytes each time."""
    if encoding == GZIP:
        return gzip.compress(body, compresslevel=_FASTEST, mtime=0)
    return zlib.compress(body, _FASTEST)


def accepted(accept_encoding: bytes) -> bytes | None:
    """Which of gzip and deflate the header's value prefers, gzip where it does not say; None for neither."""
    weights = {GZIP: 0.0, DEFLATE: 0.0}
    for part in accept_encoding.lower().split(b","):
        name, _, weight = part.partition(b";")
        if name.strip() in weights:
            weights[name.strip()] = _weight(weight)
    best = max(weights, key=weights.__getitem__)
    return best if weights[best] > 0 else None


def _weight(parameter: bytes) -> float:
    """Such as ``q=0.5``; 1 where there is none, or none that can be read."""
    _, _, figure = parameter.partition(b"=")
    try:
        return float(figure)
    except ValueError:
        return 1.0
