"""WHERE clauses: terms to the condition nodes that every front shares, and what refuses them.

Rule: what no statement may say (functions, types, subqueries, MISSING, literals) is raised while the terms are read, in
written order; what operands may not be is noted and told later, because the SET clauses are read in between (recorded
2026). Where PartiQL means more than the condition language does, the meaning is spelled out in its nodes.
"""

from __future__ import annotations

from dynarig.emulator.expressions.check.operand_checks import condition_checks, first_fault
from dynarig.emulator.expressions.parse.ast import (
    And,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Literal,
    Not,
    Operand,
    Or,
    Path,
)
from dynarig.emulator.expressions.parse.signatures import (
    CONDITION_ROLE,
    SIGNATURES,
    UPDATE_ROLE,
    needs_path,
    wrong_count,
    wrong_type,
)
from dynarig.emulator.expressions.run.operands import static_type
from dynarig.emulator.model import errors
from dynarig.emulator.partiql import terms
from dynarig.emulator.partiql.keywords import IS_TYPES, UNSUPPORTED_IS_TYPES
from dynarig.emulator.partiql.literals import EMPTY_COMPONENT, MISSING_MISUSED, Parameters, is_constant, value_of
from dynarig.emulator.partiql.terms import Term

OPERATORS_MAX = 300  # Developer Guide, Constraints
IN_OPERANDS_MAX = 100  # Developer Guide, Constraints
LIST_INDEX_MAX = 2_147_483_647
NOT_BOOLEAN = "WHERE clause must contain an expression that resolves to a boolean"
IN_FORM = (
    "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq "
    "with at least one member"
)
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
ALWAYS = And(())
NEVER = Or(())
_CONDITIONS = (Comparison, Between, In, And, Or, Not)


def path_of(term: Term) -> Path:
    """A document path. Raises ValidationException for steps that none can have."""
    if term.kind == terms.ID:
        return Path((_name(term.content),))
    root, *rest = term.parts
    if root.kind != terms.ID:
        raise errors.validation(f"Unexpected path component at {root.at}")
    return Path((_name(root.content), *map(_step, rest)))


def _name(text: str) -> str:
    if text == "":
        raise errors.validation(EMPTY_COMPONENT)
    return text


def _step(term: Term) -> str | int:
    if term.kind in (terms.ID, terms.STRING):
        return _name(term.content)
    if term.kind == terms.NUMBER and term.content.lstrip("-").isdigit():
        digits = term.content
        if len(digits) > len(str(LIST_INDEX_MAX)) or not 0 <= int(digits) <= LIST_INDEX_MAX:
            raise errors.validation(f"List index is not within the allowable range; index: [{digits}] at {term.at}")
        return int(digits)
    if term.kind == terms.CALL and term.content in (".*", "[*]"):
        what = "Unpivot path component like a.*.b" if term.content == ".*" else "Wildcard path component like a[*].b"
        raise errors.validation(f"{what} are not supported at {term.at}")
    raise errors.validation(f"Unexpected path component at {term.at}")


class ConditionReader:
    """Reads one WHERE clause. faults: what its operands are refused for, in written order. operators: their count."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self.faults: list[str] = []
        self.operators = 0

    def read(self, term: Term) -> Condition:
        """The clause as a condition. Raises ValidationException."""
        node = self._condition(term, None)
        if self.operators > OPERATORS_MAX:
            text = f"The expression contains too many operators; operator count: {OPERATORS_MAX + 1}"
            self.faults.insert(0, text)
        return node

    def _condition(self, term: Term, above: str | None) -> Condition:
        node = self._node(term)
        if isinstance(node, Call) and node.function in SIGNATURES and SIGNATURES[node.function].role == CONDITION_ROLE:
            return node
        if isinstance(node, _CONDITIONS):
            return node
        tag = static_type(node, {})
        self.faults.append(NOT_BOOLEAN if above is None or tag is None else wrong_type(above, tag))
        return NEVER

    def _node(self, term: Term) -> Condition | Operand:
        kind = term.kind
        if is_constant(term):
            return Literal(value_of(term, self._parameters))
        if kind in (terms.ID, terms.PATH):
            return path_of(term)
        if kind == terms.INFIX:
            return self._infix(term)
        if kind == terms.NOT:
            self.operators += 1
            return Not(self._condition(term.parts[0], "NOT"))
        if kind == terms.CALL:
            return self._call(term)
        if kind == terms.BETWEEN:
            return self._between(term)
        if kind == terms.IN:
            return self._in(term)
        if kind == terms.IS:
            return self._is(term)
        raise self._never_there(term)

    def _never_there(self, term: Term) -> errors.DynamoDBError:
        if term.kind == terms.MISSING:
            return errors.validation(MISSING_MISUSED)
        if term.kind == terms.SUBQUERY:
            return errors.validation(f"Unsupported token in expression: SELECT at {term.at}")
        if term.kind == terms.CASE:
            return errors.validation(f"Unsupported token in expression: CASE at {term.at}")
        return errors.validation(f"Unsupported operator in Condition Expression. Operator: {term.content}")

    def _infix(self, term: Term) -> Condition | Operand:
        operator = term.content
        self.operators += len(term.parts) - 1
        if operator in ("and", "or"):
            conditions = tuple([self._condition(part, operator.upper()) for part in term.parts])
            return And(conditions) if operator == "and" else Or(conditions)
        left, right = self._node(term.parts[0]), self._node(term.parts[1])
        if operator not in _COMPARISONS:
            self.faults.append(f"Unsupported operator in Condition Expression. Operator: {operator}")
            return NEVER
        if _is_condition(left) or _is_condition(right):
            return self._compare_conditions(operator, left, right)
        return self._checked(Comparison(operator, left, right))  # type: ignore[arg-type]

    def _compare_conditions(self, operator: str, left: Condition | Operand, right: Condition | Operand) -> Condition:
        """A condition as a boolean operand equals only the same boolean."""
        if operator not in ("=", "<>"):
            self.faults.append(wrong_type(operator, "BOOL"))
            return NEVER
        same = Or((And((_holds(left), _holds(right))), And((_fails(left), _fails(right)))))
        return same if operator == "=" else Not(same)

    def _checked(self, node: Comparison | Between | In | Call) -> Condition:
        fault = first_fault(condition_checks(node), {}, {})
        if fault is not None:
            self.faults.append(fault)
        return node

    def _between(self, term: Term) -> Condition:
        self.operators += 1
        operands = [self._node(part) for part in term.parts]
        if any(_is_condition(operand) for operand in operands):
            self.faults.append(wrong_type("BETWEEN", "BOOL"))
            return NEVER
        return self._checked(Between(*operands))  # type: ignore[arg-type]

    def _in(self, term: Term) -> Condition:
        self.operators += 1
        left, right = term.parts
        operand = self._node(left)
        members = right.parts if right.kind in (terms.LIST, terms.BAG) else ()
        if not members:
            raise errors.validation(IN_FORM)
        options = [self._node(member) for member in members]
        if len(options) > IN_OPERANDS_MAX:
            self.faults.append(
                f"The IN operator is provided with too many operands; number of operands: {len(options)}"
            )
        if _is_condition(operand) or any(map(_is_condition, options)):
            return Or(tuple([self._compare_conditions("=", operand, option) for option in options]))
        return self._checked(In(operand, tuple(options)))  # type: ignore[arg-type]

    def _is(self, term: Term) -> Condition:
        self.operators += 1
        if term.content in UNSUPPORTED_IS_TYPES:
            raise errors.validation(
                f"Unsupported data type for IS operator: {UNSUPPORTED_IS_TYPES[term.content]}. "
                "Supported data types are "
                f"[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST] at {term.at}"
            )
        subject = term.parts[0]
        if subject.kind == terms.MISSING:
            return ALWAYS if term.content == "missing" else NEVER
        operand = self._node(subject)
        if isinstance(operand, Literal):
            return ALWAYS if IS_TYPES[term.content] in operand.value else NEVER
        if not isinstance(operand, Path):
            self.faults.append("The left hand side argument to IS must be a Variable Reference, Literal, or Path")
            return NEVER
        if term.content == "missing":
            return Call("attribute_not_exists", (operand,))
        return Call("attribute_type", (operand, Literal({"S": IS_TYPES[term.content]})))

    def _call(self, term: Term) -> Condition | Operand:
        self.operators += 1
        function = term.content
        signature = SIGNATURES.get(function)
        if any(part.kind == terms.SUBQUERY for part in term.parts):
            raise self._never_there(term.parts[0])
        if signature is None or signature.role == UPDATE_ROLE:
            raise errors.validation(f"Unrecognized function: {function} at {term.at}")
        operands = tuple([self._node(part) for part in term.parts])
        node = Call(function, operands)  # type: ignore[arg-type]
        if len(operands) != signature.operand_count:
            self.faults.append(wrong_count(function, len(operands)))
        elif signature.needs_path and not isinstance(operands[0], Path):
            self.faults.append(needs_path(function))
        elif any(map(_is_condition, operands)):
            self.faults.append(wrong_type(function, "BOOL"))
        elif signature.role == CONDITION_ROLE:
            return self._checked(node)
        return node


def _is_condition(node: Condition | Operand) -> bool:
    if isinstance(node, Call):
        return node.function in SIGNATURES and SIGNATURES[node.function].role == CONDITION_ROLE
    return isinstance(node, _CONDITIONS)


def _holds(node: Condition | Operand) -> Condition:
    if _is_condition(node):
        return node  # type: ignore[return-value]
    return Comparison("=", node, Literal({"BOOL": True}))  # type: ignore[arg-type]


def _fails(node: Condition | Operand) -> Condition:
    if _is_condition(node):
        return Not(node)  # type: ignore[arg-type]
    return Comparison("=", node, Literal({"BOOL": False}))  # type: ignore[arg-type]
