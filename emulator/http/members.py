"""Members of the other services' requests, made what the service model says: numbers, times, bounds, choices.

Rule: whatever the protocol, what comes out is the same: times as epoch seconds, numbers as numbers, no unknown members.
A fault is ValidationError in the words in which AWS services tell such.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dynarig.emulator.http.cbor import Time
from dynarig.emulator.http.service_shapes import Shape
from dynarig.emulator.model.errors import DynamoDBError

_DEPTH_MAX = 32


def normalised(value: Any, shape: Shape, path: str = "") -> Any:
    """The value as its shape has it; DynamoDBError where it does not fit."""
    made = _KINDS[shape.type](value, shape, path)
    _check_bounds(made, shape, path)
    return made


def _structure(value: Any, shape: Shape, path: str) -> Any:
    if not isinstance(value, dict):
        raise _fault(value, path, "Member must be a structure")
    made = {}
    for name, member in shape.members():
        if value.get(name) is not None:
            made[name] = normalised(value[name], member, _joined(path, name))
        elif name in shape.required:
            raise _fault(None, _joined(path, name), "Member must not be null")
    return made


def _list(value: Any, shape: Shape, path: str) -> Any:
    if not isinstance(value, list):
        raise _fault(value, path, "Member must be a list")
    return [normalised(each, shape.element, f"{path}.{number}.member") for number, each in enumerate(value, 1)]


def _map(value: Any, shape: Shape, path: str) -> Any:
    if not isinstance(value, dict):
        raise _fault(value, path, "Member must be a map")
    return {str(key): normalised(each, shape.element, f"{path}.{key}.member") for key, each in value.items()}


def _string(value: Any, shape: Shape, path: str) -> Any:
    if not isinstance(value, str):
        raise _fault(value, path, "Member must be text")
    if shape.choices and value not in shape.choices:
        raise _fault(value, path, f"Member must satisfy enum value set: [{', '.join(shape.choices)}]")
    return value


def _boolean(value: Any, shape: Shape, path: str) -> Any:
    known = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(known, bool):
        raise _fault(value, path, "Member must be a boolean")
    return known


def _integer(value: Any, shape: Shape, path: str) -> Any:
    try:
        number = int(value)
        if isinstance(value, bool) or number != float(value):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise _fault(value, path, "Member must be a whole number") from None
    return number


def _double(value: Any, shape: Shape, path: str) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _fault(value, path, "Member must be a number") from None
    if number != number or number in (float("inf"), float("-inf")) or isinstance(value, bool):
        raise _fault(value, path, "Member must be a finite number")
    return number


def _timestamp(value: Any, shape: Shape, path: str) -> Any:
    """Epoch seconds, or text in ISO 8601."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
        try:
            at = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            raise _fault(value, path, "Member must be a timestamp") from None
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return _double(value, shape, path)


_KINDS: dict[str, Callable[[Any, Shape, str], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "long": _integer,
    "double": _double,
    "float": _double,
    "timestamp": _timestamp,
    "blob": lambda value, shape, path: value,
}


def _check_bounds(value: Any, shape: Shape, path: str) -> None:
    least, most = shape.least, shape.most
    if isinstance(value, bool) or shape.type == "timestamp":
        return
    if isinstance(value, int | float):
        if least is not None and value < least:
            raise _fault(value, path, f"Member must have value greater than or equal to {least}")
        if most is not None and value > most:
            raise _fault(value, path, f"Member must have value less than or equal to {most}")
    elif isinstance(value, str | list | dict):
        if least is not None and len(value) < least:
            raise _fault(value, path, f"Member must have length greater than or equal to {least}")
        if most is not None and len(value) > most:
            raise _fault(value, path, f"Member must have length less than or equal to {most}")


def timed(value: Any, shape: Shape) -> Any:
    """An answer with its times marked for CBOR."""
    if shape.type == "structure":
        return {name: timed(value[name], member) for name, member in shape.members() if value.get(name) is not None}
    if shape.type == "list":
        return [timed(each, shape.element) for each in value]
    if shape.type == "map":
        return {key: timed(each, shape.element) for key, each in value.items()}
    return Time(value) if shape.type == "timestamp" else value


def _joined(path: str, name: str) -> str:
    lower = name[:1].lower() + name[1:]
    return f"{path}.{lower}" if path else lower


def _fault(value: Any, path: str, text: str) -> DynamoDBError:
    shown = "null" if value is None else f"'{str(value)[:100]}'"
    return DynamoDBError(
        "ValidationError",
        f"1 validation error detected: Value {shown} at '{path}' failed to satisfy constraint: {text}",
    )
