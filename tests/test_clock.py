"""The manual clock under a machine's clock that the test holds."""

from __future__ import annotations

import pytest

from dynarig.emulator.clock import ManualClock, SystemClock


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    time = [1000.0]
    monkeypatch.setattr("dynarig.emulator.clock.time.time", lambda: time[0])
    return time


def test_the_system_clock_is_the_machines(machine: list[float]) -> None:
    assert SystemClock().now() == 1000.0


def test_it_runs_until_it_is_held(machine: list[float]) -> None:
    clock = ManualClock()
    machine[0] = 1001.0
    assert (clock.now(), clock.frozen) == (1001.0, False)
    clock.freeze()
    machine[0] = 1002.0
    assert (clock.now(), clock.frozen) == (1001.0, True)


def test_it_advances_held_or_running(machine: list[float]) -> None:
    clock = ManualClock()
    assert clock.advance(10) == 1010.0
    machine[0] = 1001.0
    assert clock.now() == 1011.0
    clock.freeze(5)
    assert clock.advance(0.5) == 5.5
    assert clock.now() == 5.5


def test_it_resumes_from_where_it_was_held(machine: list[float]) -> None:
    clock = ManualClock(50.0)
    machine[0] = 2000.0
    assert clock.resume() == 50.0
    machine[0] = 2003.0
    assert clock.now() == 53.0
    clock.restart()
    assert clock.now() == 2003.0


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 1e300])
def test_what_it_cannot_advance_by(seconds: float) -> None:
    with pytest.raises(ValueError):
        ManualClock(0.0).advance(seconds)


@pytest.mark.parametrize("at", [-1, float("nan"), float("inf"), 253_402_300_800])
def test_what_it_cannot_show(at: float) -> None:
    with pytest.raises(ValueError):
        ManualClock().freeze(at)
