"""Nodes with a request's names in them: what a text means once it is known what its ``#`` placeholders stand for.

Rule: only NameRefs are replaced; one that the request does not define stays, and whoever resolves it meets a KeyError.
"""

from __future__ import annotations

from typing import TypeVar, cast

from dynarig.emulator.expressions.parse.ast import (
    Action,
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    In,
    NameRef,
    Node,
    Not,
    Or,
    Path,
)
from dynarig.emulator.expressions.run.paths import Names, has_placeholder

NodeT = TypeVar("NodeT", bound=Node | Action)


def with_names(node: NodeT, names: Names) -> NodeT:
    """The node with the names in it; shares what holds none."""
    return cast(NodeT, _replaced(node, names))


def _replaced(node: Node | Action, names: Names) -> Node | Action:
    if isinstance(node, Path):
        return _path(node, names)
    if isinstance(node, Action):
        operand = None if node.operand is None else with_names(node.operand, names)
        return Action(node.section, _path(node.path, names), operand)
    if isinstance(node, And | Or):
        return type(node)(tuple(with_names(condition, names) for condition in node.conditions))
    if isinstance(node, Not):
        return Not(with_names(node.condition, names))
    if isinstance(node, Comparison | Arithmetic):
        return type(node)(node.operator, with_names(node.left, names), with_names(node.right, names))
    if isinstance(node, Between):
        return Between(with_names(node.operand, names), with_names(node.low, names), with_names(node.high, names))
    if isinstance(node, In):
        return In(with_names(node.operand, names), tuple(with_names(option, names) for option in node.options))
    if isinstance(node, Call):
        return Call(node.function, tuple(with_names(operand, names) for operand in node.operands))
    return node


def _path(path: Path, names: Names) -> Path:
    if not has_placeholder(path):
        return path
    return Path(tuple([names.get(step.text, step) if isinstance(step, NameRef) else step for step in path.steps]))
