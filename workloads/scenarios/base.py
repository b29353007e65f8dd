"""What every scenario is: a name, a question, and prepare → begin → next, answered … → verify.

Rule: a scenario knows calls and data; it knows no socket, schedule or Locust. Two objects of one class serve a run. The
first `prepare`s the tables once and, when all is over, `verify`s; the second, one in each process that sends, `begin`s
with what the first has told and makes the requests. They share nothing but that, the setting, and what was measured:
so a scenario is right with one process and with twenty.

`next` builds one request and notes what it will change; exactly one of `answered` and `failed` follows it.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.ledger import Ledger, Write
from dynarig.workloads.measure import Notes
from dynarig.workloads.outcomes import unprocessed
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

Check = Callable[[dict[str, Any], float, float], str | None]
Value = int | float | str | bool
# How a rate goes on: pieces of (seconds, rate at its beginning, rate at its end).
Profile = tuple[tuple[float, float, float], ...]
NONE_EXPECTED: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that `--param name=value` sets. default: tells the type as well. text: what it is, with its unit."""

    name: str
    default: Value
    text: str
    minimum: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a scenario is a function of.

    seed, scale: of the data and of every choice. now: epoch seconds at which the data was made, by the server's clock.
    process, processes: this one among those that share the load. settle_seconds: within which an eventually consistent
    read may look back. clock_offset_seconds: from the monotonic instants that `next` gets to epoch seconds. rate,
    run_seconds: of the whole run, 0 seconds where it has no end. no_seed: the tables are to be used as they are.
    parameters: each of the scenario's, by name.
    """

    seed: int = 1
    scale: float = 1.0
    now: int = 0
    environment: str = "load"
    process: int = 0
    processes: int = 1
    settle_seconds: float = 1.0
    clock_offset_seconds: float = 0.0
    rate: float = 1000.0
    run_seconds: float = 0.0
    no_seed: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """One request of the load. began: monotonic seconds just before it was built, the `now` of `next`.

    check: (answer, began, ended) → what is wrong with it, or None. expected: error codes that belong to the scenario,
    such as a condition that is to fail; they count as refusals, not as errors. write: what it changes in the ledger.
    done: told once whether the write was done; it keeps the scenario's own lists. ledger: what knows the items that it
    reads or writes.
    """

    pattern: str
    operation: str
    request: dict[str, Any]
    began: float
    check: Check | None = None
    expected: frozenset[str] = NONE_EXPECTED
    write: Write | None = None
    done: Callable[[bool], None] | None = None
    ledger: Ledger | None = None


class Scenario(ABC):
    """A load with a question. A subclass with a `name` can be asked for by `--scenario`; see scenarios/__init__.py.

    name, question: as `dynarig scenarios` lists them. parameters: of `--param`. tags: of `--tags`, beside the name.
    rate, run_seconds: where the command line gives none. capacity: the mode of the emulator that a load starts by
    itself; emulator_flags: more of its flags, each followed by its value. keeps_schedule: False where falling behind
    is what the scenario is after. estate: the documented system whose tables it changes; no two of a run may have the
    same. thresholds: its own, beside --threshold.
    """

    name: ClassVar[str] = ""
    question: ClassVar[str] = ""
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    tags: ClassVar[tuple[str, ...]] = ()
    rate: ClassVar[float] = 1000.0
    run_seconds: ClassVar[int] = 60
    capacity: ClassVar[str] = "observe"
    emulator_flags: ClassVar[tuple[str, ...]] = ()
    keeps_schedule: ClassVar[bool] = True
    estate: ClassVar[str] = ""
    thresholds: ClassVar[tuple[str, ...]] = ()
    own: ClassVar[dict[str, type[Scenario]]] = {}
    region = "us-east-1"

    def __init_subclass__(cls, **more: Any) -> None:
        """A scenario of a user's own locustfile is known from here on."""
        super().__init_subclass__(**more)
        if "name" in cls.__dict__ and not cls.__module__.startswith("dynarig."):
            Scenario.own[cls.name] = cls

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.param = {each.name: setting.parameters.get(each.name, each.default) for each in self.parameters}
        self.draw = random.Random(setting.seed * 1_000 + setting.process)
        self.notes = Notes()

    # once a run

    def prepare(self, target: Target) -> dict[str, Any]:
        """Make tables and items; what every process is to know of it, as plain data. Raises LoadError, BackendError."""
        return {}

    def profile(self) -> Profile:
        """How the rate goes, where that is the scenario's own affair; empty: steady, as the command line says."""
        return ()

    def verify(self, run: Run) -> ScenarioVerdict:
        """What the run has shown. Unless a scenario says otherwise: errors and wrong answers speak against it."""
        return ScenarioVerdict((self.summed_up(run), *self.dearest(run)), self.faults(run))

    # in each process

    def begin(self, prepared: dict[str, Any]) -> None:  # noqa: B027 - many need nothing
        """Make ready for the first request; `prepared` is what `prepare` told. ValueError where that cannot be."""

    @abstractmethod
    def next(self, now: float) -> Step:
        """The next request at `now` (monotonic seconds)."""

    def answered(self, step: Step, response: dict[str, Any], ended: float) -> str | None:
        """Note a success; what is wrong with the answer, if anything."""
        if unprocessed(response):
            self._settle(step, None, ended)
            return None
        fault = step.check(response, step.began, ended) if step.check is not None else None
        self._settle(step, True, ended)
        return fault

    def failed(self, step: Step, error: Exception, ended: float) -> None:
        """Note that the service refused, or that no answer came and nobody knows."""
        refused = isinstance(error, DynamoDBError) and error.status < 500
        self._settle(step, False if refused else None, ended)

    # for `verify`

    def summed_up(self, run: Run) -> Finding:
        """The run in one sentence."""
        total = run.total()
        p50, p99 = (seconds * 1e3 for seconds in total.from_intended.percentiles((50.0, 99.0)))
        text = (
            f"{total.requests:,} requests at {run.rate:,.0f}/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
            f"{total.throttled:,} throttled, {total.failed:,} failed"
        )
        figures = {"requests": total.requests, "rate": run.rate, "p50_ms": p50, "p99_ms": p99}
        return Finding(text, {**figures, "throttled": total.throttled, "failed": total.failed})

    def dearest(self, run: Run) -> tuple[Finding, ...]:
        """Which pattern takes most of the units of either axis; nothing where no answer told what it took."""
        texts: list[str] = []
        figures: dict[str, float | str] = {}
        for axis in ("read", "write"):
            units = {name: getattr(tally, f"{axis}_units") for name, tally in run.patterns.items()}
            total = sum(units.values())
            if total:
                name = max(units, key=units.__getitem__)
                share, each = units[name] / total, units[name] / run.patterns[name].requests
                texts.append(f"{name} takes {share:.0%} of {total:,.0f} {axis} units, {each:,.1f} a request")
                figures |= {f"{axis}_pattern": name, f"{axis}_share": share, f"{axis}_units_a_request": each}
        return (Finding("; ".join(texts), figures),) if texts else ()

    def faults(self, run: Run) -> tuple[str, ...]:
        """Errors and wrong answers, as reasons against the run."""
        total = run.total()
        return (f"{total.failed:,} of {total.requests:,} requests failed",) if total.failed else ()

    def _settle(self, step: Step, done: bool | None, ended: float) -> None:
        """A write was done, was not done, or (None) nobody knows: a batch that came back in part counts as that."""
        ledger = step.ledger
        if step.write is not None and ledger is not None:
            if done:
                ledger.acknowledge(step.write, ended)
            elif done is None:
                ledger.doubt(step.write)
            else:
                ledger.refuse(step.write)
        if step.done is not None:
            step.done(bool(done))
        if ledger is not None:
            ledger.ended(id(step), ended)
