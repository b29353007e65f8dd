"""What UpdateItem charges an update's text and values for, before it reads the item (recorded 2026).

Rule: the charge is linear in the sizes of the placeholders' contents, so it is summed up once for the text,
and once a request for what its placeholders stand for.

    statement 3 · SET 19 + target + operand · ADD 19 + target + :v · REMOVE and DELETE 1 + target
    target: its first step, then 4 + step each · path operand: 1, then 14 + step each · :v its size, each time
    + 34 · - 37 · if_not_exists 39 · list_append 37 · a step: UTF-8 bytes of its name, or digits of its index
"""

from __future__ import annotations

from dynarig.emulator.expressions.parse.ast import Arithmetic, Call, Literal, NameRef, Operand, Path, Update, ValueRef
from dynarig.emulator.expressions.run.paths import Names, Values
from dynarig.emulator.model import values as model

_STATEMENT = 3
_SECTIONS = {"SET": 19, "ADD": 19, "REMOVE": 1, "DELETE": 1}
_OPERATORS = {"+": 34, "-": 37, "if_not_exists": 39, "list_append": 37}
_LATER_TARGET_STEP = 4
_OPERAND_PATH = 1
_OPERAND_STEP = 14


class Charge:
    """An update's charge without its placeholders' contents."""

    def __init__(self, actions: Update) -> None:
        self._fixed_bytes = _STATEMENT
        self._names: list[str] = []
        self._values: list[str] = []
        for action in actions:
            self._fixed_bytes += _SECTIONS[action.section]
            self._add_path(action.path, 0, _LATER_TARGET_STEP)
            if action.operand is not None and action.section != "DELETE":
                self._add_operand(action.operand)

    def at_most(self, values_size_bytes: int) -> int:
        """A bound on the total where no name is open. values_size_bytes: of all values together."""
        return self._fixed_bytes + len(self._values) * values_size_bytes

    def total(self, names: Names, values: Values) -> int:
        """The charge in bytes; KeyError for an undefined placeholder."""
        total = self._fixed_bytes
        for text in self._names:
            total += model.text_size(names[text])
        for text in self._values:
            total += model.value_size(values[text])
        return total

    def _add_path(self, path: Path, first: int, later: int) -> None:
        self._fixed_bytes += first + later * (len(path.steps) - 1)
        for step in path.steps:
            if isinstance(step, NameRef):
                self._names.append(step.text)
            else:
                self._fixed_bytes += model.text_size(str(step))

    def _add_operand(self, operand: Operand) -> None:
        pending: list[Operand] = [operand]
        while pending:
            node = pending.pop()
            if isinstance(node, ValueRef):
                self._values.append(node.text)
            elif isinstance(node, Literal):
                self._fixed_bytes += model.value_size(node.value)
            elif isinstance(node, Path):
                self._add_path(node, _OPERAND_PATH + _OPERAND_STEP, _OPERAND_STEP)
            elif isinstance(node, Arithmetic):
                self._fixed_bytes += _OPERATORS[node.operator]
                pending += [node.left, node.right]
            elif isinstance(node, Call):
                self._fixed_bytes += _OPERATORS.get(node.function, 0)
                pending += node.operands
