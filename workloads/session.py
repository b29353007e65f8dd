"""One Locust process's part in a run: what is prepared, started, merged, saved and stopped, and when.

Rule: bound to Locust's events only. The master, or the only process, owns target, data and results; a worker owns a
schedule, a client and a scenario; the only process is both. What workers must know travels in Locust's options.

    init           open the target, fill it (not workers)        spawning_complete   the schedule begins
    test_start     plan the run; build scenario and client       test_stopping       the schedule ends
    report         workers' figures go to the master             test_stop, quitting verdict, summary, stop the target
"""

from __future__ import annotations

import gc
import logging
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import gevent
from locust.env import Environment
from locust.runners import STATE_INIT, STATE_STOPPED, MasterRunner, WorkerRunner
from rich.console import Console

from dynarig.fixtures.estate import Settings
from dynarig.fixtures.seeding.tables import LoadError
from dynarig.workloads import results
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.client import connect
from dynarig.workloads.measure import Measurements
from dynarig.workloads.options import RUN_SECONDS, STOP_SECONDS
from dynarig.workloads.recorder import Recorder
from dynarig.workloads.report import render, verdict_of
from dynarig.workloads.scenarios import SCENARIOS
from dynarig.workloads.scenarios.base import Scenario, Setting
from dynarig.workloads.schedule import Schedule
from dynarig.workloads.shapes import Shape
from dynarig.workloads.target import Seeded, Target

LOG = logging.getLogger("dynarig")
_PLAN = "dynarig_plan"
_REPORT = "dynarig"
_PROGRESS_SECONDS = 5.0
_LAST_REPORTS_SECONDS = 3.5  # workers report every 3 s
FAILED = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What the processes of a run must agree on."""

    endpoint: str
    region: str
    processes: int
    seeded: Seeded


class Session:
    """The state of this process over all its runs (the web UI may start several)."""

    def __init__(self, environment: Environment, scenario: str) -> None:
        self.environment = environment
        self.options: Any = environment.parsed_options
        self.scenario = scenario
        self.merged = Measurements()
        self.schedule: Schedule | None = None
        self.recorder: Recorder | None = None
        self.summary: dict[str, Any] | None = None
        self._target: Target | None = None
        self._seeded: Seeded | None = None
        self._seed = -1
        self._model: Scenario | None = None
        self._running = False
        self._progress: gevent.Greenlet | None = None

    # the roles of this process

    @property
    def is_worker(self) -> bool:
        """Whether a master tells this process what to do."""
        return isinstance(self.environment.runner, WorkerRunner)

    @property
    def is_master(self) -> bool:
        """Whether other processes make the requests."""
        return isinstance(self.environment.runner, MasterRunner)

    # events

    def on_init(self, **_: Any) -> None:
        """Locust is set up: open and fill the target. Ends the process with one line where that fails."""
        if self.options.headless and not self.options.run_time and not self.is_worker:
            self.options.run_time = RUN_SECONDS
        if self.options.headless and not self.options.print_stats:
            # Our table says the same and more; --print-stats brings Locust's back.
            logging.getLogger("locust.stats_logger").setLevel(logging.CRITICAL)
        if not self.environment.stop_timeout:
            self.environment.stop_timeout = STOP_SECONDS
        if self.is_worker:
            return
        try:
            Shape(self.options.rate, self.options.arrivals, self.options.ramp_seconds, self.options.seed)
            host = self.environment.host or self.options.host
            self._target = Target(host, self.scenario, self.options.stage)
            self._target.open()
            self.environment.host = self._target.url
            self._fill()
            if not self.is_master:
                # Before the run's time begins to count; a worker can only do it when the plan has come.
                self._model = self._build(self._new_plan())
        except (BackendError, LoadError, ValueError) as fault:
            self._give_up(fault)
        except BaseException:
            self._close_target()
            raise

    def on_test_start(self, **_: Any) -> None:
        """A run begins: plan it, then build this process's scenario and client."""
        try:
            if not self.is_worker:
                self._plan()
            if not self.is_master:
                self._prepare()
        except (BackendError, LoadError, ValueError) as fault:
            self._give_up(fault)

    def on_spawning_complete(self, **_: Any) -> None:
        """All users are there: the schedule begins."""
        if self.schedule is not None and self._running:
            self.schedule.start()

    def on_test_stopping(self, **_: Any) -> None:
        """The run ends: no more requests are handed out; those under way may finish."""
        if self.schedule is None or self.schedule.closed or self.recorder is None:
            return
        self.schedule.close()
        measured = self.recorder.measured
        measured.intended += self.schedule.intended
        measured.elapsed_seconds = self.schedule.elapsed_seconds
        measured.finished += 1

    def on_test_stop(self, **_: Any) -> None:
        """All users have stopped. With a web UI the run ends here; without one when Locust quits."""
        if self.is_worker or self.options.headless:
            return
        if self.is_master:
            gevent.spawn_later(_LAST_REPORTS_SECONDS, self._conclude_and_show)
        else:
            self._conclude_and_show()

    def on_report_to_master(self, data: dict[str, Any], **_: Any) -> None:
        """A worker's figures since its last report."""
        if self.recorder is not None:
            data[_REPORT] = self.recorder.take().to_json()

    def on_worker_report(self, data: dict[str, Any], **_: Any) -> None:
        """A worker's figures have come."""
        if _REPORT in data:
            self.merged.merge(Measurements.from_json(data[_REPORT]))

    def on_quitting(self, **_: Any) -> None:
        """Locust ends, in whatever way: stop what runs, judge and save it, stop the target."""
        try:
            runner = self.environment.runner
            if runner is not None and runner.state not in (STATE_INIT, STATE_STOPPED):
                runner.quit()
            if not self.is_worker:
                self._conclude()
        finally:
            self._close_target()

    def on_quit(self, **_: Any) -> None:
        """The last word, below Locust's own tables."""
        if self.summary is not None and self.options.headless:
            self._show()

    # what they do

    def _fill(self) -> None:
        assert self._target is not None
        options, began = self.options, time.monotonic()
        self._seed = options.seed
        settings = Settings(options.seed, options.scale, int(time.time()))
        if options.no_seed:
            if self._target.ours:
                raise ValueError("--no-seed needs a --host whose table is there already")
            self._seeded = Seeded(settings.now, seeded=False, fresh=False)
            return
        self._seeded, count = self._target.fill(settings)
        LOG.info(
            "%s: %s items on %s in %.1f s", self.scenario, f"{count:,}", self._target.url, time.monotonic() - began
        )

    def _plan(self) -> None:
        assert self._target is not None
        if self._seeded is None or self._seed != self.options.seed:
            self._target.reset()
            self._fill()
            self._model = None
        setattr(self.options, _PLAN, asdict(self._new_plan()))
        self._seeded = None  # the run changes the data: another one begins with its own
        self.merged, self.summary, self._running = Measurements(), None, True
        self._progress = gevent.spawn(self._report_progress)

    def _new_plan(self) -> Plan:
        assert self._target is not None
        assert self._seeded is not None
        runner = self.environment.runner
        processes = len(runner.clients.ready) if isinstance(runner, MasterRunner) else 1
        return Plan(self._target.url, self._target.region, processes, self._seeded)

    def _process(self) -> int:
        runner = self.environment.runner
        return runner.worker_index if isinstance(runner, WorkerRunner) else 0

    def _build(self, plan: Plan) -> Scenario:
        options = self.options
        setting = Setting(
            seed=options.seed,
            scale=options.scale,
            environment=options.stage,
            process=self._process(),
            processes=plan.processes,
            settle_seconds=options.settle_seconds,
            clock_offset_seconds=time.time() - time.monotonic(),
            **asdict(plan.seeded),
        )
        return SCENARIOS[self.scenario](setting)

    def _prepare(self) -> None:
        options, plan = self.options, self._plan_of_run()
        shape = Shape(options.rate, options.arrivals, options.ramp_seconds, options.seed)
        users = max(1, -(-int(options.num_users or 1) // plan.processes))
        client = connect(options.client, plan.endpoint, users, options.timeout_seconds, plan.region)
        scenario, self._model = self._model or self._build(plan), None
        self.recorder = Recorder(client, scenario, self._tell_locust)
        self.schedule = Schedule(shape.pacer(self._process(), plan.processes))
        self._running = True
        # The model stays for the whole run: taken out of the collector's sight it cannot stall the schedule.
        gc.collect()
        gc.freeze()

    def _plan_of_run(self) -> Plan:
        plan = dict(getattr(self.options, _PLAN))
        return Plan(**{**plan, "seeded": Seeded(**plan["seeded"])})

    def _tell_locust(self, operation: str, pattern: str, seconds: float, error: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type=operation,
            name=pattern,
            response_time=seconds * 1e3,
            response_length=0,
            exception=error,
            context={},
        )

    def _so_far(self) -> Measurements:
        return self.merged if self.is_master or self.recorder is None else self.recorder.measured

    def _report_progress(self) -> None:
        began, before = time.monotonic(), 0
        while True:
            gevent.sleep(_PROGRESS_SECONDS)
            total = self._so_far().total()
            LOG.info(
                "%3.0f s  %6.0f requests/s  p99 %.1f ms  %d failed  %d throttled",
                time.monotonic() - began,
                (total.requests - before) / _PROGRESS_SECONDS,
                total.from_intended.percentile(99.0) * 1e3,
                total.failed,
                total.throttled,
            )
            before = total.requests

    def _conclude(self) -> None:
        """Judge and save the run, once."""
        if not self._running:
            return
        self._running = False
        if self._progress is not None:
            self._progress.kill(block=False)
        measured = self._so_far()
        options = self.options
        names = ("rate", "arrivals", "ramp_seconds", "seed", "scale", "stage", "client", "settle_seconds")
        settings = {
            "scenario": self.scenario,
            **{name: getattr(options, name) for name in names},
            "timeout_seconds": options.timeout_seconds,
            "lateness_limit_ms": options.lateness_limit_ms,
            "users": options.num_users,
            **asdict(self._plan_of_run()),
            "emulator_started_here": self._target is not None and self._target.ours,
        }
        self.summary = results.summary(settings, measured)
        verdict = verdict_of(self.summary, measured)
        self.environment.process_exit_code = 0 if verdict.passed else FAILED
        folder = results.save(self.summary, options.results)
        LOG.info("raw results: %s", folder)

    def _conclude_and_show(self) -> None:
        self._conclude()
        if self.summary is not None:
            self._show()

    def _show(self) -> None:
        assert self.summary is not None
        render(self.summary, Console())

    def _close_target(self) -> None:
        if self._target is not None:
            self._target.close()

    def _give_up(self, fault: Exception) -> None:
        self._close_target()
        print(f"dynarig: {fault}", file=sys.stderr)
        sys.exit(FAILED)
