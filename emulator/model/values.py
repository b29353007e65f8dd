"""Attribute values as everything below the checks reads them: normalised, never changed in place.

A value is DynamoDB JSON with one member, ``{"N": "1"}``; an item maps names to values. Normalised (see walk): numbers
are canonical text, binary is canonical base64, sets are sorted and without duplicates, so equal values are equal
objects.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dynarig.emulator.model import numbers

Value = dict[str, Any]
Item = dict[str, Value]


def type_of(value: Value) -> str:
    """The type letter of a normalised value, such as ``S`` or ``NS``."""
    return next(iter(value))


def number(text: str) -> Decimal:
    """A normalised number's value."""
    return Decimal(text)


def binary(text: str) -> bytes:
    """A normalised binary's bytes."""
    return b64decode(text)


def ordering_key(value: Value) -> str | Decimal | bytes:
    """What orders a normalised S, N or B among its type: text (code points order as UTF-8 does), number, bytes."""
    ((tag, content),) = value.items()
    if tag == "S":
        return content  # type: ignore[no-any-return]
    return Decimal(content) if tag == "N" else b64decode(content)


# ---- sizes: the one formula; the walk adds up the same parts while it checks. Recorded byte-exact in 2026. A name and
# a string take their UTF-8 bytes, a number what numbers.size says, a binary its bytes, a set what its members take.

CONTAINER_BYTES = 3  # a map or a list,
ENTRY_BYTES = 1  # and for each entry or element of it
FLAG_BYTES = 1  # NULL, true, false


def text_size(text: str) -> int:
    """UTF-8 bytes of a text."""
    return len(text) if text.isascii() else len(text.encode())


def value_size(value: Value) -> int:
    """Bytes of a normalised value."""
    (tag,) = value
    content = value[tag]
    if tag == "S":
        return len(content) if content.isascii() else len(content.encode())
    if tag == "N":
        return numbers.size(content)
    if tag == "M":
        return CONTAINER_BYTES + len(content) * ENTRY_BYTES + item_size(content)
    if tag == "L":
        return CONTAINER_BYTES + len(content) * ENTRY_BYTES + sum([value_size(element) for element in content])
    return _SIZES[tag](content)


def item_size(item: Item) -> int:
    """Bytes of normalised attributes: names plus values, without storage overhead."""
    texts = list(item)
    size = 0
    for value in item.values():
        content = value.get("S")
        if content is None:
            size += value_size(value)
        else:
            texts.append(content)
    return size + text_size("".join(texts))


def entry_size(name: str, depth: int) -> int:
    """Bytes of an entry but for its value. depth: how many maps and lists are around it; 0 for an item's attribute."""
    return text_size(name) + ENTRY_BYTES if depth else text_size(name)


def _base64_size(text: str) -> int:
    return len(text) // 4 * 3 - text.endswith("=") - text.endswith("==")


_SIZES: dict[str, Callable[[Any], int]] = {
    "B": _base64_size,
    "SS": lambda members: sum(map(text_size, members)),
    "NS": lambda members: sum(map(numbers.size, members)),
    "BS": lambda members: sum(map(_base64_size, members)),
    "NULL": lambda _: FLAG_BYTES,
    "BOOL": lambda _: FLAG_BYTES,
}
