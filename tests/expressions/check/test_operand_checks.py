"""Every recorded refusal by names and values, of all five kinds."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.expressions import compile_expression
from dynarig.emulator.model.errors import DynamoDBError
from tests.expressions.cases import load


@pytest.mark.parametrize("case", load("operands"))
def test_operands(case: dict[str, Any]) -> None:
    program = compile_expression(case["kind"], case["text"])
    if "error" not in case:
        program.check_operands(case.get("names"), case.get("values"))
        return
    with pytest.raises(DynamoDBError) as caught:
        program.check_operands(case.get("names"), case.get("values"))
    assert caught.value.message == case["error"]
