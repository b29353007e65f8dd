"""ExpressionAttributeNames and ExpressionAttributeValues by themselves: emptiness, their keys, and names that are
empty.

Rule: the texts are the expression room's; here they become checks. Whether an expression uses the placeholders is asked
elsewhere, after it has been parsed.
"""

from __future__ import annotations

from dynarig.emulator.expressions import check_empty_names, check_members
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.operations.checks.stages import Check, Faults, looks_at
from dynarig.emulator.operations.requests.request import Request

_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"


@looks_at(_NAMES, _VALUES)
def _placeholders(request: Request) -> Faults:
    names, values = request.members.get(_NAMES), request.members.get(_VALUES)
    try:
        check_members(names, None if values is None else values.attributes, named=True, valued=True)
        check_empty_names(names)
    except DynamoDBError as error:
        return error.message
    return None


PLACEHOLDERS: Check = _placeholders
