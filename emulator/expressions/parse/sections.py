"""Whole texts to nodes: a condition, a projection, and the sections of an update.

Rule: one function a kind, each leaves the Reader finished, so every fault has been told.
"""

from __future__ import annotations

from dynarig.emulator.expressions.parse.ast import Action, Condition, Operand, Projection, Update
from dynarig.emulator.expressions.parse.lexer import END
from dynarig.emulator.expressions.parse.operators import OperatorReader
from dynarig.emulator.expressions.parse.parser import Reader

_SECTIONS = frozenset({"SET", "REMOVE", "ADD", "DELETE"})


def read_condition(reader: Reader) -> Condition:
    """The whole text as a condition. Raises DynamoDBError."""
    node = OperatorReader(reader, updating=False).read()
    reader.finish()
    return node  # type: ignore[return-value]  # the reader admits nothing but a condition here


def read_projection(reader: Reader) -> Projection:
    """The whole text as a list of document paths. Raises DynamoDBError."""
    paths = [reader.read_path()]
    while reader.token.kind == ",":
        reader.take()
        paths.append(reader.read_path())
    reader.finish()
    return tuple(paths)


def read_update(reader: Reader) -> Update:
    """The whole text as the actions of an update, in written order. Raises DynamoDBError."""
    actions: list[Action] = []
    seen: set[str] = set()
    while True:
        section = reader.token.kind
        if section not in _SECTIONS:
            raise reader.refusal()
        reader.take()
        if section in seen and reader.repeated_section is None:
            reader.repeated_section = section
        seen.add(section)
        actions.append(_read_action(reader, section))
        while reader.token.kind == ",":
            reader.take()
            actions.append(_read_action(reader, section))
        if reader.token.kind == END:
            reader.finish()
            return tuple(actions)


def _read_action(reader: Reader, section: str) -> Action:
    path = reader.read_path()
    if section == "REMOVE":
        return Action(section, path)
    if section == "SET":
        reader.expect("=")
        operand: Operand = OperatorReader(reader, updating=True).read()  # type: ignore[assignment]
        return Action(section, path, operand)
    return Action(section, path, reader.read_value())
