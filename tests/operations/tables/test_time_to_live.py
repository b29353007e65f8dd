"""Time to live at once, a set time later, and at the service's pace; the clock is moved by the tests."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.settings import Settings

NOW = 1_790_000_000.0
HOUR, DAY = 3_600.0, 86_400.0
FIVE_YEARS = 157_788_000  # Developer Guide, howitworks-ttl


class World:
    """One table with a time to live attribute `ttl` to be. now: epoch seconds, moved by tests."""

    def __init__(self, **settings: Any) -> None:
        self.engine = Engine(Settings(**settings))
        self.now = NOW
        self.call(
            "CreateTable",
            TableName="tab",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )

    def attempt(self, operation: str, **request: Any) -> tuple[int, dict[str, Any]]:
        self.engine.finish_due(self.now)
        reply = self.engine.execute(Call(operation, request), self.now)
        return reply.status, orjson.loads(orjson.dumps(reply.payload))

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        status, body = self.attempt(operation, **request)
        assert status == 200, body
        return body

    def change(self, enabled: bool) -> tuple[int, dict[str, Any]]:
        specification = {"AttributeName": "ttl", "Enabled": enabled}
        return self.attempt("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=specification)

    def put(self, key: str, expires_at: float) -> None:
        self.call("PutItem", TableName="tab", Item={"pk": {"S": key}, "ttl": {"N": str(int(expires_at))}})

    @property
    def status(self) -> dict[str, str]:
        return self.call("DescribeTimeToLive", TableName="tab")["TimeToLiveDescription"]  # type: ignore[no-any-return]

    @property
    def keys(self) -> set[str]:
        return {item["pk"]["S"] for item in self.call("Scan", TableName="tab")["Items"]}


def test_at_once_unless_told_otherwise() -> None:
    world = World()
    assert world.change(True)[0] == 200
    assert world.status == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    world.put("a", NOW + 10)
    world.now += 10
    assert world.keys == {"a"}  # not yet past
    world.now += 0.001
    assert world.keys == set()


@pytest.mark.parametrize(("later_seconds", "left"), [(-1, {"a"}), (0, {"a"}), (0.001, set())])
def test_expired_items_stay_readable_until_they_are_deleted(later_seconds: float, left: set[str]) -> None:
    world = World(ttl_delete_seconds=60)
    world.change(True)
    world.put("a", NOW + 10)
    world.now = NOW + 10 + 60 + later_seconds
    assert world.keys == left
    assert ("Item" in world.call("GetItem", TableName="tab", Key={"pk": {"S": "a"}})) is bool(left)


def test_what_is_written_anew_while_it_waits_is_not_deleted() -> None:
    world = World(ttl_delete_seconds=60)
    world.change(True)
    world.put("a", NOW + 10)
    world.now = NOW + 50
    world.put("a", NOW + 1000)
    world.now = NOW + 80
    assert world.keys == {"a"}
    world.now = NOW + 1061
    assert world.keys == set()


def test_the_services_pace() -> None:
    world = World(ttl="service")
    for number in range(200):
        world.put(str(number), NOW - 1)
    assert world.change(True)[0] == 200
    assert world.status == {"TimeToLiveStatus": "ENABLING", "AttributeName": "ttl"}
    assert len(world.keys) == 200
    world.now += HOUR
    assert world.status == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    left = []
    for _ in range(8):
        left.append(len(world.keys))
        world.now += DAY / 4
    assert left == sorted(left, reverse=True)
    assert len(set(left)) == 8  # spread over the two days
    assert 80 < left[4] < 120
    world.now = NOW + 2 * DAY
    assert world.keys == set()


def test_no_other_change_within_the_hour() -> None:
    world = World(ttl="service")
    world.change(True)
    refusal = "Time to live has been modified multiple times within a fixed interval"
    world.now += HOUR - 1
    assert world.change(False)[1]["message"] == refusal
    assert world.change(True)[1]["message"] == "TimeToLive is already enabled"
    world.now += 1
    assert world.change(False)[0] == 200
    assert world.status == {"TimeToLiveStatus": "DISABLING", "AttributeName": "ttl"}
    assert world.change(True)[1]["message"] == refusal
    world.now += HOUR
    assert world.status == {"TimeToLiveStatus": "DISABLED"}
    assert world.change(True)[0] == 200


def _survivors(seed: int) -> set[str]:
    world = World(ttl="service", seed=seed)
    world.change(True)
    for number in range(50):
        world.put(str(number), NOW)
    world.now += DAY
    return world.keys


def test_a_seed_repeats_itself() -> None:
    assert _survivors(1) == _survivors(1) != _survivors(2)


@pytest.mark.parametrize(("more_seconds", "left"), [(-1, {"a"}), (0, {"a"}), (1, set())])
def test_what_expired_over_five_years_ago_is_kept(more_seconds: int, left: set[str]) -> None:
    """The boundary, a second to each side."""
    world = World()
    world.change(True)
    world.put("a", NOW - FIVE_YEARS + more_seconds)
    assert world.keys == left
