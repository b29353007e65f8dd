"""Writes of single items by cases."""

from __future__ import annotations

import pytest

from tests.cases_support import Case, World, read_cases


@pytest.mark.parametrize("case", read_cases("items"))
def test_item(case: Case) -> None:
    World().run(case)
