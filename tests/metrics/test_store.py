"""The store: minutes that become hours, hours that are forgotten."""

from __future__ import annotations

from dynarig.emulator.metrics.distribution import Distribution
from dynarig.emulator.metrics.names import MetricKey, of_table
from dynarig.emulator.metrics.series import Namespace
from dynarig.emulator.metrics.store import Store

HOUR = 3600
NOON = 1_700_000_000 // HOUR * HOUR
NAMESPACE = Namespace("0" * 12, "us-east-1")
KEY = MetricKey(NAMESPACE, "ConsumedReadCapacityUnits", of_table("t"))


def filled(*minutes: int) -> Store:
    store = Store(minutes_kept=60, hours_kept=48)
    for minute in minutes:
        store.add(KEY, NOON + minute * 60 + 7.5, Distribution({minute + 1: 1}))
    return store


def test_periods_hold_their_minutes() -> None:
    store = filled(0, 1, 4, 5, 9)
    read = store.read(KEY, (NOON, NOON + 600), 300)
    assert {start - NOON: values.total for start, values in read.items()} == {0: 1 + 2 + 5, 300: 6 + 10}
    read = store.read(KEY, (NOON + 60, NOON + 300), 60)
    assert {start - NOON: values.total for start, values in read.items()} == {60: 2, 240: 5}


def test_a_minute_takes_more() -> None:
    store = filled(3, 3)
    assert store.read(KEY, (NOON, NOON + 600), 60)[NOON + 180].counts == {4: 2}


def test_minutes_become_hours_and_hours_go() -> None:
    store = filled(0, 59, 61)
    store.coarsen(NOON + 2 * HOUR)
    by_hour = {start - NOON: values.total for start, values in store.read(KEY, (NOON, NOON + 3 * HOUR), 60).items()}
    assert by_hour == {0: 1 + 60, 3660: 62}
    assert store.latest(KEY) == NOON + 3660
    store.coarsen(NOON + 48 * HOUR + 1)
    assert store.latest(KEY) == NOON + HOUR
    store.coarsen(NOON + 60 * HOUR)
    assert (list(store.keys(NAMESPACE)), store.latest(KEY)) == ([], None)


def test_nothing_is_kept_of_nothing() -> None:
    store = Store(1, 1)
    store.add(KEY, NOON, Distribution())
    assert list(store.keys(NAMESPACE)) == []
