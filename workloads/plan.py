"""What the processes of a run must agree on, and the scenarios that follow from it.

Rule: made by the master or the only process, sent to the others as plain data in Locust's options.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dynarig.workloads.mixture import Mixture
from dynarig.workloads.scenarios import known_scenarios
from dynarig.workloads.scenarios.base import Profile, Scenario, Setting
from dynarig.workloads.selection import Part
from dynarig.workloads.target import Target

_PLAN = "dynarig_plan"


@dataclass(frozen=True, slots=True)
class Plan:
    """endpoint: where. now: the server's time when the data was made. server_ahead_seconds: its clock against ours.

    scenarios: (name, weight, parameters) of each. prepared: what each told, by name.
    profile: the rate's course where one of them sets it. run_seconds: of the run, 0 where it has no end; users: most
    requests under way at once. Both are Locust's own options, which it does not send to its workers.
    """

    endpoint: str
    processes: int
    now: int
    server_ahead_seconds: float
    scenarios: tuple[tuple[str, float, dict[str, Any]], ...]
    prepared: dict[str, dict[str, Any]]
    profile: Profile = ()
    run_seconds: float = 0.0
    users: int = 1

    def keep(self, options: Any) -> None:
        """Put it where Locust's workers find it."""
        setattr(options, _PLAN, asdict(self))

    @classmethod
    def kept(cls, options: Any) -> Plan:
        """The plan that a master has put there."""
        plan = dict(getattr(options, _PLAN))
        for name in ("scenarios", "profile"):
            plan[name] = tuple((first, second, third) for first, second, third in plan[name])
        return cls(**plan)

    def mixture(self, options: Any, process: int) -> Mixture:
        """The scenarios of one process, ready for their first request. ValueError."""
        known = known_scenarios()
        parts = []
        for name, weight, parameters in self.scenarios:
            scenario = known[name](setting_of(options, self, parameters, process))
            scenario.begin(self.prepared[name])
            parts.append((scenario, weight))
        return Mixture(parts, options.seed * 1_000 + process)


def setting_of(options: Any, plan: Plan, parameters: dict[str, Any], process: int = 0) -> Setting:
    """What a scenario is a function of, in one process of the plan."""
    return Setting(
        seed=options.seed,
        scale=options.scale,
        now=plan.now,
        environment=options.stage,
        process=process,
        processes=plan.processes,
        settle_seconds=options.settle_seconds,
        clock_offset_seconds=time.time() - time.monotonic() + plan.server_ahead_seconds,
        rate=options.rate,
        run_seconds=plan.run_seconds,
        no_seed=options.no_seed,
        parameters=parameters,
    )


def _run_seconds(options: Any) -> float:
    return float(options.run_time or 0)


class Preparation:
    """The scenarios of a run as they prepare and, in the end, verify."""

    def __init__(self, parts: Sequence[Part], options: Any, target: Target) -> None:
        """Asks the target for its time; makes nothing yet."""
        now = target.now()
        self._parts = parts
        self._target = target
        self._options = options
        self.plan = Plan(
            endpoint=target.url,
            processes=1,
            now=int(now),
            server_ahead_seconds=now - time.time(),
            scenarios=tuple((part.scenario.name, part.weight, dict(part.parameters)) for part in parts),
            prepared={},
            run_seconds=_run_seconds(options),
        )
        self.scenarios: dict[str, Scenario] = {
            part.scenario.name: part.scenario(setting_of(options, self.plan, dict(part.parameters))) for part in parts
        }

    def prepare(self) -> None:
        """Make every scenario's tables and items, in whichever thread. LoadError, BackendError, ValueError."""
        try:
            for name, scenario in self.scenarios.items():
                self.plan.prepared[name] = scenario.prepare(self._target)
        finally:
            self._target.disconnect()

    def planned(self, processes: int) -> Plan:
        """The plan for so many processes. ValueError where two scenarios set the rate's course."""
        profiles = {name: profile for name, each in self.scenarios.items() if (profile := each.profile())}
        if len(profiles) > 1:
            raise ValueError(f"{' and '.join(profiles)} each set the rate's course: name one of them")
        return replace(
            self.plan,
            processes=processes,
            profile=next(iter(profiles.values()), ()),
            run_seconds=_run_seconds(self._options),
            users=int(self._options.num_users or 1),
        )

    @property
    def keeps_schedule(self) -> bool:
        """Whether a schedule that was not kept speaks against the run."""
        return all(scenario.keeps_schedule for scenario in self.scenarios.values())
