"""What a master and its workers agree on: every worker makes ready before a run begins, and has told all when it ends.

Rule: Locust counts a run's time from the moment it is told to start, so nobody starts before all are ready: a worker
that had its models of the data still to make would send nothing of a short run on a busy machine. A worker says `here`
when it listens, and `ready`, or what is wrong, when it has made ready by the plan. The master sends the plan to those
that it knows, and again to one that says `here` only then. Each worker's number comes with the plan; one that comes
after the beginning has none, and takes no part. At the end Locust waits half a second for its workers' last reports;
in that time a busy machine brings none, and of a short run nothing. So the master says `end`, and waits until every
worker that it has not lost has had its answers and sent its `figures`. Knows Locust's runner as it is given.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from typing import Any

import gevent
from gevent.event import Event

from dynarig.fixtures.seeding.tables import LoadError
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.plan import Plan

LOG = logging.getLogger("dynarig")
HERE, PLAN, READY = "dynarig_here", "dynarig_plan", "dynarig_ready"
END, FIGURES = "dynarig_end", "dynarig_figures"
_LOOK_SECONDS = 1.0
_TOLD_SECONDS = 5.0
_LOST = "missing"  # Locust's word; importing it here would patch every process that tests this


class Agreement:
    """The master's side."""

    def __init__(
        self, runner: Any, take: Callable[[dict[str, Any]], None], look_seconds: float = _LOOK_SECONDS
    ) -> None:
        """runner: Locust's. take: gets each worker's last figures. look_seconds: between looks for lost workers."""
        self._runner = runner
        self._take = take
        self._ended: set[str] = set()
        self._look_seconds = look_seconds
        self._numbers: dict[str, int] = {}
        self._faults: dict[str, str] = {}
        self._serial = 0
        self._options: dict[str, Any] = {}
        self._news = Event()
        runner.register_message(HERE, self._on_here)
        runner.register_message(READY, self._on_ready)
        runner.register_message(FIGURES, self._on_figures)

    @property
    def holds(self) -> bool:
        """Whether those that agreed are those that wait for a run now."""
        return bool(self._numbers) and self._numbers.keys() == {node.id for node in self._runner.clients.ready}

    def wait_for(self, count: int, most_seconds: float) -> None:
        """Until so many workers are there, or, unless 0, most_seconds have passed."""
        began = told = time.monotonic()
        while len(self._runner.clients.ready) < count:
            now = time.monotonic()
            if most_seconds and now - began > most_seconds:
                return  # Locust gives up by itself
            if now - told > _TOLD_SECONDS:
                told = now
                LOG.info("%d of %d workers have come", len(self._runner.clients.ready), count)
            gevent.sleep(0.1)

    def agree(self, options: Any, planned: Callable[[int], Plan]) -> None:
        """Return when every worker has made ready by the plan, which is kept in `options`.

        planned: from how many processes to their plan. ValueError with what is wrong in a worker, or that one was lost.
        """
        workers = [node.id for node in self._runner.clients.ready]
        planned(max(len(workers), 1)).keep(options)
        self._serial += 1
        self._options = dict(vars(options))
        self._numbers = {worker: number for number, worker in enumerate(workers)}
        self._faults = {}
        for worker in workers:
            self._send(worker)
        while len(self._faults) < len(self._numbers):
            self._news.clear()
            lost = len(workers) - len(self._not_lost())
            if lost:
                raise ValueError(f"{lost} of {len(workers)} workers were lost before the run began")
            self._news.wait(self._look_seconds)
        for worker, fault in self._faults.items():
            if fault:
                raise ValueError(f"worker {self._numbers[worker]}: {fault}")

    def collect(self, most_seconds: float) -> None:
        """End the run in every worker, and wait for the figures of those that are not lost, at most so long."""
        self._ended.clear()
        for worker in self._numbers:
            self._runner.send_message(END, {"serial": self._serial}, client_id=worker)
        with gevent.Timeout(most_seconds, False):
            while not self._not_lost() <= self._ended:
                self._news.clear()
                self._news.wait(self._look_seconds)

    def _not_lost(self) -> set[str]:
        clients = self._runner.clients
        return {each for each in self._numbers if each in clients and clients[each].state != _LOST}

    def _send(self, worker: str) -> None:
        told = {"serial": self._serial, "number": self._numbers[worker], "options": self._options}
        self._runner.send_message(PLAN, told, client_id=worker)

    def _on_here(self, environment: Any, msg: Any) -> None:
        if msg.node_id in self._numbers and msg.node_id not in self._faults:
            self._send(msg.node_id)

    def _on_ready(self, environment: Any, msg: Any) -> None:
        if msg.data["serial"] == self._serial and msg.node_id in self._numbers:
            self._faults[msg.node_id] = msg.data["fault"]
            self._news.set()

    def _on_figures(self, environment: Any, msg: Any) -> None:
        self._take(msg.data)
        self._ended.add(msg.node_id)
        self._news.set()


class Member:
    """A worker's side. make_ready: called with this worker's number once the options are the master's. finish: ends
    what it sends, and gives its last figures once the answers are there. kept: options that stay this worker's own.
    """

    def __init__(
        self,
        runner: Any,
        options: Any,
        make_ready: Callable[[int], None],
        finish: Callable[[], dict[str, Any]],
        kept: Collection[str] = (),
    ) -> None:
        self._kept = kept
        self._runner = runner
        self._finish = finish
        self._options = options
        self._make_ready = make_ready
        self._serial = 0
        self._fault = ""
        runner.register_message(PLAN, self._on_plan)
        runner.register_message(END, self._on_end)
        runner.send_message(HERE)

    def _on_plan(self, environment: Any, msg: Any) -> None:
        if msg.data["serial"] != self._serial:  # one that came twice is answered twice
            self._serial, self._fault = msg.data["serial"], ""
            given = {name: value for name, value in msg.data["options"].items() if name not in self._kept}
            vars(self._options).update(given)
            try:
                self._make_ready(msg.data["number"])
            except (BackendError, LoadError, ValueError) as fault:
                self._fault = str(fault)
        self._runner.send_message(READY, {"serial": self._serial, "fault": self._fault})

    def _on_end(self, environment: Any, msg: Any) -> None:
        self._runner.send_message(FIGURES, self._finish())
