"""pytest fixtures: boto3 against an emulator in process, empty for each test, and budgets that tests are held to.

    @pytest.mark.dynamodb(consistency="eventual", clock="frozen")   # of a test, a class or a module
    def test_orders(dynamodb, dynamodb_clock):
        table = dynamodb.create_table(…)
        dynamodb_clock.advance(3600)

    @pytest.mark.capacity_budget(write=4)                           # of all that the test itself does
    @pytest.mark.no_throttle
    def test_place_order(orders, latency):
        with latency(p99=20):                                       # of a block of it
            place_order()

Rule: pytest loads this module in every session, so it imports nothing until a fixture is asked for. What fixtures do
before a test, such as seeding, is no part of its budget.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from dynarig.emulator.budgets import Budget, CapacityBudget, CostBudget, LatencyBudget, ThrottleBudget
    from dynarig.emulator.clock import ManualClock
    from dynarig.emulator.embedded import EmbeddedClient

MARK = "dynamodb"
NO_THROTTLE = "no_throttle"
BUDGETS = {
    "capacity_budget": "(read=, write=, table=, index=): capacity units that the test may consume",
    "cost_per_million": "(usd, region=): USD that a million of the test may cost by request",
    NO_THROTTLE: ": nothing that the test does is throttled, nor would be on the service",
    "latency": "(p50=, p99=, ...): milliseconds that each of the test's calls may take by the latency model",
}
_RIG = "dynamodb_rig"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marks known."""
    config.addinivalue_line(
        "markers", f"{MARK}(**settings): what `embedded` takes, for the emulator behind dynarig's fixtures in this test"
    )
    for name, text in BUDGETS.items():
        config.addinivalue_line("markers", name + text)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Gives a test with a budget the emulator that it is judged on, if it asks for none."""
    names = getattr(item, "fixturenames", None)
    if names is not None and _RIG not in names and any(item.get_closest_marker(name) for name in BUDGETS):
        names.insert(0, _RIG)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Holds a test to its budgets; one that fails by itself is not judged."""
    rig = getattr(item, "funcargs", {}).get(_RIG)
    if rig is None:
        return (yield)
    budgets = list(_budgets_of(item, rig))
    for budget in budgets:
        budget.begin()
    try:
        result = yield
    finally:
        for budget in budgets:
            budget.end()
    faults = [fault for fault in (budget.fault() for budget in budgets) if fault is not None]
    if faults:
        pytest.fail("\n".join(["over budget:", *faults]), pytrace=False)
    return result


def _budgets_of(item: pytest.Item, rig: EmbeddedClient) -> Iterator[Budget]:
    """Of each mark, the nearest; those for different tables and indexes stand beside each other."""
    seen = set()
    for name in BUDGETS:
        for mark in item.iter_markers(name):
            key = (name, mark.kwargs.get("table"), mark.kwargs.get("index"))
            if key not in seen:
                seen.add(key)
                yield _budget(name, rig, mark)
    asked_for = getattr(item, "funcargs", {}).get(NO_THROTTLE)
    if asked_for is not None and (NO_THROTTLE, None, None) not in seen:
        yield asked_for


def _budget(name: str, rig: EmbeddedClient, mark: pytest.Mark) -> Budget:
    from dynarig.emulator import budgets

    try:
        budget: Budget = getattr(budgets, name)(rig, *mark.args, **mark.kwargs)
    except (TypeError, ValueError) as fault:
        raise pytest.fail.Exception(f"@pytest.mark.{name}: {fault}", pytrace=False) from None
    return budget


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
    if _judges_throttles(request) and "capacity" not in arguments and not {"engine", "settings"} & arguments.keys():
        arguments["capacity"] = "observe"
    with embedded(**arguments) as rig:
        yield rig


def _judges_throttles(request: pytest.FixtureRequest) -> bool:
    return NO_THROTTLE in request.fixturenames or request.node.get_closest_marker(NO_THROTTLE) is not None


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


@pytest.fixture
def capacity_budget(dynamodb_rig: EmbeddedClient) -> Callable[..., CapacityBudget]:
    """`with capacity_budget(read=…, write=…, table=…, index=…):` capacity units that the block may consume."""
    from dynarig.emulator import budgets

    return partial(budgets.capacity_budget, dynamodb_rig)


@pytest.fixture
def cost_per_million(dynamodb_rig: EmbeddedClient) -> Callable[..., CostBudget]:
    """`with cost_per_million(2.50):` USD that a million of the block may cost by request."""
    from dynarig.emulator import budgets

    return partial(budgets.cost_per_million, dynamodb_rig)


@pytest.fixture
def latency(dynamodb_rig: EmbeddedClient) -> Callable[..., LatencyBudget]:
    """`with latency(p99=20):` milliseconds that each call of the block may take by the latency model."""
    from dynarig.emulator import budgets

    return partial(budgets.latency, dynamodb_rig)


@pytest.fixture
def no_throttle(dynamodb_rig: EmbeddedClient) -> ThrottleBudget:
    """Nothing that the test does is throttled; as the mark, whatever the test does with it."""
    from dynarig.emulator import budgets

    return budgets.no_throttle(dynamodb_rig)
