"""Objects of an import as items: DynamoDB JSON by lines, or CSV, plain or in gzip.

Rule: an item that is no item is told as None and the next follows; what cannot be read as lines of the format at all is
a `Malformed`, and nothing of that object follows (G: S3DataImport.Validation; recorded in October 2026). CSV gives
strings, but for keys, which have their types (G: S3DataImport.Format).
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

RawItem = dict[str, Any] | None
Reader = Callable[[Iterable[bytes]], Iterator[RawItem]]
_GZIP = 16 + zlib.MAX_WBITS
_PIECE_BYTES = 1024 * 1024
_LINE_BYTES_MAX = 4 * 1024 * 1024  # an item of 400 KB takes less in any spelling


class Malformed(Exception):
    """What cannot be read on."""


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends; an empty last one is none. Malformed where one is longer than any item."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        if len(rest) > _LINE_BYTES_MAX:
            raise Malformed("a line is longer than any item")
    if rest:
        yield rest


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What was packed by gzip, also in several members. Malformed where it was not."""
    reader = zlib.decompressobj(wbits=_GZIP)
    is_empty = True
    for piece in pieces:
        pending = piece
        while pending:
            is_empty = False
            if reader.eof:
                reader = zlib.decompressobj(wbits=_GZIP)
            try:
                yield reader.decompress(pending, _PIECE_BYTES)
            except zlib.error as fault:
                raise Malformed(str(fault)) from None
            pending = reader.unconsumed_tail or reader.unused_data
    if not is_empty and not reader.eof:
        raise Malformed("it ends too early")


def json_items(lines: Iterable[bytes]) -> Iterator[RawItem]:
    """Items of lines such as ``{"Item": {"pk": {"S": "a"}}}``."""
    for line in lines:
        if not line.strip():
            continue
        try:
            told = orjson.loads(line)
        except orjson.JSONDecodeError as fault:
            raise Malformed(str(fault)) from None
        item = told.get("Item") if isinstance(told, dict) else None
        yield item if isinstance(item, dict) else None


def csv_items(types: Mapping[str, str], delimiter: str = ",", header: list[str] | None = None) -> Reader:
    """A reader of items of CSV. types: of the attributes that are keys. header: in place of the first line."""

    def read(lines: Iterable[bytes]) -> Iterator[RawItem]:
        names = header
        try:
            for row in csv.reader(_texts(lines), delimiter=delimiter, strict=True):
                if names is None:
                    names = row
                elif row:
                    yield _item(names, row, types)
        except (csv.Error, UnicodeDecodeError) as fault:
            raise Malformed(str(fault)) from None

    return read


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    return (line.decode() + "\n" for line in lines)


def _item(names: list[str], row: list[str], types: Mapping[str, str]) -> RawItem:
    if len(row) != len(names):
        return None
    return {name: {types.get(name, "S"): text} for name, text in zip(names, row, strict=True)}
