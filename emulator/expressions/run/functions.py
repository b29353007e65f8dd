"""The condition functions: each takes bound operands and yields a predicate on items.

Semantics as recorded on the service in 2026: a missing attribute or an unfit type is false, never an error.
"""

from __future__ import annotations

from collections.abc import Callable

from dynarig.emulator.expressions.run.operands import Bound
from dynarig.emulator.model import values as model
from dynarig.emulator.model.values import Item, Value

Matcher = Callable[[Item], bool]
FunctionBinder = Callable[[list[Bound]], Matcher]

_SET_MEMBERS = {"SS": "S", "NS": "N", "BS": "B"}


def reader(bound: Bound) -> Callable[[Item], Value | None]:
    """A bound operand as a function of the item, whether it is constant or not."""
    value, get = bound
    return get if get is not None else lambda item: value


def never(item: Item) -> bool:
    """The predicate that no item meets."""
    return False


def _attribute_exists(operands: list[Bound]) -> Matcher:
    get = reader(operands[0])
    return lambda item: get(item) is not None


def _attribute_not_exists(operands: list[Bound]) -> Matcher:
    get = reader(operands[0])
    return lambda item: get(item) is None


def _attribute_type(operands: list[Bound]) -> Matcher:
    get = reader(operands[0])
    wanted = operands[1][0]
    tag = None if wanted is None else wanted.get("S")
    if tag is None:
        return never

    def match(item: Item) -> bool:
        value = get(item)
        return value is not None and tag in value

    return match


def _begins_with(operands: list[Bound]) -> Matcher:
    get, get_prefix = reader(operands[0]), reader(operands[1])

    def match(item: Item) -> bool:
        value, prefix = get(item), get_prefix(item)
        return value is not None and prefix is not None and begins_with(value, prefix)

    return match


def begins_with(value: Value, prefix: Value) -> bool:
    """Whether a string or binary begins with another of its type."""
    text, start = value.get("S"), prefix.get("S")
    if text is not None and start is not None:
        return bool(text.startswith(start))
    text, start = value.get("B"), prefix.get("B")
    if text is None or start is None:
        return False
    return model.binary(text).startswith(model.binary(start))


def _contains(operands: list[Bound]) -> Matcher:
    get, get_sought = reader(operands[0]), reader(operands[1])

    def match(item: Item) -> bool:
        value, sought = get(item), get_sought(item)
        return value is not None and sought is not None and contains(value, sought)

    return match


def contains(value: Value, sought: Value) -> bool:
    """Whether a string or binary holds a part, a set a member, or a list an element deeply equal to it."""
    ((tag, content),) = value.items()
    if tag == "L":
        return sought in content
    ((sought_tag, part),) = sought.items()
    if tag == "B":
        return sought_tag == "B" and model.binary(part) in model.binary(content)
    if tag == "S":
        return sought_tag == "S" and part in content
    return _SET_MEMBERS.get(tag) == sought_tag and part in content


FUNCTIONS: dict[str, FunctionBinder] = {
    "attribute_exists": _attribute_exists,
    "attribute_not_exists": _attribute_not_exists,
    "attribute_type": _attribute_type,
    "begins_with": _begins_with,
    "contains": _contains,
}
