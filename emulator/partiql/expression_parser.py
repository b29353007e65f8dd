"""Tokens to terms: operators by precedence, paths, literals, calls.

Rule: a syntax error is raised where it stands, in the words of the service's parser (recorded 2026); anything that can
be read is read, whatever it means. Depth is counted while reading, so no text can exhaust the stack.
"""

from __future__ import annotations

from dynarig.emulator.model import errors
from dynarig.emulator.partiql import terms
from dynarig.emulator.partiql.keywords import (
    AGGREGATES,
    FUNCTION_KEYWORDS,
    IS_TYPES,
    OPERATOR_KEYWORDS,
    UNSUPPORTED_IS_TYPES,
)
from dynarig.emulator.partiql.lexer import END, ION, KEYWORD, NAME, NUMBER, PARAMETER, STRING, SYMBOL, Token, malformed
from dynarig.emulator.partiql.terms import Term, term

_PRECEDENCE = {
    "or": 10,
    "and": 20,
    "=": 40,
    "<>": 40,
    "!=": 40,
    "is": 40,
    "in": 40,
    "<": 50,
    "<=": 50,
    ">": 50,
    ">=": 50,
    "between": 50,
    "like": 50,
    "+": 60,
    "-": 60,
    "||": 60,
    "*": 70,
    "/": 70,
    "%": 70,
}
_NOT_PRECEDENCE = 30
_OPERATOR_SYMBOLS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "||", "*", "/", "%", "@"})
_LITERAL_KEYWORDS = {"true": (terms.BOOLEAN, True), "false": (terms.BOOLEAN, False), "null": (terms.NULL, None)}
_LITERALS = {NUMBER: terms.NUMBER, STRING: terms.STRING, ION: terms.ION}
_CLOSING = {
    "]": "RIGHT_BRACKET",
    ")": "RIGHT_PAREN",
    "}": "RIGHT_CURLY",
    ">>": "RIGHT_DOUBLE_ANGLE_BRACKET",
    ":": "COLON",
}


class Cursor:
    """A position among tokens. parameters: how many were met."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.parameters = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token under the cursor."""
        return self.tokens[self.position]

    @property
    def left(self) -> int:
        """How many tokens are left, the end included."""
        return len(self.tokens) - self.position

    def peek(self) -> Token:
        """The token after the cursor; the end stays the end."""
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The token under the cursor, which moves on; it never leaves the end."""
        token = self.tokens[self.position]
        if token.kind != END:
            self.position += 1
        return token

    def at_keyword(self, *words: str) -> bool:
        """Whether one of these keywords is under the cursor."""
        return self.token.kind == KEYWORD and self.token.value in words

    def at_symbol(self, *symbols: str) -> bool:
        """Whether one of these symbols is under the cursor."""
        return self.token.kind == SYMBOL and self.token.value in symbols

    def take_keyword(self, word: str) -> bool:
        """Move over a keyword if it is there."""
        if self.at_keyword(word):
            self.position += 1
            return True
        return False

    def close(self, symbol: str) -> None:
        """Move over a closing symbol that must be there."""
        if not self.at_symbol(symbol):
            raise malformed(f"Expected {_CLOSING[symbol]}")
        self.position += 1

    # ---- expressions

    def expression(self, floor: int = 0) -> Term:
        """An expression whose operators all bind tighter than `floor`."""
        self._depth += 1
        if self._depth > terms.DEPTH_MAX:
            raise errors.validation(terms.TOO_DEEP)
        left = self._prefixed()
        while True:
            operator, negated = self._operator()
            precedence = _PRECEDENCE.get(operator, 0)
            if precedence <= floor:
                break
            left = self._infix(left, operator, precedence, negated)
        self._depth -= 1
        return left

    def _operator(self) -> tuple[str, bool]:
        """The infix operator under the cursor, "" for none, and whether a NOT stands before it."""
        token = self.token
        if token.kind == KEYWORD and token.value == "not":
            following = self.peek()
            if following.kind == KEYWORD and following.value in ("in", "between", "like"):
                return following.value, True
            return "", False
        if token.kind in (KEYWORD, SYMBOL):
            return token.value, False
        return "", False

    def _infix(self, left: Term, operator: str, precedence: int, negated: bool) -> Term:
        if negated:
            self.take()
        at = self.token.at
        if operator == "is":
            return self._is(left)
        if self.left < 3:
            raise malformed("Missing right-hand side expression of infix operator")
        self.take()
        if operator == "between":
            low = self.expression(precedence)
            if not self.take_keyword("and"):
                raise malformed("Expected AND keyword")
            made = term(terms.BETWEEN, at, None, (left, low, self.expression(precedence)))
        elif operator == "in":
            made = term(terms.IN, at, None, (left, self._members_of_in(precedence)))
        else:
            right = self.expression(precedence)
            if operator in ("and", "or") and left.kind == terms.INFIX and left.content == operator:
                return term(terms.INFIX, left.at, operator, (*left.parts, right))
            made = term(terms.INFIX, at, "<>" if operator == "!=" else operator, (left, right))
        return term(terms.NOT, at, "written", (made,)) if negated else made

    def _members_of_in(self, precedence: int) -> Term:
        """What stands behind IN; one member in parentheses is a list of one."""
        grouped = self.at_symbol("(")
        right = self.expression(precedence)
        if grouped and right.kind not in (terms.LIST, terms.SUBQUERY):
            return term(terms.LIST, right.at, None, (right,))
        return right

    def _is(self, left: Term) -> Term:
        at = self.take().at
        negated = self.take_keyword("not")
        token = self.token
        if token.kind != KEYWORD or not (token.value in IS_TYPES or token.value in UNSUPPORTED_IS_TYPES):
            raise malformed("Expected type name")
        self.take()
        name = token.value
        if token.value == "double" and not self.take_keyword("precision"):
            raise malformed("Expected type name")
        if token.value in ("char", "character"):
            name = "varchar" if self.take_keyword("varying") else name
        if self.at_symbol("(") and token.value not in IS_TYPES:
            while not self.at_symbol(")") and self.token.kind != END:
                self.take()
            self.close(")")
        made = term(terms.IS, at, name, (left,))
        return term(terms.NOT, at, "written", (made,)) if negated else made

    def _prefixed(self) -> Term:
        token = self.token
        if token.kind == KEYWORD and token.value == "not":
            self.take()
            return term(terms.NOT, token.at, None, (self.expression(_NOT_PRECEDENCE),))
        if token.kind == SYMBOL and token.value in ("-", "+"):
            return self._signed()
        return self.path(self._atom())

    def _signed(self) -> Term:
        """Signs belong to the number they stand before; before anything else they are an operator."""
        first = self.token
        negative = False
        while self.at_symbol("-", "+"):
            negative ^= self.take().value == "-"
        operand = self.path(self._atom())
        if operand.kind == terms.NUMBER:
            return term(terms.NUMBER, first.at, f"-{operand.content}" if negative else operand.content)
        return term(terms.SIGN, first.at, first.value, (operand,))

    # ---- what stands between operators

    def _atom(self) -> Term:
        token = self.token
        kind = _LITERALS.get(token.kind)
        if kind is not None:
            self.take()
            return term(kind, token.at, token.value)
        if token.kind == PARAMETER:
            self.take()
            self.parameters += 1
            return term(terms.PARAMETER, token.at, self.parameters - 1)
        if token.kind == NAME:
            self.take()
            return self._call(token) if self.at_symbol("(") else term(terms.ID, token.at, token.value)
        if token.kind == KEYWORD:
            return self._keyword(token)
        if token.kind == SYMBOL:
            return self._bracketed(token)
        raise malformed("Unexpected term")

    def _keyword(self, token: Token) -> Term:
        word = token.value
        if word in _LITERAL_KEYWORDS:
            self.take()
            kind, content = _LITERAL_KEYWORDS[word]
            return term(kind, token.at, content)
        if word == "missing":
            self.take()
            return term(terms.MISSING, token.at)
        if word in FUNCTION_KEYWORDS or word in AGGREGATES or word == "cast":
            following = self.peek()
            if following.kind == SYMBOL and following.value == "(":
                self.take()
                return self._call(token)
        if word == "case":
            return self._case()
        if word == "from":
            # FROM begins a statement of its own, wherever it stands.
            self.take()
            self.expression()
            raise malformed("Expected data manipulation")
        raise malformed("Unexpected operator" if word in OPERATOR_KEYWORDS else "Unexpected keyword")

    def _call(self, token: Token) -> Term:
        self.take()
        if self.at_keyword("select"):
            return term(terms.CALL, token.at, token.value.lower(), (self.subquery(),))
        if self.at_symbol("*") and token.value in AGGREGATES:
            self.take()
            self.close(")")
            return term(terms.CALL, token.at, token.value)
        operands = self._members(")")
        return term(terms.CALL, token.at, token.value.lower(), operands)

    def subquery(self) -> Term:
        """A SELECT inside an expression, up to the closing parenthesis; what it says is not looked at."""
        at = self.token.at
        open_count = 1
        while open_count:
            token = self.take()
            if token.kind == END:
                raise malformed("Expected RIGHT_PAREN")
            if token.kind == SYMBOL and token.value in "()":
                open_count += 1 if token.value == "(" else -1
            elif token.kind == PARAMETER:
                self.parameters += 1
        return term(terms.SUBQUERY, at)

    def _case(self) -> Term:
        at = self.take().at
        searched = self.at_keyword("when")
        while not self.at_keyword("end"):
            if self.token.kind == END:
                raise malformed("Expected END keyword")
            self.take()
        self.take()
        return term(terms.CASE, at, "SearchedCase" if searched else "SimpleCase")

    def _bracketed(self, token: Token) -> Term:
        symbol = token.value
        if symbol in _OPERATOR_SYMBOLS:
            raise malformed("Unexpected operator")
        if symbol not in ("(", "[", "{", "<<"):
            raise malformed("Unexpected term")
        self.take()
        if symbol == "[":
            return term(terms.LIST, token.at, None, self._members("]"))
        if symbol == "<<":
            return term(terms.BAG, token.at, None, self._members(">>"))
        if symbol == "{":
            return term(terms.STRUCT, token.at, None, self._members("}", paired=True))
        if self.at_keyword("select"):
            return self.subquery()
        inner = self.expression()
        if self.at_symbol(","):
            self.take()
            return term(terms.LIST, token.at, None, (inner, *self._members(")")))
        self.close(")")
        return inner

    def _members(self, closing: str, *, paired: bool = False) -> tuple[Term, ...]:
        if self.at_symbol(closing):
            self.take()
            return ()
        members: list[Term] = []
        while True:
            if self.token.kind == END:
                raise malformed("Unexpected term" if not members else f"Expected {_CLOSING[closing]}")
            members.append(self.expression())
            if paired:
                self.close(":")
                members.append(self.expression())
            if not self.at_symbol(","):
                self.close(closing)
                return tuple(members)
            self.take()

    def path(self, root: Term) -> Term:
        """The steps behind a term: names after points, anything in brackets."""
        steps: list[Term] = []
        while self.at_symbol(".", "["):
            if self.take().value == ".":
                steps.append(self._dot_step())
            else:
                steps.append(self._bracket_step())
        if not steps:
            return root
        return term(terms.PATH, root.at, None, (root, *steps))

    def _dot_step(self) -> Term:
        token = self.token
        if token.kind == NAME:
            self.take()
            return term(terms.ID, token.at, token.value)
        if self.at_symbol("*"):
            self.take()
            return term(terms.CALL, token.at, ".*")
        raise malformed("Invalid path dot component")

    def _bracket_step(self) -> Term:
        if self.at_symbol("*"):
            at = self.take().at
            self.close("]")
            return term(terms.CALL, at, "[*]")
        inner = self.expression()
        self.close("]")
        return inner
