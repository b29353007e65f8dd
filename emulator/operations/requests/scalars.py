"""Readers of scalar members: strings, integers, booleans, as the service reads JSON where it expects one.

Rule: a reader gives the value or raises SerializationException with the recorded text (2026). Numbers saturate at their
width and lose their fraction; `reading.older` tells that one did. Knows no member by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from dynarig.emulator.model import errors
from dynarig.emulator.model.json_scalars import lenient_boolean, not_text


class Reading(Protocol):
    """What a reader may tell of the pass it serves."""

    older: bool


def read_text(content: Any, reading: Reading) -> str:
    """A string; numbers, booleans and containers are refused."""
    if type(content) is str:
        return content
    raise not_text(content)


def read_boolean(content: Any, reading: Reading) -> bool:
    """JSON true or false, or one of ten words."""
    return lenient_boolean(content)


def read_exists(content: Any, reading: Reading) -> bool:
    """A legacy condition's Exists: a word in place of JSON sends the request to the older validation layer."""
    if type(content) is str:
        reading.older = True
    return lenient_boolean(content)


def _whole_number_reader(bits: int, java_class: str) -> Callable[[Any, Reading], int]:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    def read(content: Any, reading: Reading) -> int:
        if type(content) is int and low <= content <= high:
            return int(content)
        if type(content) in (int, float):
            value: int = int(max(low, min(high, content)))
            if value != content:
                reading.older = True
            return high if value > high else value  # a float near 2⁶³ rounds up to it
        raise errors.serialization(_not_a_number(content, java_class))

    return read


def _not_a_number(content: Any, java_class: str) -> str:
    if type(content) is bool:
        return f"{str(content).upper()}_VALUE cannot be converted to {java_class}"
    if type(content) is str:
        return f"STRING_VALUE cannot be converted to {java_class}"
    if type(content) is list:
        return f"Unrecognized collection type class java.lang.{java_class}"
    return "Start of structure or map found where not expected"


read_integer = _whole_number_reader(32, "Integer")
read_long = _whole_number_reader(64, "Long")


def read_double(content: Any, reading: Reading) -> float:
    """A number as it is."""
    if type(content) in (int, float):
        return content  # type: ignore[no-any-return]
    raise errors.serialization(_not_a_number(content, "Double"))


def read_timestamp(content: Any, reading: Reading) -> float:
    """Epoch seconds."""
    if type(content) in (int, float):
        return content  # type: ignore[no-any-return]
    raise errors.serialization(_not_a_number(content, "Date"))


SCALAR_READERS: dict[str, Callable[[Any, Any], Any]] = {
    "string": read_text,
    "blob": read_text,
    "boolean": read_boolean,
    "integer": read_integer,
    "long": read_long,
    "double": read_double,
    "float": read_double,
    "timestamp": read_timestamp,
}
