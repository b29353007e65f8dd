"""Lines, gzip and their bounds, however the bytes are cut into pieces."""

from __future__ import annotations

import gzip

import pytest

from dynarig.emulator.transfers.formats import Malformed, json_items, lines_of, unpacked


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    ("content", "lines"),
    [(b"", []), (b"a\nbb\n", [b"a", b"bb"]), (b"a\n\nbb", [b"a", b"", b"bb"]), (b"\n", [b""])],
)
def test_lines(content: bytes, lines: list[bytes], size: int) -> None:
    assert list(lines_of(cut(content, size))) == lines


def test_a_line_that_never_ends_is_not_read_for_ever() -> None:
    given = 0

    def endless():
        nonlocal given
        while True:
            given += 1
            yield b"x" * 100_000

    with pytest.raises(Malformed):
        list(lines_of(endless()))
    assert given < 50


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
def test_gzip_in_pieces_and_members(size: int) -> None:
    content = b"".join(b"%d\n" % number for number in range(3_000))
    packed = gzip.compress(content[:5_000]) + gzip.compress(b"") + gzip.compress(content[5_000:])
    assert b"".join(unpacked(cut(packed, size))) == content


def test_what_unpacks_to_much_comes_in_bounded_pieces() -> None:
    packed = gzip.compress(b"\0" * 20_000_000)
    pieces = [len(piece) for piece in unpacked([packed])]
    assert sum(pieces) == 20_000_000
    assert max(pieces) <= 1024 * 1024


@pytest.mark.parametrize(
    "content",
    [b"plain", gzip.compress(b"abc", mtime=0)[:-1], gzip.compress(b"abc", mtime=0) + b"more"],
    ids=["plain", "cut off", "with more behind"],
)
def test_what_is_no_gzip(content: bytes) -> None:
    with pytest.raises(Malformed):
        list(unpacked([content]))
    assert list(unpacked([])) == []


def test_items_of_lines() -> None:
    assert list(json_items([b'{"Item":{"a":{"S":"b"}}}', b" ", b"3", b'{"Item":1}'])) == [{"a": {"S": "b"}}, None, None]
    with pytest.raises(Malformed):
        list(json_items([b"{"]))
