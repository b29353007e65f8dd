"""ExpressionAttributeNames and ExpressionAttributeValues as a request's members: their keys, and who uses them.

Rule: every refusal comes bare of an operation's envelope. Texts as recorded on the service in 2026. What
the values hold is checked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from dynarig.emulator.expressions.run.paths import Names, Values
from dynarig.emulator.model import errors

NAMES = "ExpressionAttributeNames"
VALUES = "ExpressionAttributeValues"
_NAME_KEY = re.compile(r"#[A-Za-z0-9_]+\Z")
_VALUE_KEY = re.compile(r":[A-Za-z0-9_]+\Z")


class UsesPlaceholders(Protocol):
    """What knows the placeholders it uses: any program."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def values(self) -> tuple[str, ...]: ...


def check_members(
    names: Mapping[str, Any] | None,
    values: Mapping[str, Any] | None,
    named: bool,
    valued: bool,
    absent: str = "",
) -> None:
    """The checks of both members that need no expression's content: presence, emptiness, then each key.

    named, valued: whether the request has an expression that may use names, and one that may use values (a projection
    may not). absent: what reads add about values when there is none, such as ``: FilterExpression is null``. Raises
    ValidationException.
    """
    if names is not None:
        _check_member(NAMES, names, _NAME_KEY, None if named else "")
    if values is not None:
        _check_member(VALUES, values, _VALUE_KEY, None if valued else absent)


def _check_member(member: str, content: Mapping[str, Any], pattern: re.Pattern[str], absent: str | None) -> None:
    if absent is not None:
        raise errors.validation(f"{member} can only be specified when using expressions{absent}")
    if not content:
        raise errors.validation(f"{member} must not be empty")
    for key in content:
        if pattern.match(key) is None:
            raise errors.validation(f'{member} contains invalid key: Syntax error; key: "{key}"')


def check_empty_names(names: Mapping[str, Any] | None) -> None:
    """Raises ValidationException for a placeholder that stands for an empty attribute name, used or not."""
    for key, name in (names or {}).items():
        if name == "":
            raise errors.validation(f"{NAMES} contains invalid value: Empty attribute name for key {key}")


def unused(
    names: Names | None, values: Values | None, programs: Iterable[UsesPlaceholders]
) -> errors.DynamoDBError | None:
    """The refusal of placeholders that no program names, names before values; None if all are used."""
    if not names and not values:
        return None
    used: set[str] = set()
    for one in programs:
        used.update(one.names)
        used.update(one.values)
    for member, content in ((NAMES, names), (VALUES, values)):
        if content and not used.issuperset(content):
            left = sorted(key for key in content if key not in used)
            return errors.validation(f"Value provided in {member} unused in expressions: keys: {{{', '.join(left)}}}")
    return None
