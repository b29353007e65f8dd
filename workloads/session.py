"""One Locust process's part in a run: what is prepared, started, merged, saved and stopped, and when.

Rule: bound to Locust's events only. The master, or the only process, owns target, data and results; a worker owns a
schedule, clients and scenarios; the only process is both. What workers must know is a Plan (see `agreement`).

    init           open the target, prepare it (not workers);    report         workers' figures go to the master
                   workers make ready
    test_start     plan the run; make the clients                test_stopping  the schedule ends
    first user     the schedule begins                           test_stop, quitting  verdict, summary, stop the target
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

import gevent
from gevent.lock import RLock
from locust import runners
from locust.argument_parser import default_args_dict
from locust.env import Environment
from locust.runners import STATE_INIT, STATE_STOPPED, MasterRunner, WorkerRunner
from rich.console import Console

from dynarig.fixtures.seeding.tables import LoadError
from dynarig.workloads import results
from dynarig.workloads.agreement import Agreement, Member
from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.conclusion import Conclusion
from dynarig.workloads.measure import Measurements
from dynarig.workloads.mixture import Mixture
from dynarig.workloads.options import fit_locusts_options, words_of
from dynarig.workloads.plan import Plan, Preparation
from dynarig.workloads.progress import Progress
from dynarig.workloads.report import render
from dynarig.workloads.scenarios import known_scenarios
from dynarig.workloads.scenarios.mix import given_mix
from dynarig.workloads.selection import Part, select
from dynarig.workloads.sender import Sender
from dynarig.workloads.shapes import Shape
from dynarig.workloads.target import Target
from dynarig.workloads.watch import Watch

LOG = logging.getLogger("dynarig")
_REPORT = "dynarig"
# Beats that may fail before Locust takes a worker for lost and, with the last one, ends the run. It has 3, which a
# worker that makes ready beside others on a busy machine misses.
_LIVENESS = 15
_LAST_FIGURES_SECONDS = 10.0  # longest wait for them on a busy machine
FAILED = 1
T = TypeVar("T")


class Session:
    """The state of this process over all its runs (the web UI may start several)."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.options: Any = environment.parsed_options
        self.merged = Measurements()
        self.sender: Sender | None = None
        self.summary: dict[str, Any] | None = None
        self._target: Target | None = None
        self._parts: list[Part] = []
        self._preparation: Preparation | None = None
        self._used = False
        self._mixture: Mixture | None = None
        self._seed = -1
        self._running = False
        self._agreement: Agreement | None = None
        self._number = 0  # of this process among those that send
        self._progress: Progress | None = None
        self._watch: Watch | None = None
        self._ending = RLock()

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
        words = words_of(self.environment)
        if self.is_worker:
            kept = default_args_dict()  # Locust's own, such as where the master is
            Member(self.environment.runner, self.options, self._make_ready, self._finish, kept)
            return
        if self.is_master:
            runners.HEARTBEAT_LIVENESS = max(runners.HEARTBEAT_LIVENESS, _LIVENESS)
            self._agreement = Agreement(self.environment.runner, self._take_figures)
        try:
            self._parts = select({**known_scenarios(), **given_mix(self.options)}, *words)
            fit_locusts_options(self.environment, [part.scenario for part in self._parts])
            results.check_folder(self.options.results)
            Shape(self.options.rate, self.options.arrivals, self.options.ramp_seconds, self.options.seed)
            host = self.environment.host or self.options.host
            flags = tuple(flag for part in self._parts for flag in part.scenario.emulator_flags)
            if host and self.options.backend:
                raise ValueError(f"--backend starts a server of its own: leave out --host {host}")
            options = self.options
            self._target = Target(host, options.seed, options.scale, self._capacity(), flags, backend=options.backend)
            if self.options.no_seed and self._target.ours:
                raise ValueError("--no-seed needs a --host whose tables are there already")
            self._target.open()
            self.environment.host = self._target.url
            if self.environment.web_ui is not None:
                self._show_page(self._target)
            self._prepare()
            if self._agreement is not None and (options.headless or options.autostart):
                self._agreement.wait_for(options.expect_workers, options.expect_workers_max_wait)
                self._agreement.agree(options, self._preparation_made.planned)
        except (BackendError, LoadError, OSError, ValueError) as fault:
            self._give_up(fault)
        except BaseException:
            self._close_target()
            raise

    def on_test_start(self, **_: Any) -> None:
        """A run begins: plan it, then make this process's scenarios and clients ready."""
        try:
            if not self.is_worker:
                self._plan()
            if not self.is_master:
                self._begin()
        except (BackendError, LoadError, ValueError) as fault:
            self._give_up(fault)

    def serve(self) -> bool:
        """For one user: send the next request that is due; False once the schedule has ended."""
        return self.sender is not None and self.sender.serve()

    def on_test_stopping(self, **_: Any) -> None:
        """The run ends: no more requests are handed out; those under way may finish."""
        if self._agreement is not None:
            self._agreement.collect((self.environment.stop_timeout or 0.0) + _LAST_FIGURES_SECONDS)
        if self.sender is not None:
            self.sender.close()

    def on_test_stop(self, **_: Any) -> None:
        """All users have stopped. With a web UI the run ends here; without one when Locust quits."""
        if self.is_worker or self.options.headless:
            return
        self._conclude_and_show()

    def on_report_to_master(self, data: dict[str, Any], **_: Any) -> None:
        """A worker's figures since its last report."""
        if self.sender is not None:
            data[_REPORT] = self.sender.take().to_json()

    def on_worker_report(self, data: dict[str, Any], **_: Any) -> None:
        """A worker's figures have come."""
        if _REPORT in data:
            self._take_figures(data[_REPORT])

    def on_quitting(self, **_: Any) -> None:
        """Locust ends, in whatever way: stop what runs, judge and save it, stop the target.

        SIGTERM's greenlet and the one that waited for the run both come here: whoever is second exits the process when
        this returns, so it waits until the first has saved everything.
        """
        with self._ending:
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
            render(self.summary, Console())

    # what they do

    def _capacity(self) -> str:
        """The mode of our own emulator: the command line's, or the strictest that a scenario asks for."""
        if self.options.capacity:
            return str(self.options.capacity)
        modes = {part.scenario.capacity for part in self._parts}
        return next(mode for mode in ("enforce", "observe", "off") if mode in modes)

    def _show_page(self, target: Target) -> None:
        from dynarig.workloads.live_page import LivePage, add_page  # with Flask, which a headless run need not load

        add_page(self.environment.web_ui, LivePage(target, self._so_far), self.options.web_base_path or "")

    def _prepare(self) -> None:
        """Make tables and items. In a thread of its own, so that Locust hears its workers meanwhile."""
        assert self._target is not None
        began, self._seed = time.monotonic(), self.options.seed
        self._preparation = Preparation(self._parts, self.options, self._target)
        apart(self._preparation.prepare)
        if not self.is_master:
            self._preparation.planned(1).keep(self.options)
            self._make_ready(0)
        names = ", ".join(self._preparation.scenarios)
        LOG.info("%s: prepared on %s in %.1f s", names, self._target.url, time.monotonic() - began)

    def _plan(self) -> None:
        assert self._target is not None
        anew = self._used or self._seed != self.options.seed
        if anew:
            self._target.reset()
            self._prepare()
        self._used = True  # the run changes the data: another one begins with its own
        if self._agreement is None:
            self._preparation_made.planned(1).keep(self.options)
        elif anew or not self._agreement.holds:
            self._agreement.agree(self.options, self._preparation_made.planned)
        self.merged, self.summary, self._running = Measurements(), None, True
        self._progress = Progress(self.environment, self._target, self._so_far)
        self._watch = Watch(self._target)

    @property
    def _preparation_made(self) -> Preparation:
        assert self._preparation is not None
        return self._preparation

    def _make_ready(self, number: int) -> None:
        """Make this process's scenarios, before the run's time begins to count. number: of the process."""
        plan = Plan.kept(self.options)
        self._number, self._mixture = number, apart(lambda: plan.mixture(self.options, number))

    def _finish(self) -> dict[str, Any]:
        """A worker's part is over: what it has measured since its last report, with the last answers."""
        if self.sender is None:
            return Measurements().to_json()
        self.sender.close()
        self.sender.wait(self.environment.stop_timeout or 0.0)
        return self.sender.take().to_json()

    def _take_figures(self, figures: dict[str, Any]) -> None:
        self.merged.merge(Measurements.from_json(figures))

    def _begin(self) -> None:
        mixture, self._mixture, self.sender = self._mixture, None, None
        if mixture is None:
            LOG.warning("this worker came after the run had been planned, and takes no part in it")
            return
        self.sender = Sender(self.options, Plan.kept(self.options), mixture, self._number, self._tell_locust)
        self._running = True

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
        return self.merged if self.is_master or self.sender is None else self.sender.measured

    def _conclude(self) -> None:
        """Judge and save the run, once."""
        if not self._running or self._target is None or self._preparation is None:
            return
        self._running = False
        gone = self._progress.close() if self._progress is not None else None
        if not self.is_master and self.sender is not None:
            self.merged.merge(self.sender.take())
        watched = self._watch.close() if self._watch is not None else {}
        conclusion = Conclusion(self.options, self._target, self._preparation, self.merged, gone, watched)
        self.summary = conclusion.kept
        self.environment.process_exit_code = 0 if conclusion.verdict.passed else FAILED
        try:
            LOG.info("raw results and report.html: %s", conclusion.save(self.options.results))
        except OSError as fault:
            LOG.error("the results were not kept, --results takes another folder: %s", fault)
            self.environment.process_exit_code = FAILED

    def _conclude_and_show(self) -> None:
        self._conclude()
        if self.summary is not None:
            render(self.summary, Console())

    def _close_target(self) -> None:
        if self._target is not None:
            self._target.close()

    def _give_up(self, fault: Exception) -> None:
        self._close_target()
        print(f"dynarig: {fault}", file=sys.stderr)
        sys.exit(FAILED)


def apart(work: Callable[[], T]) -> T:
    """The result of `work`, or its error, done in a native thread while the greenlets of this one go on."""
    found: list[T] = []
    faults: list[BaseException] = []

    def done() -> None:
        # Caught here: gevent would print the trace of what its threads raise.
        try:
            found.append(work())
        except BaseException as fault:
            faults.append(fault)

    gevent.get_hub().threadpool.apply(done)
    if faults:
        raise faults[0]
    return found[0]
