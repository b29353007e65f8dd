"""Compiled expressions by kind and text.

Rule: a memo, bounded by what programs hold on to, so that no input fills the memory. Refused texts are not kept.
"""

from __future__ import annotations

from typing import Any, Literal, overload

from dynarig.emulator.expressions.parse.lexer import invalid
from dynarig.emulator.expressions.program import (
    ConditionProgram,
    KeyConditionProgram,
    Program,
    ProjectionProgram,
    UpdateProgram,
    program,
)
from dynarig.emulator.model.memo import Memo
from dynarig.emulator.model.values import text_size

EXPRESSION_SIZE_BYTES_MAX = 4_096  # Developer Guide, Constraints
# Room for thousands of usual expressions; of the longest, which an application has few of, for some thirty.
_PROGRAMS: Memo[tuple[str, str], Program[Any]] = Memo(bytes_max=16_777_216)


def check_not_empty(kind: str, text: str) -> None:
    """Raises ValidationException for an empty text, which some operations look at ahead of everything else."""
    if not text:
        raise invalid(kind, "The expression can not be empty;")


def check_size(kind: str, text: str, with_figure: bool = False) -> None:
    """Raises ValidationException for a text over 4,096 bytes; only some surfaces tell the figure (recorded 2026)."""
    if len(text) * 4 > EXPRESSION_SIZE_BYTES_MAX:
        size_bytes = text_size(text)
        if size_bytes > EXPRESSION_SIZE_BYTES_MAX:
            figure = f" expression size: {size_bytes}" if with_figure else ""
            raise invalid(kind, f"Expression size has exceeded the maximum allowed size;{figure}")


@overload
def compile_expression(
    kind: Literal["ConditionExpression", "FilterExpression"], text: str, with_figure: bool = False
) -> ConditionProgram: ...
@overload
def compile_expression(
    kind: Literal["KeyConditionExpression"], text: str, with_figure: bool = False
) -> KeyConditionProgram: ...
@overload
def compile_expression(kind: Literal["UpdateExpression"], text: str, with_figure: bool = False) -> UpdateProgram: ...
@overload
def compile_expression(
    kind: Literal["ProjectionExpression"], text: str, with_figure: bool = False
) -> ProjectionProgram: ...
def compile_expression(kind: str, text: str, with_figure: bool = False) -> object:
    """The program of an expression's text.

    with_figure: whether the refusal of a long text tells its size. Raises ValidationException ``Invalid <kind>: …``
    for everything that needs neither names nor values, the first in the service's order.
    """
    return _PROGRAMS.get((kind, text)) or _compiled(kind, text, with_figure)


def _compiled(kind: str, text: str, with_figure: bool) -> Program[Any]:
    check_not_empty(kind, text)
    check_size(kind, text, with_figure)
    compiled = program(kind, text)
    _PROGRAMS.put((kind, text), compiled, compiled.size_bytes)
    return compiled
