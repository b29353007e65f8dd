"""One process's sending: the schedule, and how its requests get out.

Rule: plain HTTP by the lean client goes over lanes; anything else (boto3, encrypted endpoints) over a pool of waiting
greenlets, which are Locust's users. Both take from one schedule and tell one recorder.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import gevent

from dynarig.workloads.client import Client, connect, signer_of
from dynarig.workloads.costs import Costs
from dynarig.workloads.lanes import Lanes
from dynarig.workloads.measure import Measurements
from dynarig.workloads.mixture import Mixture
from dynarig.workloads.pacing import Unpaced
from dynarig.workloads.plan import Plan
from dynarig.workloads.recorder import Listener, Recorder, request
from dynarig.workloads.schedule import Schedule
from dynarig.workloads.shapes import Shape

_LOOK_SECONDS = 0.02


class Sender:
    """Started by the first user that comes; ended by `close`."""

    def __init__(self, options: Any, plan: Plan, mixture: Mixture, process: int, listener: Listener) -> None:
        self._options = options
        self._process = process
        self._recorder = Recorder(mixture, listener, epoch_offset_seconds=time.time() - time.monotonic())
        shape = Shape(options.rate, options.arrivals, options.ramp_seconds, options.seed, plan.profile)
        pacer = Unpaced() if options.closed else shape.pacer(process, plan.processes)
        self._schedule = Schedule(pacer, closed_loop=options.closed)
        self._costs = Costs()
        self._waiting = 0  # greenlets that have a request under way
        count = max(1, -(-plan.users // plan.processes))
        regions = {source.scenario.region for source in mixture.sources}
        address = urlsplit(plan.endpoint)
        self._lanes: Lanes | None = None
        self._clients: dict[str, Client] = {}
        if options.client == "lean" and address.scheme == "http":
            signers = {region: signer_of(plan.endpoint, region) for region in regions}
            place = (str(address.hostname), address.port or 80)
            self._lanes = Lanes(self._recorder, self._schedule, place, signers, count, options.timeout_seconds)
        else:
            attempts = max(1, options.sdk_attempts)
            self._clients = {
                region: connect(options.client, plan.endpoint, count, options.timeout_seconds, region, attempts)
                for region in regions
            }

    @property
    def measured(self) -> Measurements:
        """What was measured since the last `take`."""
        return self._recorder.measured

    def take(self) -> Measurements:
        """What was measured since the last time, with what the process has cost until now."""
        measured = self._recorder.take()
        measured.costs = {str(self._process): {**self._costs.to_json(), "requests": self._recorder.sent}}
        return measured

    def serve(self) -> bool:
        """For one user: have the next request sent, or all of them; False once the schedule has ended."""
        if self._schedule.start():
            self._recorder.counted_from = self._schedule.began + self._options.warm_up_seconds
            self._costs.start()
            if self._lanes is not None:
                self._lanes.start()
        if self._lanes is not None:
            self._lanes.ended.wait()
            return False
        intended = self._schedule.take()
        if intended is None:
            return False
        self._waiting += 1
        try:
            request(self._recorder, self._clients, intended)
        finally:
            self._waiting -= 1
        return True

    def wait(self, most_seconds: float) -> None:
        """After `close`: until the answers to what was sent are there, at most so long."""
        if self._lanes is not None:
            self._lanes.ended.wait(most_seconds)
            return
        with gevent.Timeout(most_seconds, False):
            while self._waiting:
                gevent.sleep(_LOOK_SECONDS)

    def close(self) -> None:
        """End the schedule: no more requests go out, those under way may finish. A second call changes nothing."""
        if self._schedule.closed:
            return
        self._schedule.close()
        self._costs.stop()
        warm_up_seconds = self._options.warm_up_seconds
        measured = self._recorder.measured
        measured.intended += self._schedule.intended - self._schedule.due_within(warm_up_seconds)
        measured.elapsed_seconds = max(0.0, self._schedule.elapsed_seconds - warm_up_seconds)
        if self._lanes is not None:
            self._lanes.close()
        measured.finished += self._lanes is None or self._lanes.fault is None
