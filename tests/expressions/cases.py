"""Reads the cases of tests/cases/expressions: behaviour as data, which tests and benchmarks share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_CASES = Path(__file__).parent.parent / "cases" / "expressions"


def load(name: str) -> list[Any]:
    """The cases of one file, each as a test parameter named by its text."""
    cases = json.loads((_CASES / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=_name(position, case)) for position, case in enumerate(cases)]


def _name(position: int, case: dict[str, Any]) -> str:
    text = case.get("text") or next(iter(case.values()))
    return f"{position}-{str(text)[:50]}"
