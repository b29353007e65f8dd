"""What a condition compares: values, document paths and sizes.

Rule: a node becomes a builder once; a builder, given a request's values, yields what is constant as a constant and
what depends on the item as a function of it. Knows no operator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

from dynarig.emulator.expressions.parse.ast import Arithmetic, Call, Literal, Operand, Path, ValueRef
from dynarig.emulator.expressions.run.paths import Getter, Values, getter, resolve
from dynarig.emulator.model import values as model
from dynarig.emulator.model.values import Item, Value

# A bound operand: (value, None) for a constant, (None, getter) for what the item decides. Both None: always missing.
Bound = tuple[Value | None, Getter | None]
OperandBuilder = Callable[[Values], Bound]


def operand_builder(node: Operand) -> OperandBuilder:
    """The builder of an operand whose names are known, KeyError for one that is not; bound, it raises KeyError for
    an undefined value."""
    if isinstance(node, ValueRef):
        text = node.text
        return lambda values: (values[text], None)
    if isinstance(node, Literal):
        constant: Bound = (node.value, None)
        return lambda values: constant
    if isinstance(node, Path):
        bound: Bound = (None, getter(resolve(node, {})))
        return lambda values: bound
    if is_size(node) and not isinstance(node.operands[0], Call):
        return _size_builder(node.operands[0])
    return _missing  # refused before any item is read; here it compares as a missing attribute


def _missing(values: Values) -> Bound:
    return None, _nothing


def _nothing(item: Item) -> None:
    return None


def _size_builder(node: Operand) -> OperandBuilder:
    inner = operand_builder(node)

    def build(values: Values) -> Bound:
        value, get = inner(values)
        if get is None:
            measured = None if value is None else _measured(value)
            return (None, _nothing) if measured is None else (measured, None)

        def get_size(item: Item) -> Value | None:
            found = get(item)
            return None if found is None else _measured(found)

        return None, get_size

    return build


def _measured(value: Value) -> Value | None:
    size = size_of(value)
    return None if size is None else {"N": str(size)}


def size_of(value: Value) -> int | None:
    """The function `size`: UTF-16 code units, bytes or members; None for a type without size (recorded 2026)."""
    ((tag, content),) = value.items()
    if tag == "S":
        return len(content) if content.isascii() else len(content.encode("utf-16-le", "surrogatepass")) // 2
    if tag == "B":
        return model.value_size(value)
    if tag in ("N", "BOOL", "NULL"):
        return None
    return len(content)


def is_size(node: Operand) -> TypeGuard[Call]:
    """Whether the operand is a size; one that a value does not have compares as a missing attribute."""
    return isinstance(node, Call) and node.function == "size"


def static_type(node: Operand, values: Values) -> str | None:
    """The type letter known before any item is read; None for a path or an undefined placeholder."""
    if isinstance(node, ValueRef):
        value = values.get(node.text)
        return None if value is None else model.type_of(value)
    if isinstance(node, Literal):
        return model.type_of(node.value)
    return "N" if is_size(node) or isinstance(node, Arithmetic) else None


def constant_of(node: Operand, values: Values) -> Value | None:
    """The value that a placeholder or literal stands for; None for anything else, or where it is undefined."""
    if isinstance(node, ValueRef):
        return values.get(node.text)
    return node.value if isinstance(node, Literal) else None
