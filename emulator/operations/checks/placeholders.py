"""ExpressionAttributeNames and ExpressionAttributeValues by themselves: emptiness, their keys, and names that are
empty.

Rule: the texts are the expression room's; here they become checks. Whether an expression uses the placeholders is asked
elsewhere, after it has been parsed.
"""

from __future__ import annotations

from dynarig.emulator.expressions import check_members, check_names, check_total
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.stages import Check, Faults, each_time, looks_at
from dynarig.emulator.operations.requests.request import Request

_SELDOM_TOO_LARGE_BYTES = 1_048_576
_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"


@looks_at(_NAMES, _VALUES)
def _placeholders(request: Request) -> Faults:
    names, values = request.members.get(_NAMES), request.members.get(_VALUES)
    try:
        check_members(names, None if values is None else values.attributes, named=True, valued=True)
        check_names(names)
        check_total(names, 0 if values is None else values.size)
    except DynamoDBError as error:
        return error.message
    return None


@looks_at(_VALUES)
def _large_values(request: Request) -> Faults:
    """Of a statement that is known its names are; they are short, so that a few values cannot be too much."""
    values = request.members[_VALUES]
    if values.size <= _SELDOM_TOO_LARGE_BYTES:
        return None
    try:
        check_total(request.members.get(_NAMES), values.size)
    except DynamoDBError as error:
        return error.message
    return None


PLACEHOLDERS: Check = _placeholders
LARGE_VALUES: Check = each_time(_large_values)
