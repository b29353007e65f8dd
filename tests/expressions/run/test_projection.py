"""Every recorded answer of a projection."""

from __future__ import annotations

from typing import Any

import pytest

from dynarig.emulator.expressions import PROJECTION, compile_expression
from tests.expressions.cases import load


@pytest.mark.parametrize("case", load("projections"))
def test_projection(case: dict[str, Any]) -> None:
    program = compile_expression(PROJECTION, case["text"])
    program.check_operands(case.get("names"), None)
    assert program.bind(case.get("names"), None).apply(case["item"]) == case["result"]


def test_paths_and_top_level() -> None:
    bound = compile_expression(PROJECTION, "a.b[1], #c, a.d").bind({"#c": "x.y"}, None)
    assert bound.paths == (("a", "b", 1), ("x.y",), ("a", "d"))
    assert bound.top_level == ("a", "x.y")
