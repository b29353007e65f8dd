"""CBOR (RFC 8949) as far as smithy-rpc-v2-cbor needs it: maps, lists, text, bytes, numbers, times, and no depth bombs.

Times are tag 1, epoch seconds; here they are `Time`, so that a shape decides what is one. Must not know: any operation.
"""

from __future__ import annotations

import struct
from typing import Any

_DEPTH_MAX = 32
_BREAK = object()
_SIMPLE = {20: False, 21: True, 22: None, 23: None}
_INDEFINITE = 31


class Time(float):
    """Epoch seconds that are written as a time."""


def decode(data: bytes) -> Any:
    """The one value that the bytes are; ValueError where they are not. A tag is passed over for what it tags."""
    try:
        value, end = _decode(data, 0, 0)
    except (IndexError, struct.error, UnicodeDecodeError, TypeError) as fault:
        raise ValueError(f"not CBOR: {fault}") from None
    if end != len(data) or value is _BREAK:
        raise ValueError("not one CBOR value")
    return value


def _decode(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > _DEPTH_MAX:
        raise ValueError("CBOR nested too deeply")
    major, info = data[at] >> 5, data[at] & 31
    if major == 7:
        return _decode_simple(data, at + 1, info)
    if info == _INDEFINITE:
        return _decode_indefinite(data, at + 1, major, depth)
    number, at = _argument(data, at + 1, info)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        part = data[at : at + number]
        if len(part) != number:
            raise ValueError("CBOR ends early")
        return (part.decode() if major == 3 else part), at + number
    if major == 6:
        return _decode(data, at, depth + 1)
    elements = []
    for _ in range(number * (2 if major == 5 else 1)):
        value, at = _decode(data, at, depth + 1)
        elements.append(value)
    return (elements if major == 4 else _pairs(elements)), at


def _decode_indefinite(data: bytes, at: int, major: int, depth: int) -> tuple[Any, int]:
    elements: list[Any] = []
    while True:
        value, at = _decode(data, at, depth + 1)
        if value is _BREAK:
            break
        elements.append(value)
    if major == 4:
        return elements, at
    if major == 5:
        return _pairs(elements), at
    return ("" if major == 3 else b"").join(elements), at


def _pairs(elements: list[Any]) -> dict[Any, Any]:
    if len(elements) % 2:
        raise ValueError("a CBOR map lacks a value")
    return dict(zip(elements[::2], elements[1::2], strict=True))


def _decode_simple(data: bytes, at: int, info: int) -> tuple[Any, int]:
    if info == _INDEFINITE:
        return _BREAK, at
    if info in (25, 26, 27):
        form, size = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}[info]
        return struct.unpack(form, data[at : at + size])[0], at + size
    if info in _SIMPLE:
        return _SIMPLE[info], at
    raise ValueError("a CBOR value of no known kind")


def _argument(data: bytes, at: int, info: int) -> tuple[int, int]:
    if info < 24:
        return info, at
    if info > 27:
        raise ValueError("a CBOR length of no known kind")
    size = 1 << (info - 24)
    if at + size > len(data):
        raise ValueError("CBOR ends early")
    return int.from_bytes(data[at : at + size], "big"), at + size


def encode(value: Any) -> bytes:
    """The value's bytes: dicts, lists, text, bytes, numbers, booleans, None and times."""
    if value is None:
        return b"\xf6"
    if value is True or value is False:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, Time):
        return b"\xc1" + struct.pack(">Bd", 0xFB, value)
    if isinstance(value, float):
        return struct.pack(">Bd", 0xFB, value)
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, dict):
        return _head(5, len(value)) + b"".join(encode(key) + encode(each) for key, each in value.items())
    return _head(4, len(value)) + b"".join(map(encode, value))


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    raise ValueError(f"{number} is too large for CBOR")
