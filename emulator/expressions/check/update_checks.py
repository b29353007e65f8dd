"""What an update's operands and paths may be, checked before any item is read.

Same rule as operand_checks: made once, run once a request, passing over what is undefined, texts without a
prefix. Order as observed on DynamoDB Local 3.1: paths that meet; then operands, from the last section to the first
and in written order within one.
"""

from __future__ import annotations

from dynarig.emulator.expressions.check.operand_checks import Check, distinct
from dynarig.emulator.expressions.parse import signatures
from dynarig.emulator.expressions.parse.ast import Action, Arithmetic, Call, Literal, Operand, Update, ValueRef
from dynarig.emulator.expressions.run.operands import static_type
from dynarig.emulator.expressions.run.paths import Names, Values, has_placeholder, meeting, resolve, resolve_defined

# As the service spells them there, in mixed case (recorded 2026).
_TYPE_NAMES = {"S": "STRING", "N": "NUMBER", "B": "Binary", "L": "LIST", "M": "MAP"}
_SECTION_TYPES = {"ADD": ("N", "SS", "NS", "BS"), "DELETE": ("SS", "NS", "BS")}


def update_checks(actions: Update) -> list[Check]:
    """The checks of an update's operands in the service's order."""
    checks: list[Check] = []
    for section in reversed(dict.fromkeys(action.section for action in actions)):
        for action in actions:
            if action.section == section and action.operand is not None:
                if section == "SET":
                    checks += _operand_checks(action.operand)
                else:
                    checks.append(_section_check(action, _SECTION_TYPES[section]))
    return checks


def meeting_checks(actions: Update) -> list[Check]:
    """The check that no two targets meet; none where they cannot."""
    if len(actions) < 2:
        return []
    if any(has_placeholder(action.path) for action in actions):
        return [lambda names, values: _meeting(actions, names)]
    fault = meeting(resolve(action.path, {}) for action in actions)
    return [] if fault is None else [lambda names, values: fault]


def _meeting(actions: Update, names: Names) -> str | None:
    resolved = (resolve_defined(action.path, names) for action in actions)
    return meeting(steps for steps in resolved if steps is not None)


def _operand_checks(operand: Operand) -> list[Check]:
    """The checks inside a right side of SET, as they stand in the text."""
    checks: list[Check] = []
    pending: list[Operand] = [operand]
    while pending:
        node = pending.pop()
        if isinstance(node, Arithmetic):
            checks += [_type_check(node.operator, part, "N") for part in (node.left, node.right) if _known(part)]
            pending += [node.right, node.left]
        elif isinstance(node, Call):
            if node.function == "list_append":
                checks += [_type_check("list_append", part, "L") for part in node.operands if _known(part)]
            else:
                checks += distinct(node.function, node.operands)
            pending += reversed(node.operands)
    return checks


def _known(operand: Operand) -> bool:
    return isinstance(operand, ValueRef | Literal)


def _type_check(operator: str, operand: Operand, allowed: str) -> Check:
    def check(names: Names, values: Values) -> str | None:
        tag = static_type(operand, values)
        return None if tag is None or tag == allowed else signatures.wrong_type(operator, tag)

    return check


def _section_check(action: Action, allowed: tuple[str, ...]) -> Check:
    section, operand = action.section, action.operand

    def check(names: Names, values: Values) -> str | None:
        tag = None if operand is None else static_type(operand, values)
        if tag is None or tag in allowed:
            return None
        return (
            f"Incorrect operand type for operator or function; operator: {section}, "
            f"operand type: {_TYPE_NAMES.get(tag, tag)}, typeSet: ALLOWED_FOR_ADD_OPERAND"
        )

    return check
