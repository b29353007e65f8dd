"""Statements: SELECT, INSERT, UPDATE, FROM … SET, DELETE, EXISTS, and what is none of them.

Rule: parsed statements are kept by text, bounded by their count and their length; refused texts are not kept. What a
select list is refused for comes ahead of a syntax error behind it (recorded 2026).
"""

from __future__ import annotations

from functools import lru_cache

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.partiql import terms
from dynarig.emulator.partiql.expression_parser import Cursor
from dynarig.emulator.partiql.lexer import END, KEYWORD, NAME, Token, malformed, tokenise
from dynarig.emulator.partiql.terms import (
    Clause,
    Delete,
    Exists,
    Insert,
    OrderTerm,
    Refused,
    Select,
    Source,
    Statement,
    Term,
    Update,
    term,
)

STATEMENT_LENGTH_MAX = 8_192  # API reference, ExecuteStatement
STATEMENTS_MAX = 512  # ours
REMEMBERED_LENGTH_MAX = 1_024  # ours: longer texts are rarely sent twice, and must not fill the memory
ONLY_SELECT = "Only select from a single table or index is supported."
ALIASING = "Aliasing is not supported"
ONLY_IN_TRANSACTION = "EXISTS can only be used in ExecuteTransaction write requests."
RETURNING_FORM = "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element."
_CLAUSES = ("group", "having", "limit", "offset")


def parse(text: str) -> Statement:
    """The statement of a text. Raises ValidationException where it is not well formed."""
    return _remembered(text) if len(text) <= REMEMBERED_LENGTH_MAX else _parsed(text)


def _parsed(text: str) -> Statement:
    cursor = Cursor(tokenise(text))
    statement = _statement(cursor)
    if cursor.at_symbol(";"):
        cursor.take()
        if cursor.token.kind != END:
            raise malformed("Unexpected token after semicolon. (Only one query is allowed.)")
    if cursor.token.kind != END:
        raise malformed("Unexpected token after expression")
    return statement


_remembered = lru_cache(maxsize=STATEMENTS_MAX)(_parsed)


def _statement(cursor: Cursor) -> Statement:
    token = cursor.token
    if token.kind == KEYWORD:
        reader = {"select": _select, "insert": _insert, "update": _update, "from": _from, "delete": _delete}.get(
            token.value
        )
        if reader is not None:
            return reader(cursor)
        if token.value in ("set", "remove"):
            _clauses(cursor)
            return Refused(ONLY_SELECT, cursor.parameters)
        if token.value == "exists":
            return _exists(cursor)
    expression = cursor.expression()
    return Refused(_refusal_of(expression), cursor.parameters)


def _refusal_of(expression: Term) -> str:
    kind = expression.kind
    if kind in (terms.CALL, terms.INFIX, terms.NOT, terms.SIGN, terms.BETWEEN, terms.IN, terms.SUBQUERY):
        return ONLY_IN_TRANSACTION
    if kind in (terms.NUMBER, terms.STRING, terms.BOOLEAN, terms.NULL, terms.ION):
        return "Unsupported operation: Lit"
    return f"Unsupported operation: {expression.content if kind == terms.CASE else kind}"


def _exists(cursor: Cursor) -> Statement:
    """EXISTS(SELECT …), alone; with anything else in the parentheses it is a call."""
    start = cursor.position
    cursor.take()
    if cursor.at_symbol("(") and cursor.peek() == Token(KEYWORD, "select", cursor.peek().at):
        cursor.take()
        select = _select(cursor)
        cursor.close(")")
        return Exists(select, cursor.parameters)
    cursor.position = start
    return Refused(_refusal_of(cursor.expression()), cursor.parameters)


# ---- SELECT


def _select(cursor: Cursor) -> Select:
    cursor.take()
    if cursor.at_keyword("from"):
        raise malformed("Expected identifier or an expression but found unexpected keyword 'from' in a select list.")
    fault = None
    if cursor.take_keyword("distinct"):
        fault = "Unsupported token in expression: DISTINCT"
    if cursor.at_keyword("value") or cursor.at_keyword("pivot"):
        cursor.take()
        fault = "Select projection doesn't support value or pivot keywords"
    projection, list_fault = _select_list(cursor)
    fault = fault or list_fault
    try:
        return _select_rest(cursor, projection, fault)
    except DynamoDBError:
        if list_fault is not None and list_fault != ALIASING:
            return _abandoned(cursor, list_fault)
        raise


def _abandoned(cursor: Cursor, fault: str) -> Select:
    """A select list that is refused whatever follows it."""
    cursor.position = len(cursor.tokens) - 1
    return Select(None, Source((), ""), None, (), 0, fault)


def _select_list(cursor: Cursor) -> tuple[tuple[Term, ...] | None, str | None]:
    if cursor.at_symbol("*"):
        cursor.take()
        return None, None
    projection: list[Term] = []
    fault = None
    while True:
        expression = cursor.expression()
        projection.append(expression)
        fault = fault or _projection_fault(expression)
        if _takes_alias(cursor):
            fault = fault or ALIASING
        if not cursor.at_symbol(","):
            return tuple(projection), fault
        cursor.take()
        if cursor.at_keyword("from"):
            raise malformed(
                "Expected identifier or an expression but found unexpected keyword 'from' in a select list."
            )


def _projection_fault(expression: Term) -> str | None:
    if expression.kind == terms.ID or (expression.kind == terms.PATH and expression.parts[0].kind == terms.ID):
        return None
    return f"Unexpected path component at {expression.at}"


def _takes_alias(cursor: Cursor) -> bool:
    """Move over an alias, if there is one."""
    if cursor.take_keyword("as"):
        if cursor.token.kind != NAME:
            raise malformed("Expected identifier for alias")
        cursor.take()
        return True
    if cursor.token.kind == NAME:
        cursor.take()
        return True
    return False


def _select_rest(cursor: Cursor, projection: tuple[Term, ...] | None, fault: str | None) -> Select:
    if not cursor.take_keyword("from"):
        raise malformed("Expected FROM clause")
    source, source_fault = _source(cursor)
    fault = fault or source_fault
    while cursor.at_symbol(","):
        cursor.take()
        cursor.expression()
        _takes_alias(cursor)
        fault = fault or ONLY_SELECT
    where = cursor.expression() if cursor.take_keyword("where") else None
    order: tuple[OrderTerm, ...] = ()
    while cursor.at_keyword("order", *_CLAUSES):
        if cursor.at_keyword("order"):
            order = _order(cursor)
        else:
            fault = _unsupported_clause(cursor) if fault is None else (_unsupported_clause(cursor) and fault)
    return Select(projection, source, where, order, cursor.parameters, fault)


def _unsupported_clause(cursor: Cursor) -> str:
    word = cursor.take().value
    if word == "group":
        if not cursor.take_keyword("by"):
            raise malformed("Expected BY after GROUP")
        while True:
            cursor.expression()
            _takes_alias(cursor)
            if not cursor.at_symbol(","):
                return "Unsupported clause: GROUP BY"
            cursor.take()
    expression = cursor.expression()
    return f"Unsupported clause: {word.upper()} at {expression.at}"


def _order(cursor: Cursor) -> tuple[OrderTerm, ...]:
    cursor.take()
    if not cursor.take_keyword("by"):
        raise malformed("Expected BY after ORDER")
    order: list[OrderTerm] = []
    while True:
        expression = cursor.expression()
        descending = cursor.at_keyword("desc")
        if descending or cursor.at_keyword("asc"):
            cursor.take()
        if cursor.take_keyword("nulls") and not (cursor.take_keyword("first") or cursor.take_keyword("last")):
            # Neither word is there: the clause is cut short.
            raise malformed("Expected FIRST or LAST after NULLS")
        order.append(OrderTerm(expression, descending))
        if not cursor.at_symbol(","):
            return tuple(order)
        cursor.take()


def _source(cursor: Cursor) -> tuple[Source, str | None]:
    """A table, or a table and an index, and why it cannot be read from."""
    expression = cursor.expression()
    aliased = _takes_alias(cursor)
    names = _names_of(expression)
    if names is None:
        return Source((), expression.at), "Unexpected from source"
    return Source(names, expression.at), ALIASING if aliased else None


def _names_of(expression: Term) -> tuple[str, ...] | None:
    """The names of an identifier or of a path of identifiers."""
    parts = expression.parts if expression.kind == terms.PATH else (expression,)
    if any(part.kind != terms.ID for part in parts):
        return None
    return tuple(part.content for part in parts)


# ---- INSERT, UPDATE, DELETE


def _insert(cursor: Cursor) -> Statement:
    at = cursor.take().at
    if not cursor.take_keyword("into"):
        raise malformed("Unexpected keyword")
    source = _simple_source(cursor)
    if not cursor.take_keyword("value"):
        if cursor.at_keyword("values") or cursor.at_symbol("<<", "{", "["):
            cursor.take_keyword("values")
            cursor.expression()
            return Refused("Unsupported operation: InsertOp", cursor.parameters)
        raise malformed("Unexpected token after expression" if _takes_alias(cursor) else "Unexpected term")
    value = cursor.expression()
    if cursor.at_keyword("at"):
        cursor.take()
        cursor.expression()
        return Refused(f"AT is not supported in insert statements. at {at}", cursor.parameters)
    if_not_exists = cursor.token.kind == NAME and cursor.token.value.lower() == "if"
    if if_not_exists:
        cursor.take()
        if not (cursor.take_keyword("not") and cursor.take_keyword("exists")):
            raise malformed("Unexpected token after expression")
    _returning(cursor)
    return Insert(source, value, if_not_exists, cursor.parameters)


def _simple_source(cursor: Cursor) -> Source:
    """A table's name, with whatever steps are written behind it."""
    first = cursor.token
    if first.kind != NAME:
        raise malformed("Expected identifier for simple path")
    names = [cursor.take().value]
    while cursor.at_symbol("."):
        cursor.take()
        if cursor.token.kind != NAME:
            raise malformed("Invalid path dot component")
        names.append(cursor.take().value)
    return Source(tuple(names), first.at)


def _update(cursor: Cursor) -> Statement:
    cursor.take()
    source = _simple_source(cursor)
    aliased = _takes_alias(cursor)
    clauses = _clauses(cursor)
    where = cursor.expression() if cursor.take_keyword("where") else None
    returning = _returning(cursor)
    if aliased:
        return Refused(ALIASING, cursor.parameters)
    return Update(source, clauses, where, returning, cursor.parameters)


def _from(cursor: Cursor) -> Statement:
    cursor.take()
    source, fault = _source(cursor)
    where = cursor.expression() if cursor.take_keyword("where") else None
    clauses = _clauses(cursor)
    returning = _returning(cursor)
    if fault is not None:
        return Refused(fault, cursor.parameters)
    return Update(source, clauses, where, returning, cursor.parameters)


def _clauses(cursor: Cursor) -> tuple[Clause, ...]:
    if not cursor.at_keyword("set", "remove"):
        raise malformed("Expected data manipulation")
    clauses: list[Clause] = []
    while cursor.at_keyword("set", "remove"):
        if cursor.take().value == "remove":
            clauses.append(Clause(_simple_path(cursor), None))
            continue
        clauses.append(_assignment(cursor))
        while cursor.at_symbol(","):
            cursor.take()
            clauses.append(_assignment(cursor))
    return tuple(clauses)


def _assignment(cursor: Cursor) -> Clause:
    path = _simple_path(cursor)
    if not cursor.at_symbol("="):
        raise malformed("Expected '='")
    cursor.take()
    return Clause(path, cursor.expression())


def _simple_path(cursor: Cursor) -> Term:
    token = cursor.token
    if token.kind != NAME:
        raise malformed("Expected identifier for simple path")
    cursor.take()
    return cursor.path(term(terms.ID, token.at, token.value))


def _delete(cursor: Cursor) -> Statement:
    cursor.take()
    if not cursor.take_keyword("from"):
        raise malformed("Expected FROM after DELETE")
    source = _simple_source(cursor)
    aliased = _takes_alias(cursor)
    where = cursor.expression() if cursor.take_keyword("where") else None
    returning = _returning(cursor)
    if aliased:
        return Refused(ALIASING, cursor.parameters)
    return Delete(source, where, returning, cursor.parameters)


def _returning(cursor: Cursor) -> str | None:
    """Such as ``MODIFIED OLD``: the first of what the clause lists."""
    if not cursor.take_keyword("returning"):
        return None
    found: list[str] = []
    while True:
        scope, image = cursor.take(), cursor.take()
        if scope.value.lower() not in ("all", "modified") or image.value.lower() not in ("old", "new"):
            raise malformed(RETURNING_FORM)
        if cursor.at_symbol("*"):
            cursor.take()
        else:
            cursor.expression()
        found.append(f"{scope.value} {image.value}".upper())
        if not cursor.at_symbol(","):
            return found[0]
        cursor.take()
