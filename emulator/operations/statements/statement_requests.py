"""What the three PartiQL operations check of their requests alike: members, parameters, statements parsed and prepared.

Rule: member constraints in the older layer's wording; then each parameter's faults, used or not, before a statement is
read (recorded 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import EMPTY_NAME, NESTING
from dynarig.emulator.model.values import Value
from dynarig.emulator.operations.checks import constraints
from dynarig.emulator.operations.checks.stages import Check, Faults, looks_at
from dynarig.emulator.operations.requests import java_echo
from dynarig.emulator.operations.requests.request import Request, Values
from dynarig.emulator.partiql.parser import STATEMENT_LENGTH_MAX, parse
from dynarig.emulator.partiql.prepare import Prepared, prepare

_ON_FAILURE = "ReturnValuesOnConditionCheckFailure"


def statement_faults(member: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The faults of Statement: missing, empty, too long."""
    text = member.get("Statement")
    if text is None:
        return [constraints.null(f"{prefix}statement")]
    if not text:
        return [constraints.older_form(text, f"{prefix}statement", constraints.length_at_least(1))]
    if len(text) > STATEMENT_LENGTH_MAX:
        return [constraints.older_form(text, f"{prefix}statement", constraints.length_at_most(STATEMENT_LENGTH_MAX))]
    return []


def parameters_faults(member: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The fault of Parameters that are an empty list."""
    held = member.get("Parameters")
    if held is None or held.values:
        return []
    return [constraints.older_form("[]", f"{prefix}parameters", constraints.length_at_least(1))]


def member_faults(member: Mapping[str, Any], prefix: str) -> list[str]:
    """All faults of one statement of a batch or transaction."""
    faults = []
    value = member.get(_ON_FAILURE)
    if value is not None and value not in constraints.ON_CONDITION_FAILURE_VALUES:
        rule = constraints.one_of(constraints.ON_CONDITION_FAILURE_VALUES)
        faults.append(constraints.older_form(value, f"{prefix}returnValuesOnConditionCheckFailure", rule))
    return faults + statement_faults(member, prefix) + parameters_faults(member, prefix)


@looks_at()
def _statement(request: Request) -> Faults:
    return statement_faults(request.members) or None


@looks_at("Parameters")
def _parameters(request: Request) -> Faults:
    return parameters_faults(request.members) or None


STATEMENT: Check = _statement
PARAMETERS: Check = _parameters


def values_of(member: Mapping[str, Any]) -> list[Value]:
    """The parameters, normalised. Raises ValidationException for the first fault among them."""
    held: Values | None = member.get("Parameters")
    if held is None:
        return []
    findings = held.findings
    if findings.empty_name:
        raise errors.validation(EMPTY_NAME)
    if findings.depth > limits.NESTING_LEVELS_MAX + 1:
        raise errors.validation(NESTING)
    if findings.fault is not None:
        raise errors.validation(findings.fault.text(older=True))
    return held.values


def prepared(member: Mapping[str, Any]) -> Prepared:
    """One statement, parsed and prepared. Raises ValidationException."""
    parameters = values_of(member)
    return prepare(parse(member["Statement"]), parameters)


def shows_item(member: Mapping[str, Any]) -> bool:
    """Whether a failed condition shows the stored item."""
    return member.get(_ON_FAILURE) == "ALL_OLD"


def condition_failed(item: Any | None) -> DynamoDBError:
    """ConditionalCheckFailedException; ExecuteStatement spells `Message` where it carries an item (recorded 2026)."""
    if item is None:
        return errors.condition_failed()
    members = {"Message": errors.CONDITION_FAILED, "Item": item}
    return DynamoDBError("ConditionalCheckFailedException", None, members=members)


def echo(statements: Any, structure: str, *, with_consistency: bool) -> str:
    """Statements as the older layer prints them back; a list of parameters in the form of its values."""
    shown = []
    for each in statements:
        parameters = each.get("Parameters")
        listed = "null" if parameters is None else f"[{', '.join(map(java_echo.value, parameters))}]"
        fields = [f"statement={each.get('Statement')}", f"parameters={listed}"]
        if with_consistency:
            consistent = each.get("ConsistentRead")
            fields.append(f"consistentRead={'null' if consistent is None else str(consistent).lower()}")
        fields.append(f"returnValuesOnConditionCheckFailure={each.get(_ON_FAILURE) or 'null'}")
        shown.append(f"{structure}({', '.join(fields)})")
    return f"[{', '.join(shown)}]"


def list_faults(request: Request, name: str, most: int, structure: str) -> list[str]:
    """The faults of the list of statements: its length, then each member's."""
    statements = request.members[name]
    path = constraints.path_of(name)
    faults = []
    if not statements:
        faults.append(constraints.older_form("[]", path, constraints.length_at_least(1)))
    elif len(statements) > most:
        shown = echo(request.body[name], structure, with_consistency=structure == "BatchStatementRequest")
        faults.append(constraints.older_form(shown, path, constraints.length_at_most(most)))
    for number, member in enumerate(statements, 1):
        faults += member_faults(member, f"{path}.{number}.member.")
    return faults
