"""ExpressionAttributeNames and ExpressionAttributeValues as a request's members: their keys, and who uses them.

Rule: every refusal comes bare of an operation's envelope. Texts as recorded on the service in 2026. What
the values hold is checked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from dynarig.emulator.expressions.run.paths import Names, Values
from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.findings import LONG_NAME
from dynarig.emulator.model.values import text_size
from dynarig.emulator.model.walk import is_long_name

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
        if len(key) > limits.PLACEHOLDER_SIZE_BYTES_MAX:
            raise errors.validation(
                f"{member} contains invalid key: The expression attribute map contains a key that is too long; "
                f"size of key: {text_size(key)}"
            )
        if pattern.match(key) is None:
            raise errors.validation(f'{member} contains invalid key: Syntax error; key: "{key}"')


def check_names(names: Mapping[str, Any] | None) -> None:
    """Raises ValidationException for a placeholder that stands for an empty attribute name or one that is too long,
    used or not."""
    for key, name in (names or {}).items():
        if name == "":
            raise errors.validation(f"{NAMES} contains invalid value: Empty attribute name for key {key}")
        if is_long_name(name):
            raise errors.validation(f"{NAMES} contains invalid value: {LONG_NAME} for key {key}")


def check_total(names: Mapping[str, str] | None, values_size_bytes: int) -> None:
    """Raises ValidationException where all substitutions together are too large (texts: DynamoDB Local's).

    values_size_bytes: of the values with their placeholders.
    """
    names_size_bytes = sum(text_size(key) + text_size(name) for key, name in (names or {}).items())
    for what, size_bytes in (
        (NAMES, names_size_bytes),
        (VALUES, values_size_bytes),
        (f"Combined size of {NAMES} and {VALUES}", names_size_bytes + values_size_bytes),
    ):
        if size_bytes > limits.SUBSTITUTIONS_SIZE_BYTES_MAX:
            raise errors.validation(f"{what} exceeds max size")


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
