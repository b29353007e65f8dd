"""The open loop under a clock of our own: what is handed out, what stays unsent, and how it ends."""

import gevent
import pytest

from dynarig.workloads.pacing import Constant
from dynarig.workloads.schedule import Schedule


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def started(rate, duration_seconds=float("inf")):
    clock = Clock()
    schedule = Schedule(Constant(rate, duration_seconds), clock)
    schedule.start()
    return clock, schedule


def test_what_is_overdue_is_handed_out_with_its_intended_start():
    clock, schedule = started(10)
    clock.now = 100.35
    assert [schedule.take() for _ in range(4)] == pytest.approx([100.0, 100.1, 100.2, 100.3])
    schedule.close()


def test_what_nobody_took_counts_as_intended_but_for_the_last_moment():
    clock, schedule = started(10)
    clock.now = 100.35
    schedule.take()
    clock.now = 101.0
    schedule.close()
    assert schedule.intended == 8
    assert schedule.elapsed_seconds == pytest.approx(1.0)
    assert schedule.take() is None


def test_all_who_wait_learn_of_the_end():
    clock, schedule = started(10)
    clock.now = 100.05
    schedule.take()
    waiting = [gevent.spawn(schedule.take) for _ in range(5)]
    gevent.sleep(0)
    schedule.close()
    gevent.joinall(waiting, timeout=2, raise_error=True)
    assert [each.value for each in waiting] == [None] * 5


def test_a_schedule_that_never_began_intends_nothing():
    schedule = Schedule(Constant(10))
    schedule.close()
    schedule.start()
    assert not schedule.started
    assert (schedule.intended, schedule.take()) == (0, None)


def test_the_pacers_end_is_the_last():
    clock, schedule = started(10, duration_seconds=0.3)
    clock.now = 105.0
    assert len([schedule.take() for _ in range(3)]) == 3
    schedule.close()
    assert schedule.intended == 3
