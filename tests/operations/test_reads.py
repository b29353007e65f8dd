"""Query and Scan on an engine, case by case (tests/cases/reads), and what takes more than one call."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World, read_cases


@pytest.mark.parametrize("case", read_cases("reads") + read_cases("collections"))
def test_case(case: Case) -> None:
    World().run(case)
