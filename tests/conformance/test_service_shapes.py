"""The shapes carried are those of the botocore that they name, when that is the one installed."""

from __future__ import annotations

import json

import botocore
import pytest

from dynarig.emulator.services import OPERATIONS
from tests.conformance import service_shapes


def test_every_operation_answered_is_carried() -> None:
    carried = json.loads(service_shapes.PATH.read_text())["services"]
    assert {service: tuple(each["operations"]) for service, each in carried.items()} == OPERATIONS


def test_the_shapes_are_botocores() -> None:
    text = service_shapes.PATH.read_text()
    if json.loads(text)["botocore"] != botocore.__version__:
        pytest.skip("another botocore than the shapes were made from")
    assert text == service_shapes.written(service_shapes.made())
