"""Member constraints: the faults of single members against the service model, in the wording of both layers.

Rule: a text here is exact (recorded 2026); which faults are told together, and when, is each operation's data. The
older validation layer quotes the value and writes the path in camel case, the newer names the member as it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.operations.checks.stages import Check, Faults, each_time, looks_at
from dynarig.emulator.operations.requests.request import Request

NOT_NULL = "not be null"
NAME_PATTERN = "[a-zA-Z0-9_.-]+"

# The order in which the service lists an enumeration's values; it is not the model's.
CAPACITY_VALUES = ("INDEXES", "TOTAL", "NONE")
METRICS_VALUES = ("SIZE", "NONE")
ON_CONDITION_FAILURE_VALUES = ("ALL_OLD", "NONE")
RETURN_VALUES_OF_PUT_AND_DELETE = "ReturnValues can only be ALL_OLD or NONE"
RETURN_VALUES = ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
SELECT_VALUES = ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
CONDITIONAL_OPERATORS = ("OR", "AND")


def older_form(value: object, path: str, rule: str) -> str:
    """The older validation layer's form, ``Value 'a!' at 'tableName' failed to satisfy constraint: Member must …``."""
    return f"Value '{value}' at '{path}' failed to satisfy constraint: Member must {rule}"


def newer_form(name: str, rule: str) -> str:
    """The newer validation layer's form, such as ``Value at 'Limit' failed to satisfy constraint: Member must …``."""
    return f"Value at '{name}' failed to satisfy constraint: Member must {rule}"


def null(path: str) -> str:
    """A required member that is not there; one form for both layers."""
    return f"Value null at '{path}' failed to satisfy constraint: Member must {NOT_NULL}"


def length_at_least(count: int) -> str:
    """The rule of a least length."""
    return f"have length greater than or equal to {count}"


def length_at_most(count: int) -> str:
    """The rule of a greatest length."""
    return f"have length less than or equal to {count}"


def value_at_least(bound: int) -> str:
    """The rule of a least value."""
    return f"have value greater than or equal to {bound}"


def value_at_most(bound: int) -> str:
    """The rule of a greatest value."""
    return f"have value less than or equal to {bound}"


def one_of(values: tuple[str, ...]) -> str:
    """The rule of an enumeration, in the service's order."""
    return f"satisfy enum value set: [{', '.join(values)}]"


def matching(pattern: str) -> str:
    """The rule of a pattern."""
    return f"satisfy regular expression pattern: {pattern}"


def path_of(name: str) -> str:
    """A member's name as paths spell it: ``TableName`` → ``tableName``."""
    return name[0].lower() + name[1:]


# ---- checks of one member


def required(name: str) -> Check:
    """A member that must be there."""
    fault = null(path_of(name))
    return Check(lambda _: fault, missing=frozenset({name}))


def enumeration(name: str, values: tuple[str, ...]) -> Check:
    """A member that takes one of these values; older form in either layer."""
    path, rule = path_of(name), one_of(values)

    def look(request: Request) -> Faults:
        value = request.members.get(name)
        return None if value is None or value in values else older_form(value, path, rule)

    return looks_at(name)(look)


def length_from(name: str, least: int) -> Check:
    """A list, map or string with a least length; older form."""
    path, rule = path_of(name), length_at_least(least)

    def look(request: Request) -> Faults:
        value = request.members.get(name)
        return None if value is None or len(value) >= least else older_form(_echo(value), path, rule)

    return looks_at(name)(look)


def counted(name: str, most: int, echo: Callable[[list[Any]], str]) -> Check:
    """A list of one to `most` elements; older form. echo: prints the list as the service prints it back."""
    path = path_of(name)

    def look(request: Request) -> Faults:
        count = len(request.members[name])
        if count == 0:
            return older_form("[]", path, length_at_least(1))
        return older_form(echo(request.body[name]), path, length_at_most(most)) if count > most else None

    return looks_at(name)(look)


def _echo(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def bounds_new(name: str, least: int, most: int | None = None) -> Check:
    """A number within bounds; newer form."""

    def look(request: Request) -> Faults:
        value = request.members.get(name)
        if value is not None and value < least:
            return newer_form(name, value_at_least(least))
        if value is not None and most is not None and value > most:
            return newer_form(name, value_at_most(most))
        return None

    return each_time(looks_at(name)(look))


def bounds_old(name: str, least: int, most: int | None = None) -> Check:
    """A number within bounds; older form, with the value as read."""
    path = path_of(name)

    def look(request: Request) -> Faults:
        value = request.members.get(name)
        if value is not None and value < least:
            return older_form(value, path, value_at_least(least))
        if value is not None and most is not None and value > most:
            return older_form(value, path, value_at_most(most))
        return None

    return each_time(looks_at(name)(look))


RETURN_CONSUMED_CAPACITY = enumeration("ReturnConsumedCapacity", CAPACITY_VALUES)
RETURN_ITEM_COLLECTION_METRICS = enumeration("ReturnItemCollectionMetrics", METRICS_VALUES)
RETURN_VALUES_ON_CONDITION_CHECK_FAILURE = enumeration(
    "ReturnValuesOnConditionCheckFailure", ON_CONDITION_FAILURE_VALUES
)
RETURN_VALUES_OLDER = enumeration("ReturnValues", RETURN_VALUES)
SELECT = enumeration("Select", SELECT_VALUES)
CONDITIONAL_OPERATOR = enumeration("ConditionalOperator", CONDITIONAL_OPERATORS)


@looks_at("ReturnValues")
def _return_values(request: Request) -> Faults:
    value = request.members.get("ReturnValues")
    if value is None or value in RETURN_VALUES:
        return None
    if request.older:
        return older_form(value, "returnValues", one_of(RETURN_VALUES))
    # The service's own text: neither value nor member, and UPDATE_NEW for the UPDATED_NEW that it takes.
    return (
        "Failed to satisfy constraint: Member must satisfy enum value set: "
        "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
    )


RETURN_VALUES_OF_LAYER = _return_values
