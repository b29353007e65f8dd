"""What reads and writes take, case by case: recorded figures (tests/cases/capacity)."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World, read_cases


@pytest.mark.parametrize("case", read_cases("capacity"))
def test_case(case: Case) -> None:
    World().run(case)
