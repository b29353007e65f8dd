"""The end of a run: each scenario's verdict, the whole verdict, and the summary that is kept.

Rule: `summary.json` holds everything that any table or page is made of; nothing is derived twice.
"""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from dynarig.workloads import hdr, results, thresholds
from dynarig.workloads.measure import Measurements, Notes
from dynarig.workloads.mixture import patterns_of
from dynarig.workloads.plan import Plan, Preparation
from dynarig.workloads.reporting.cli import write_report
from dynarig.workloads.scenarios.base import Scenario
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import ScenarioVerdict, Verdict, judge_run, judge_schedule

# What the server knows of the run, kept as it tells it; another server than ours tells nothing.
_SERVER_ROUTES = ("/_dynarig/heat", "/_dynarig/capacity", "/_dynarig/cost")
_OPTIONS = (
    "rate",
    "arrivals",
    "ramp_seconds",
    "closed",
    "warm_up_seconds",
    "seed",
    "scale",
    "stage",
    "backend",
    "client",
    "sdk_attempts",
    "settle_seconds",
    "timeout_seconds",
    "lateness_limit_ms",
)


class Conclusion:
    """What is made of a run's measurements, once. kept: the run as plain data."""

    def __init__(
        self,
        options: Any,
        target: Target,
        preparation: Preparation,
        measured: Measurements,
        gone: str | None,
        watched: dict[str, Any],
    ) -> None:
        """gone: that the target was lost, in one line, if it was. watched: what `Watch` has seen."""
        self._options = options
        self._target = target
        self._plan = Plan.kept(options)
        self._measured = measured
        self._watched = watched
        lateness_limit_seconds = options.lateness_limit_ms / 1e3
        schedule = judge_schedule(measured, self._plan.processes, lateness_limit_seconds)
        self.scenarios = {
            name: self._verdict_on(scenario, len(preparation.scenarios) > 1)
            for name, scenario in preparation.scenarios.items()
        }
        if gone:
            schedule = (gone,)
        elif not preparation.keeps_schedule:
            schedule = ()
        several = len(preparation.scenarios) > 1
        own = [
            f"{name}: {text}" if several else text
            for name, scenario in preparation.scenarios.items()
            for text in scenario.thresholds
        ]
        self.thresholds = thresholds.judge_all([*(options.threshold or ()), *own], measured)
        self.verdict: Verdict = judge_run(schedule, self.scenarios, thresholds.broken(self.thresholds))
        self.kept = self._summary()

    def _summary(self) -> dict[str, Any]:
        options = self._options
        settings = {
            "scenario": ",".join(name for name, _, _ in self._plan.scenarios),
            **{name: getattr(options, name) for name in _OPTIONS},
            **asdict(self._plan),
            "emulator_started_here": self._target.ours,
            "target_cannot": list(self._target.cannot),
        }
        verdicts = {
            "passed": self.verdict.passed,
            "kept": self.verdict.kept,
            "reasons": list(self.verdict.reasons),
            "thresholds": self.thresholds,
            "scenarios": {name: verdict.to_json() for name, verdict in self.scenarios.items()},
        }
        server = {path.rpartition("/")[2]: self._target.admin(path) for path in _SERVER_ROUTES}
        told = {name: answer for name, answer in server.items() if answer is not None}
        return {**results.summary(settings, self._measured, verdicts), "server": {**told, **self._watched}}

    def save(self, folder: str) -> Path:
        """Write the summary and the report below `folder`; where."""
        place = results.save(self.kept, folder)
        hdr.write(place / "latency.hlog", self._measured, time.time())
        write_report(place, self.kept)
        return place

    def _verdict_on(self, scenario: Scenario, several: bool) -> ScenarioVerdict:
        run = Run(
            patterns=patterns_of(self._measured, scenario.name, several),
            notes=self._measured.notes.get(scenario.name, Notes()),
            measured=self._measured,
            target=self._target,
            prepared=self._plan.prepared[scenario.name],
        )
        verdict = scenario.verify(run)
        return replace(verdict, doubts=(*verdict.doubts, *run.doubts()))
