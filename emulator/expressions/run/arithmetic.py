"""What an update computes: sums, joined lists, and sets joined or parted.

Numbers are exact to 38 digits; the refusals of a result are those of any number (recorded 2026). A value
that does not fit is refused bare, as it is stored, not written.
"""

from __future__ import annotations

from dynarig.emulator.model import errors, numbers
from dynarig.emulator.model import values as model
from dynarig.emulator.model.values import Value

WRONG_TYPE = "An operand in the update expression has an incorrect data type"
SET_TYPES = ("SS", "NS", "BS")


def wrong_type() -> errors.DynamoDBError:
    """The refusal of a stored value that an operator cannot take."""
    return errors.validation(WRONG_TYPE)


def compute(operator: str, left: Value, right: Value) -> Value:
    """left + right or left - right. Raises ValidationException."""
    one, two = left.get("N"), right.get("N")
    if one is None or two is None:
        raise wrong_type()
    try:
        return {"N": numbers.add(one, two) if operator == "+" else numbers.subtract(one, two)}
    except numbers.NumberFault as fault:
        raise errors.validation(fault.newer) from None


def joined_list(left: Value, right: Value) -> Value:
    """The elements of one list, then of another. Raises ValidationException."""
    one, two = left.get("L"), right.get("L")
    if one is None or two is None:
        raise wrong_type()
    return {"L": [*one, *two]}


def added(stored: Value, operand: Value) -> Value:
    """ADD to a stored value: a sum, the union of two sets, or two lists joined. Raises ValidationException.

    Only AttributeUpdates add to lists; an expression's operand is refused before it gets here.
    """
    ((tag, content),) = stored.items()
    members = operand.get(tag)
    if members is None:
        raise wrong_type()
    if tag == "N":
        return compute("+", stored, operand)
    if tag == "L":
        return joined_list(stored, operand)
    if tag not in SET_TYPES:
        raise wrong_type()
    return {tag: _sorted(tag, {*content, *members})}


def deleted(stored: Value, operand: Value) -> Value | None:
    """DELETE from a stored set: what is left, None for nothing. Raises ValidationException."""
    ((tag, content),) = stored.items()
    members = operand.get(tag)
    if tag not in SET_TYPES or members is None:
        raise wrong_type()
    gone = set(members)
    left = [member for member in content if member not in gone]
    return {tag: left} if left else None


def _sorted(tag: str, members: set[str]) -> list[str]:
    if tag == "SS":
        return sorted(members)
    return sorted(members, key=model.number if tag == "NS" else model.binary)
