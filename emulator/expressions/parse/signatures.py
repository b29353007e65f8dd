"""What each function of the language takes, and where it may stand.

Data for the parser, the static checks and the update room. Knows no item. Texts as recorded on the service
in 2026.
"""

from __future__ import annotations

from typing import NamedTuple

CONDITION_ROLE = "condition"
OPERAND_ROLE = "operand"
UPDATE_ROLE = "update"


class Signature(NamedTuple):
    """role: where the function stands. operand_count: how many it takes. needs_path: its first operand is a path."""

    role: str
    operand_count: int
    needs_path: bool = False


SIGNATURES = {
    "attribute_exists": Signature(CONDITION_ROLE, 1, True),
    "attribute_not_exists": Signature(CONDITION_ROLE, 1, True),
    "attribute_type": Signature(CONDITION_ROLE, 2),
    "begins_with": Signature(CONDITION_ROLE, 2),
    "contains": Signature(CONDITION_ROLE, 2),
    "size": Signature(OPERAND_ROLE, 1),
    "if_not_exists": Signature(UPDATE_ROLE, 2, True),
    "list_append": Signature(UPDATE_ROLE, 2),
}


def misplaced(function: str, updating: bool) -> str | None:
    """Why the function cannot be named in this kind of expression at all, or None."""
    signature = SIGNATURES.get(function)
    if signature is None:
        return f"Invalid function name; function: {function}"
    if updating and signature.role != UPDATE_ROLE:
        return f"The function is not allowed in an update expression; function: {function}"
    if not updating and signature.role == UPDATE_ROLE:
        return f"The function is not allowed in a condition expression; function: {function}"
    return None


def misused(function: str) -> str:
    """The refusal of a condition function as an operand, or the other way about."""
    return f"The function is not allowed to be used this way in an expression; function: {function}"


def needs_path(function: str) -> str:
    """The refusal of anything but a document path as the first operand."""
    return f"Operator or function requires a document path; operator or function: {function}"


def wrong_count(function: str, count: int) -> str:
    """The refusal of a wrong number of operands."""
    return (
        "Incorrect number of operands for operator or function; "
        f"operator or function: {function}, number of operands: {count}"
    )


def wrong_type(operator: str, type_name: str) -> str:
    """The refusal of an operand by its type letter."""
    return (
        f"Incorrect operand type for operator or function; operator or function: {operator}, operand type: {type_name}"
    )
