"""Locust users: each is one of the pool that sends what the schedule hands out.

Rule: a user decides nothing. How many there are bounds how many requests may be under way in a process; when and what
is the schedule's and the scenario's. Importing this module adds the load's options and hooks to Locust.
"""

from __future__ import annotations

from typing import Any

from locust import User, events, task
from locust.exception import StopUser

from dynarig.workloads.options import add_options
from dynarig.workloads.session import Session

_BEFORE_LOCUST_LOOKS = 100  # requests between two looks at whether Locust wants this user to go


class ScenarioUser(User):
    """A user of the scenario named."""

    abstract = True
    scenario = ""

    @task
    def requests(self) -> None:
        """Send what is due, one after the other, until the schedule ends."""
        session: Session = self.environment.dynarig
        schedule, recorder = session.schedule, session.recorder
        if schedule is None or recorder is None:
            raise StopUser
        for _ in range(_BEFORE_LOCUST_LOOKS):
            intended = schedule.take()
            if intended is None:
                raise StopUser
            recorder.request(intended)


class MiyabiUser(ScenarioUser):
    """AP1 to AP10 of the Miyabi document and the writes that feed them."""

    scenario = "miyabi"


@events.init_command_line_parser.add_listener
def _options(parser: Any) -> None:
    add_options(parser)


@events.init.add_listener
def _session(environment: Any, **_: Any) -> None:
    """One session per process, bound to every event that it listens to."""
    session = Session(environment, environment.user_classes[0].scenario)
    environment.dynarig = session
    hooks = environment.events
    hooks.test_start.add_listener(session.on_test_start)
    hooks.spawning_complete.add_listener(session.on_spawning_complete)
    hooks.test_stopping.add_listener(session.on_test_stopping)
    hooks.test_stop.add_listener(session.on_test_stop)
    hooks.report_to_master.add_listener(session.on_report_to_master)
    hooks.worker_report.add_listener(session.on_worker_report)
    hooks.quitting.add_listener(session.on_quitting)
    hooks.quit.add_listener(session.on_quit)
    session.on_init()
