"""What all tests share: no property test has a deadline, as a busy machine is no fault of the code; an order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("dynarig", deadline=None)
settings.load_profile("dynarig")
_LONGEST = ("test_differential.py", "test_locustfile.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: where two workers share the files, neither is to be left alone with one at the end."""
    items.sort(key=lambda item: Path(item.path).name not in _LONGEST)
