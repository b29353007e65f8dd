"""TransactWriteItems and TransactGetItems on an engine, case by case (tests/cases/transactions)."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World, read_cases


@pytest.mark.parametrize("case", read_cases("transactions"))
def test_case(case: Case) -> None:
    World().run(case)
