"""Every recorded refusal of a text, and every boundary of what compiles."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.expressions import compile_expression
from dynarig.emulator.expressions.parse.reserved import RESERVED_WORDS
from dynarig.emulator.model.errors import DynamoDBError
from tests.expressions.cases import load


@pytest.mark.parametrize("case", load("syntax"))
def test_text(case: dict[str, Any]) -> None:
    if "error" not in case:
        compile_expression(case["kind"], case["text"])
        return
    with pytest.raises(DynamoDBError) as caught:
        compile_expression(case["kind"], case["text"])
    assert caught.value.code == "ValidationException"
    assert caught.value.message == case["error"]


def test_reserved_words_are_all_there() -> None:
    assert len(RESERVED_WORDS) == 573
    assert all(word.isalpha() and word.isupper() for word in RESERVED_WORDS)
