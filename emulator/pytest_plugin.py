"""pytest fixtures: boto3 against an emulator in process, empty for each test.

    @pytest.mark.dynamodb(consistency="eventual", clock="frozen")   # of a test, a class or a module
    def test_orders(dynamodb, dynamodb_clock):
        table = dynamodb.create_table(…)
        dynamodb_clock.advance(3600)

Rule: pytest loads this module in every session, so it imports nothing until a fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from dynarig.emulator.clock import ManualClock
    from dynarig.emulator.embedded import EmbeddedClient

MARK = "dynamodb"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the mark known."""
    config.addinivalue_line(
        "markers", f"{MARK}(**settings): what `embedded` takes, for the emulator behind dynarig's fixtures in this test"
    )


@pytest.fixture
def dynamodb_settings() -> dict[str, Any]:
    """What `embedded` takes, for each test; override it in a conftest, a module or a class. Marks win over it."""
    return {}


@pytest.fixture
def dynamodb_rig(request: pytest.FixtureRequest, dynamodb_settings: dict[str, Any]) -> Iterator[EmbeddedClient]:
    """The emulator of this test: `call`, `engine`, `clock`, `reset`. While it lasts, all of boto3's calls go there."""
    from dynarig.emulator.embedded import embedded

    arguments = dict(dynamodb_settings)
    for mark in reversed(list(request.node.iter_markers(MARK))):  # from the module's to the test's own
        arguments.update(mark.kwargs)
    with embedded(**arguments) as rig:
        yield rig


@pytest.fixture
def dynamodb(dynamodb_rig: EmbeddedClient) -> Any:
    """boto3's DynamoDB resource."""
    import boto3

    return boto3.resource("dynamodb")


@pytest.fixture
def dynamodb_client(dynamodb_rig: EmbeddedClient) -> Any:
    """boto3's DynamoDB client."""
    import boto3

    return boto3.client("dynamodb")


@pytest.fixture
def dynamodbstreams_client(dynamodb_rig: EmbeddedClient) -> Any:
    """boto3's DynamoDB Streams client."""
    import boto3

    return boto3.client("dynamodbstreams")


@pytest.fixture
def dynamodb_clock(dynamodb_rig: EmbeddedClient) -> ManualClock:
    """The emulator's clock: `freeze`, `advance`, `resume`. It runs until told otherwise."""
    return dynamodb_rig.clock
