"""A user's own design: the tables of a schema, loaded as a mix says.

Rule: everything that processes must agree on is the mix and the table definitions, as plain data; each makes its pools
of them by the run's seed. Where the items are not ours to make (a schema that brings them, `--no-seed`), what the pools
hold goes with that. How a mix is written says mixes/__init__.py.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import accumulate
from typing import Any, ClassVar

from dynarig.fixtures.estate import Contents, Settings
from dynarig.fixtures.schema_readers.schema import held
from dynarig.workloads.mixes.bench import Bench
from dynarig.workloads.mixes.design import Design, Work, contents_of, described, from_plain, read_design
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.evidence import hottest, month, noted
from dynarig.workloads.mixes.rehearsal import rehearse
from dynarig.workloads.mixes.requests import Ready, ready
from dynarig.workloads.scenarios.base import Parameter, Profile, Scenario, Setting, Step
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

LOG = logging.getLogger("dynarig")
_CHUNK = 1024
_CARRIED_MAX = 2_000  # entries of a pool that go to every process
_SCANNED_MAX = 10_000
_HEAT, _BILL = "/_dynarig/heat", "/_dynarig/cost"


class MixScenario(Scenario):
    """The patterns of a mix, by weight. design: as the command line names it; the example without."""

    name = "mix"
    question = "Does your own design (--schema, --mix) answer its access patterns?"
    tags = ("own",)
    capacity = "enforce"
    design: ClassVar[Design | None] = None

    # once a run

    def prepare(self, target: Target) -> dict[str, Any]:
        """The tables with their items, after every pattern was tried on an engine of its own."""
        design = described(self.design or read_design(None), target)
        settings = Settings(self.setting.seed, self.setting.scale, self.setting.now, design.mix.skew)
        given = None
        if self.setting.no_seed:
            given = [_scanned(target, table.name, design.region) for table in design.tables]
        elif design.data:
            given = list(contents_of(design, settings))
        bench, patterns = self._bench(design, self.setting, settings, given)
        try:
            rehearse(design.tables, patterns, float(self.setting.now))
        except MixError as fault:
            raise fault.told(design.source) from None
        for note in design.notes:
            LOG.info("%s", note)
        if not self.setting.no_seed:
            target.seed_work(Work(design), settings)
        names = [table.name for table in design.tables]
        return {
            "document": design.document,
            "tables": [asdict(table) for table in design.tables],
            "pools": None if given is None else _carried(bench),
            "before": noted(target.admin(_HEAT), target.admin(_BILL), names),
        }

    def profile(self) -> Profile:
        """The course that the mix sets, scaled to --rate and stretched to the run's time."""
        mix = self.design.mix if self.design else None
        if mix is None or not mix.rates:
            return ()
        seconds = sum(piece[0] for piece in mix.rates)
        stretch = (self.setting.run_seconds or seconds) / seconds
        factor = self.setting.rate / max(max(piece[1:]) for piece in mix.rates)
        return tuple((length * stretch, first * factor, last * factor) for length, first, last in mix.rates)

    # in each process

    def begin(self, prepared: dict[str, Any]) -> None:
        """Compiles the patterns and fills their pools."""
        design = from_plain(prepared["document"], prepared["tables"])
        self.region = design.region
        settings = Settings(self.setting.seed, self.setting.scale, self.setting.now, design.mix.skew)
        carried = prepared["pools"]
        bench, patterns = self._bench(design, self.setting, settings, [] if carried is not None else None)
        for table, attributes, entries in carried or ():
            pool = bench.pools.get((table, tuple(attributes)))
            if pool is not None:
                pool.entries = entries
        self._patterns = patterns
        self._weights = list(accumulate(pattern.weight for pattern in patterns))
        self._chosen: list[Ready] = []

    def next(self, now: float) -> Step:
        """The next request, of a pattern drawn by weight."""
        if not self._chosen:
            self._chosen = self.draw.choices(self._patterns, cum_weights=self._weights, k=_CHUNK)
        pattern = self._chosen.pop()
        request = pattern.make(now + self.setting.clock_offset_seconds)
        self.notes.count("sent")
        check = pattern.expectation
        if check is None:
            return Step(pattern.name, pattern.operation, request, now, expected=pattern.expected)
        return Step(
            pattern.name,
            pattern.operation,
            request,
            now,
            lambda response, began, ended: check(request, response),
            pattern.expected,
        )

    # at the end

    def verify(self, run: Run) -> ScenarioVerdict:
        """Rates and latencies, the hot partition, a month's bill, and which patterns were throttled."""
        tables = [table["create"]["TableName"] for table in run.prepared["tables"]]
        before, sent = run.prepared["before"], run.notes.counts.get("sent", 0)
        seconds = sent / run.rate if run.rate else run.elapsed_seconds
        summed, name = self.summed_up(run), run.prepared["document"].get("mix")
        findings = [
            replace(summed, text=f"{name}: {summed.text}") if name else summed,
            *hottest(run.target.admin(_HEAT), before, tables, seconds),
            *month(run.target.admin(_BILL), before, tables, sent, run.rate),
            *_throttled(run),
        ]
        return ScenarioVerdict(tuple(findings), self.faults(run))

    def _bench(
        self, design: Design, setting: Setting, settings: Settings, given: Sequence[Contents] | None
    ) -> tuple[Bench, list[Ready]]:
        """The patterns over filled pools. given: items that are not made from the settings. MixError."""
        tables = design.by_name()
        bench = Bench(tables, setting.seed, setting.process, setting.processes, setting.now)
        values = {each.name: setting.parameters.get(each.name, each.default) for each in design.mix.parameters}
        try:
            patterns = ready(design.mix, bench, values)
        except MixError as fault:
            raise fault.told(design.source) from None
        for contents in contents_of(design, settings) if given is None else given:
            bench.fill(contents)
        return bench, patterns


def given_mix(options: Any) -> dict[str, type[Scenario]]:
    """The scenario of --mix and --schema by its name; nothing where neither is given. MixError, TemplateError."""
    mix, schema = getattr(options, "mix", None), getattr(options, "schema", None) or []
    if not mix and not schema:
        return {}
    parameters = {}
    for pair in getattr(options, "parameter", None) or ():
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise MixError(f"--parameter takes NAME=VALUE, not {pair!r}")
        parameters[name] = value
    return {MixScenario.name: scenario_of(read_design(mix, schema, parameters))}


def scenario_of(design: Design) -> type[MixScenario]:
    """The scenario of a design."""
    mix = design.mix
    members = {
        "name": MixScenario.name,
        "question": mix.question,
        "parameters": tuple(Parameter(**asdict(each)) for each in mix.parameters),
        "thresholds": mix.thresholds,
        "rate": mix.rate,
        "run_seconds": mix.run_seconds,
        "capacity": mix.capacity,
        "design": design,
        "__module__": __name__,
    }
    return type("GivenMix", (MixScenario,), members)


def _throttled(run: Run) -> Iterator[Finding]:
    counts = {name: tally.throttled for name, tally in run.patterns.items() if tally.throttled}
    if counts:
        name, count = max(counts.items(), key=lambda pair: pair[1])
        share = count / run.patterns[name].requests
        text = f"{sum(counts.values()):,} requests were throttled, most of {name!r}: {count:,}, {share:.1%} of its own"
        yield Finding(text, {"throttled": counts})


def _carried(bench: Bench) -> list[list[Any]]:
    return [[pool.table, list(pool.attributes), pool.entries[:_CARRIED_MAX]] for pool in bench.pools.values()]


def _scanned(target: Target, table: str, region: str) -> Contents:
    """The first items of a table that is there."""
    items: list[dict[str, Any]] = []
    request: dict[str, Any] = {"TableName": table}
    while len(items) < _SCANNED_MAX:
        page = target.call("Scan", request, region)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        request = {**request, "ExclusiveStartKey": page["LastEvaluatedKey"]}
    return held(table, items[:_SCANNED_MAX])
