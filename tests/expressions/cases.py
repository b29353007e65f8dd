"""Reads the cases of tests/cases/expressions: behaviour as data, one file a room."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_CASES = Path(__file__).parent.parent / "cases" / "expressions"


def load(name: str) -> list[Any]:
    """The cases of one file as test parameters named by their text; a file's common item goes into each case."""
    content = json.loads((_CASES / f"{name}.json").read_text(encoding="utf-8"))
    shared = {"item": content["item"]} if "item" in content else {}
    return [
        pytest.param({**shared, **case}, id=f"{position}-{str(case.get('text', ''))[:50]}")
        for position, case in enumerate(content["cases"])
    ]
