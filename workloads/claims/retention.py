"""How long an item stays: from its expiry to its deletion, on an emulator as late as the service.

Rule: virtual time; the lag is the emulator's model of the documented "within a few days" and a finding says so.
"""

from __future__ import annotations

from typing import Any

from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.claims.bench import Bench, VirtualEmulator
from dynarig.workloads.claims.calls import Caller, put_all, scan

HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400
_ENABLING_SECONDS = 2 * HOUR_SECONDS
_LONGEST_DAYS = 10


def slow_emulator(bench: Bench, definition: TableDefinition) -> VirtualEmulator:
    """The table where expiry is as late as the service's, past the time that enabling takes."""
    emulator = bench.virtual(ttl="service")
    emulator.create(definition)
    emulator.clock.advance(_ENABLING_SECONDS)
    return emulator


def lags(emulator: VirtualEmulator, table: str, expired_at: float) -> list[float]:
    """Hours from expiry to deletion of each item of the table, looked for every hour."""
    found: list[float] = []
    held = scan(emulator, table, Select="COUNT").count
    for _ in range(_LONGEST_DAYS * 24):
        if not held:
            break
        emulator.clock.advance(HOUR_SECONDS)
        left = scan(emulator, table, Select="COUNT").count
        found += [(emulator.clock.now() - expired_at) / HOUR_SECONDS] * (held - left)
        held = left
    return found


def expired_items(keys: list[str], attribute: str, expires_at: float, count: int) -> list[dict[str, Any]]:
    """Items with these key attributes (text) that expire at one time."""
    return [
        {**{name: {"S": f"{number:06d}"} for name in keys}, attribute: {"N": str(int(expires_at))}}
        for number in range(count)
    ]


def lag_of(bench: Bench, definition: TableDefinition, count: int = 200) -> tuple[int, list[float]]:
    """How many of `count` items can be read right after their expiry, and the hours until each is gone, ascending."""
    emulator = slow_emulator(bench, definition)
    expires_at = emulator.clock.now() - 60
    keys = [element["AttributeName"] for element in definition.create["KeySchema"]]
    assert definition.time_to_live is not None
    put_all(emulator, definition.name, expired_items(keys, definition.time_to_live, expires_at, count))
    readable = scan(emulator, definition.name, Select="COUNT").count
    return readable, sorted(lags(emulator, definition.name, expires_at))


def expiring(target: Caller, tables: list[str]) -> dict[str, str]:
    """The tables whose time to live is enabled, by DescribeTimeToLive, and the attribute of each."""
    enabled = {}
    for name in tables:
        found = target.call("DescribeTimeToLive", {"TableName": name})["TimeToLiveDescription"]
        if found["TimeToLiveStatus"] == "ENABLED":
            enabled[name] = found["AttributeName"]
    return enabled
