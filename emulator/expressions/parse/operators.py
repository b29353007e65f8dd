"""Operators, functions and parentheses to nodes, for conditions and for the right side of SET.

Method: an operator-precedence machine with its own stack of open frames, so that no text can exhaust
Python's. An operand stands on hand; what is open above it decides what may follow. An operator takes
operands only, so a condition inside one is a syntax error at the token that makes it a condition (`a = (b =
:v)` fails at the second `=`), as recorded.
"""

from __future__ import annotations

from typing import NamedTuple

from dynarig.emulator.expressions.parse.ast import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Node,
    Not,
    Or,
    Path,
)
from dynarig.emulator.expressions.parse.lexer import NAME, NAME_REF, VALUE_REF
from dynarig.emulator.expressions.parse.parser import Reader
from dynarig.emulator.expressions.parse.signatures import (
    CONDITION_ROLE,
    SIGNATURES,
    misplaced,
    misused,
    needs_path,
    wrong_count,
)

IN_OPERANDS_MAX = 100  # Developer Guide, Constraints: operands of IN
_COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_LOGICAL_INFIX = _COMPARATORS | {"BETWEEN", "IN"}
_ARITHMETIC_INFIX = frozenset({"+", "-"})

# Frames. The first four are free: what stands in them may still become a condition (or, in SET, a sum).
_ROOT, _GROUP, _NOT, _AND, _OR, _COMPARE, _BETWEEN, _IN, _CALL, _INNER = range(10)
_FREE = frozenset({_ROOT, _GROUP, _NOT, _AND, _OR})
_WORDS = {"AND": _AND, "OR": _OR}


class _Frame:
    """Something open: its kind, its operator or function, where it began, and the nodes it has so far."""

    __slots__ = ("kind", "nodes", "operator", "start")

    def __init__(self, kind: int, operator: str = "", start: int = 0) -> None:
        self.kind = kind
        self.operator = operator
        self.start = start
        self.nodes: list[Node] = []


class _OnHand(NamedTuple):
    """The node just read. complete: it is a condition or a sum, no operand any more. grouped: in parentheses."""

    node: Node
    start: int
    complete: bool = False
    grouped: bool = False


class OperatorReader:
    """Reads one condition, or one value of SET, with the cursor of a Reader."""

    def __init__(self, reader: Reader, updating: bool) -> None:
        self._reader = reader
        self._updating = updating
        self._infix = _ARITHMETIC_INFIX if updating else _LOGICAL_INFIX
        self._stack: list[_Frame] = [_Frame(_ROOT)]

    def read(self) -> Node:
        """The node; the cursor stands on the first token that does not belong to it. Raises the syntax error."""
        while True:
            on_hand: _OnHand | None = self._read_prefix()
            while on_hand is not None:
                top = self._stack[-1]
                if top.kind in _FREE:
                    if top.kind == _ROOT and self._at_end(on_hand):
                        return self._as_result(on_hand)
                    on_hand = self._after_in_free(on_hand, top)
                else:
                    on_hand = self._after_in_operator(on_hand, top)

    def _read_prefix(self) -> _OnHand:
        """Open what opens here, until an operand is on hand."""
        reader = self._reader
        while True:
            token = reader.token
            free = self._stack[-1].kind in _FREE
            if token.kind == "(":
                self._stack.append(_Frame(_GROUP if free else _INNER, start=token.start))
            elif token.kind == "NOT" and free and not self._updating:
                reader.operators += 1
                self._stack.append(_Frame(_NOT))
            elif token.kind == NAME and reader.next_kind() == "(":
                self._open_call(token.text, token.start)
            elif token.kind in (NAME, NAME_REF):
                return _OnHand(reader.read_path(), token.start)
            elif token.kind == VALUE_REF:
                return _OnHand(reader.read_value(), token.start)
            else:
                raise reader.refusal()
            reader.take()

    def _open_call(self, function: str, start: int) -> None:
        self._reader.operators += 1
        fault = misplaced(function, self._updating)
        if fault is not None:
            self._reader.note_naming(start, fault)
        self._stack.append(_Frame(_CALL, function, start))
        self._reader.take()

    def _at_end(self, on_hand: _OnHand) -> bool:
        """Whether the outermost text ends at the cursor; what follows is the caller's to judge."""
        kind = self._reader.token.kind
        if not on_hand.complete and kind in self._infix:
            return False
        return self._updating or kind not in _WORDS

    def _as_result(self, on_hand: _OnHand) -> Node:
        if not self._updating:
            self._use_as_condition(on_hand)
        return on_hand.node

    # ---- inside parentheses, NOT, AND, OR, or nothing

    def _after_in_free(self, on_hand: _OnHand, top: _Frame) -> _OnHand | None:
        reader = self._reader
        token = reader.token
        if not on_hand.complete and token.kind in self._infix:
            self._open_infix(on_hand, token.kind)
            return None
        if token.kind == ")" and top.kind == _GROUP:
            return self._close_group(on_hand)
        if self._updating or (top.kind == _GROUP and token.kind not in _WORDS):
            raise reader.refusal()
        return self._after_condition(on_hand, top)

    def _open_infix(self, on_hand: _OnHand, operator: str) -> None:
        reader = self._reader
        self._use_as_operand(on_hand)
        kind = {"BETWEEN": _BETWEEN, "IN": _IN}.get(operator, _COMPARE)
        frame = _Frame(kind, operator, on_hand.start)
        frame.nodes.append(on_hand.node)
        self._stack.append(frame)
        reader.operators += 1
        reader.take()
        if kind == _IN:
            reader.expect("(")

    def _after_condition(self, on_hand: _OnHand, top: _Frame) -> _OnHand | None:
        """A condition stands under NOT, AND or OR, or before an AND or OR: join it by precedence."""
        self._use_as_condition(on_hand)
        wanted = _WORDS.get(self._reader.token.kind)
        if top.kind == _NOT or (top.kind == _AND and wanted != _AND) or (top.kind == _OR and wanted is None):
            return self._close_logical(on_hand)
        if wanted is None:
            raise self._reader.refusal()
        if top.kind != wanted:
            top = _Frame(wanted, start=on_hand.start)
            self._stack.append(top)
        top.nodes.append(on_hand.node)
        self._reader.operators += 1
        self._reader.take()
        return None

    def _close_logical(self, on_hand: _OnHand) -> _OnHand:
        frame = self._stack.pop()
        condition = _condition(on_hand.node)
        if frame.kind == _NOT:
            # Two NOTs cancel, which keeps the tree shallow however many are written.
            node: Condition = condition.condition if isinstance(condition, Not) else Not(condition)
        else:
            conditions = (*map(_condition, frame.nodes), condition)
            node = And(conditions) if frame.kind == _AND else Or(conditions)
        return _OnHand(node, on_hand.start, complete=True)

    def _close_group(self, on_hand: _OnHand) -> _OnHand:
        self._stack.pop()
        self._reader.take()
        if on_hand.grouped:
            self._reader.redundant_parentheses = True
        return _OnHand(on_hand.node, on_hand.start, on_hand.complete, grouped=True)

    # ---- inside an operator or a function: operands only

    def _after_in_operator(self, on_hand: _OnHand, top: _Frame) -> _OnHand | None:
        reader = self._reader
        if top.kind == _INNER:
            if reader.token.kind != ")":
                raise reader.refusal()
            return self._close_group(on_hand)
        self._use_as_operand(on_hand)
        top.nodes.append(on_hand.node)
        if top.kind == _COMPARE:
            return self._close_operator(top)
        if top.kind == _BETWEEN:
            if len(top.nodes) == 3:
                return self._close_operator(top)
            reader.expect("AND")
            return None
        if reader.token.kind == ",":
            reader.take()
            return None
        reader.expect(")")
        return self._close_operator(top)

    def _close_operator(self, frame: _Frame) -> _OnHand:
        self._stack.pop()
        operands: tuple = tuple(frame.nodes)  # type: ignore[type-arg]
        if frame.kind == _CALL:
            self._check_operands(frame.operator, frame.start, operands)
            return _OnHand(Call(frame.operator, operands), frame.start)
        node: Node
        if frame.kind == _BETWEEN:
            node = Between(*operands)
        elif frame.kind == _IN:
            node = In(operands[0], operands[1:])
            if len(operands) - 1 > IN_OPERANDS_MAX:
                self._reader.note_operands(
                    frame.start,
                    f"The IN operator is provided with too many operands; number of operands: {len(operands) - 1}",
                )
        elif self._updating:
            node = Arithmetic(frame.operator, *operands)
        else:
            node = Comparison(frame.operator, *operands)
        return _OnHand(node, frame.start, complete=True)

    def _check_operands(self, function: str, start: int, operands: tuple[Node, ...]) -> None:
        signature = SIGNATURES.get(function)
        if signature is None:
            return
        if len(operands) != signature.operand_count:
            self._reader.note_operands(start, wrong_count(function, len(operands)))
        elif signature.needs_path and not isinstance(operands[0], Path):
            self._reader.note_operands(start, needs_path(function))

    # ---- a function stands where its result fits

    def _use_as_operand(self, on_hand: _OnHand) -> None:
        if on_hand.complete:
            raise self._reader.refusal()
        if isinstance(on_hand.node, Call):
            function = on_hand.node.function
            signature = SIGNATURES.get(function)
            if signature is not None and (signature.role == CONDITION_ROLE or function == "list_append"):
                self._reader.note_naming(on_hand.start, misused(function))

    def _use_as_condition(self, on_hand: _OnHand) -> None:
        if on_hand.complete:
            return
        if not isinstance(on_hand.node, Call):
            raise self._reader.refusal()
        signature = SIGNATURES.get(on_hand.node.function)
        if signature is not None and signature.role != CONDITION_ROLE:
            self._reader.note_naming(on_hand.start, misused(on_hand.node.function))


def _condition(node: Node) -> Condition:
    assert isinstance(node, Comparison | Between | In | Call | And | Or | Not)
    return node
