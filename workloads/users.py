"""Locust users: each is one of the pool that sends what the schedule hands out.

Rule: a user decides nothing. How many there are bounds how many requests may be under way in a process; when and what
is the schedule's and the scenarios'. Importing this module adds the load's options and hooks to Locust.
"""

from __future__ import annotations

from typing import Any

from locust import User, events, task
from locust.exception import StopUser

from dynarig.workloads.options import add_options
from dynarig.workloads.session import Session

_BEFORE_LOCUST_LOOKS = 100  # requests between two looks at whether Locust wants this user to go


class LoadUser(User):
    """A user of the scenarios that were asked for: what a locustfile imports."""

    @task
    def requests(self) -> None:
        """Send what is due, one after the other, until the schedule ends."""
        session: Session = self.environment.dynarig
        for _ in range(_BEFORE_LOCUST_LOOKS):
            if not session.serve():
                raise StopUser


@events.init_command_line_parser.add_listener
def _options(parser: Any) -> None:
    add_options(parser)


@events.init.add_listener
def _session(environment: Any, **_: Any) -> None:
    """One session per process, bound to every event that it listens to."""
    session = Session(environment)
    environment.dynarig = session
    hooks = environment.events
    hooks.test_start.add_listener(session.on_test_start)
    hooks.test_stopping.add_listener(session.on_test_stopping)
    hooks.test_stop.add_listener(session.on_test_stop)
    hooks.report_to_master.add_listener(session.on_report_to_master)
    hooks.worker_report.add_listener(session.on_worker_report)
    hooks.quitting.add_listener(session.on_quitting)
    hooks.quit.add_listener(session.on_quit)
    session.on_init()
