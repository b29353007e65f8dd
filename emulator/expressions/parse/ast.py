"""The nodes that an expression is made of.

Rule: nodes hold what was said, not how it was written, so a front without expression text (PartiQL, the
legacy parameters) builds the same nodes. A document path is a tuple of steps; a step is an attribute name,
a list index, or a NameRef that the request's ExpressionAttributeNames resolve. Nodes know neither requests
nor items.
"""

from __future__ import annotations

from dataclasses import dataclass

from dynarig.emulator.model.values import Value


@dataclass(frozen=True, slots=True)
class NameRef:
    """A name placeholder with its ``#``."""

    text: str


Step = str | int | NameRef


@dataclass(frozen=True, slots=True)
class Path:
    """A document path; its first step is a name."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ValueRef:
    """A value placeholder with its ``:``."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A normalised value that stands in the node itself."""

    value: Value


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its operands; a condition or an operand, as the function is."""

    function: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left + right`` or ``left - right`` in an update."""

    operator: str
    left: Operand
    right: Operand


Operand = Path | ValueRef | Literal | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """operator is one of ``= <> < <= > >=``."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """low <= operand <= high."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    """The operand equals one of the options."""

    operand: Operand
    options: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more conditions."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more conditions."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


Leaf = Comparison | Between | In | Call  # a condition that joins no others
Condition = Leaf | And | Or | Not
Node = Operand | Condition


@dataclass(frozen=True, slots=True)
class Action:
    """One clause of an update: section is SET, REMOVE, ADD or DELETE; REMOVE has no operand."""

    section: str
    path: Path
    operand: Operand | None = None


Update = tuple[Action, ...]
Projection = tuple[Path, ...]


def leaves(node: Condition) -> list[Leaf]:
    """The conditions that join no others, in written order."""
    found: list[Leaf] = []
    pending: list[Condition] = [node]
    while pending:
        condition = pending.pop()
        if isinstance(condition, And | Or):
            pending.extend(reversed(condition.conditions))
        elif isinstance(condition, Not):
            pending.append(condition.condition)
        else:
            found.append(condition)
    return found


def operands_of(node: Leaf) -> tuple[Operand, ...]:
    """A condition's operands in written order."""
    if isinstance(node, Comparison):
        return node.left, node.right
    if isinstance(node, Between):
        return node.operand, node.low, node.high
    if isinstance(node, In):
        return node.operand, *node.options
    return node.operands
