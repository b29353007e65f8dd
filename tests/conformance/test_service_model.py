"""The service model that we carry is what botocore's makes, and a newer botocore has only added to it."""

from __future__ import annotations

from typing import Any

import botocore
import pytest

from tests.conformance import service_model

CARRIED = service_model.load()
_ADVICE = "`python -m tests.conformance.service_model`, then `python -m tests.conformance.inventory`"


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")[:3]))


def _entries(model: dict[str, Any]) -> dict[str, str]:
    """Everything that a model states, by its place."""
    stated = {}
    for name, service in model["services"].items():
        stated.update({f"{name} {operation}": shape for operation, shape in service["operations"].items()})
        for shape, raw in service["shapes"].items():
            stated[f"{name} {shape}"] = f"{raw['type']} {raw.get('element', '')}"
            stated.update({f"{name} {shape}.{member}": each for member, each in raw.get("members", {}).items()})
    return stated


def test_the_file_is_as_it_was_written() -> None:
    assert service_model.PATH.read_text() == service_model.written(CARRIED)


def test_the_installed_botocore_has_only_added_to_it() -> None:
    if _version(botocore.__version__) < _version(CARRIED["botocore"]):
        pytest.skip(f"botocore {botocore.__version__} is older than the model's, {CARRIED['botocore']}")
    carried, installed = _entries(CARRIED), _entries(service_model.made())
    changed = {
        place: (shape, installed.get(place)) for place, shape in carried.items() if installed.get(place) != shape
    }
    assert not changed
    added = sorted(installed.keys() - carried.keys())
    if botocore.__version__ == CARRIED["botocore"]:
        assert not added, _ADVICE
        assert service_model.written(service_model.made()) == service_model.PATH.read_text()  # their order, too
    elif added:
        pytest.skip(f"botocore {botocore.__version__} adds {', '.join(added)}; to take it over: {_ADVICE}")
