"""A run's raw results as a table. `python -m dynarig.workloads.report results/run-…` renders it again.

Rule: everything shown is derived from the summary; nothing is measured here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from dynarig.workloads import thresholds
from dynarig.workloads.histogram import Histogram
from dynarig.workloads.measure import Measurements, Tally
from dynarig.workloads.reporting.times import MODELLED, SERVICE, Times, times_of
from dynarig.workloads.verdict import ScenarioVerdict, Verdict, lateness_shown

SUMMARY = "summary.json"
_WIDTH = 180
_MINUTE_SECONDS = 60
_TEXTS_SHOWN = 8
_NAMES_SHOWN = 3
PERCENTS = (50.0, 90.0, 99.0, 99.9)
_COLUMNS = ("requests", "per s", "p50", "p90", "p99", "p99.9", "max", "errors", "throttles", "RCU", "WCU")


def main(argv: list[str] | None = None) -> int:
    """Render each run folder or summary file named; 0 if all of them passed, 2 if one cannot be read."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help"):
        print("usage: python -m dynarig.workloads.report results/run-…", file=sys.stderr)
        return 0 if words else 2
    passed = True
    for word in words:
        try:
            summary = read(Path(word))
            verdict = render(summary, Console())
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            print(f"{word} is not a run's summary: {fault}", file=sys.stderr)
            return 2
        passed = passed and verdict.passed
    return 0 if passed else 1


def read(path: Path) -> dict[str, Any]:
    """The summary in a run's folder, or in the file itself. OSError, ValueError."""
    file = path / SUMMARY if path.is_dir() else path
    summary = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(summary, dict) or "measurements" not in summary:
        raise ValueError("no measurements in it")
    return summary


def verdict_of(summary: dict[str, Any]) -> Verdict:
    """The verdict that the run was given."""
    verdict = summary["verdict"]
    return Verdict(verdict["kept"], verdict["passed"], tuple(verdict["reasons"]))


def render(summary: dict[str, Any], console: Console) -> Verdict:
    """Print the run's table and its verdict."""
    measured = Measurements.from_json(summary["measurements"])
    settings, verdict = summary["settings"], verdict_of(summary)
    if console.width < _WIDTH and not console.is_terminal:
        console.width = _WIDTH  # a file or a pipe has no edge
    title = (
        f"{settings['scenario']} on {settings['endpoint']}: {settings['rate']:g} requests/s {settings['arrivals']}, "
        f"{measured.elapsed_seconds:.1f} s, seed {settings['seed']}"
    )
    console.print()
    console.print(_table(title, measured))
    _print_times(times_of(measured, summary.get("server") or {}), console)
    _print_samples(measured, console)
    console.print(_lateness_line(measured, settings), highlight=False, soft_wrap=True)
    _print_costs(measured, console)
    _print_usage(summary.get("server", {}), console)
    _print_findings(summary["verdict"]["scenarios"], console)
    for outcome in summary["verdict"].get("thresholds", ()):
        kept = "kept" if outcome["passed"] else "[bold red]broken[/]"
        console.print(
            f"threshold {outcome['text']}: {thresholds.told(outcome)}, {kept}", highlight=False, soft_wrap=True
        )
    if verdict.passed:
        console.print(f"[bold green]PASSED[/]: {'schedule kept, ' if verdict.kept else ''}nothing failed")
    else:
        console.print(f"[bold red]FAILED[/]: {'; '.join(verdict.reasons)}", soft_wrap=True)
    return verdict


def _table(title: str, measured: Measurements) -> Table:
    table = Table(title=title, title_justify="left", caption="latency in ms from the intended start", box=None)
    table.add_column("pattern", no_wrap=True)
    for column in _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for name in sorted(measured.patterns, key=_natural):
        table.add_row(name, *_cells(measured.patterns[name], measured.elapsed_seconds))
    table.add_section()
    table.add_row("total", *_cells(measured.total(), measured.elapsed_seconds), style="bold")
    return table


def _cells(tally: Tally, elapsed_seconds: float) -> list[str]:
    latency = tally.from_intended
    return [
        f"{tally.requests:,}",
        f"{tally.requests / elapsed_seconds:,.1f}" if elapsed_seconds else "-",
        *(_ms(seconds) for seconds in latency.percentiles(PERCENTS)),
        _ms(latency.max_seconds),
        f"[red]{tally.failed:,}[/]" if tally.failed else "0",
        f"[yellow]{tally.throttled:,}[/]" if tally.throttled else "0",
        f"{tally.read_units:,.1f}",
        f"{tally.write_units:,.1f}",
    ]


def _print_times(times: Times, console: Console) -> None:
    """p50 / p99 of the three times by operation, and where each comes from."""
    parts = []
    for each in times.operations:
        shown = (
            f"{name} {' / '.join(map(_ms, histogram.percentiles((50.0, 99.0))))}"
            for name in times.sources
            if (histogram := getattr(each, name)).total
        )
        parts.append(f"{each.operation} {', '.join(shown)}")
    console.print(f"times, p50 / p99 in ms: {'; '.join(parts)}", markup=False, highlight=False, soft_wrap=True)
    for name in (SERVICE, MODELLED):
        console.print(f"{name} time: {times.sources[name]}", markup=False, highlight=False, soft_wrap=True)


def _print_samples(measured: Measurements, console: Console) -> None:
    """Errors and throttles by code, and a few texts: one line each, however many patterns met them."""
    for kind in ("errors", "throttles"):
        met: dict[str, dict[str, int]] = {}
        for name, tally in measured.patterns.items():
            for code, count in getattr(tally, kind).items():
                met.setdefault(code, {})[name] = count
        for code, counts in sorted(met.items()):
            console.print(
                f"{kind}: {sum(counts.values()):,} × {code} ({_few(counts)})",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
    total = measured.total()
    if total.retries:
        console.print(
            f"SDK: {total.retries:,} retries of {total.retried:,} requests, in their latency", highlight=False
        )
    texts: dict[str, dict[str, int]] = {}
    for name, tally in measured.patterns.items():
        for text in tally.samples:
            texts.setdefault(text, {})[name] = 1
    for text, names in list(texts.items())[:_TEXTS_SHOWN]:
        console.print(f"such as: {text} ({_few(names)})", markup=False, highlight=False, soft_wrap=True)
    if len(texts) > _TEXTS_SHOWN:
        console.print(f"and {len(texts) - _TEXTS_SHOWN} other texts, in {SUMMARY}", highlight=False)


def _few(names: dict[str, int]) -> str:
    """The first patterns by number, and how many more."""
    first = sorted(names, key=names.__getitem__, reverse=True)[:_NAMES_SHOWN]
    more = f" and {len(names) - len(first)} more" if len(names) > len(first) else ""
    return ", ".join(first) + more


def _print_costs(measured: Measurements, console: Console) -> None:
    for process, costs in sorted(measured.costs.items()):
        if "cpu_seconds" not in costs:
            continue
        start, end = (costs[f"memory_{name}_bytes"] / 2**20 for name in ("start", "end"))
        name = "generator" if len(measured.costs) == 1 else f"generator process {process}"
        console.print(
            f"{name}: {costs['cpu_seconds']:.1f} s of processor, {costs['cpu_seconds'] / costs['elapsed_seconds']:.0%} "
            f"of a core; memory {start:.0f} MB at first, {end:.0f} MB at the end; longest pause "
            f"{_ms(costs['longest_pause_seconds'])} ms, longest collection "
            f"{_ms(costs['longest_collection_seconds'])} ms",
            highlight=False,
            soft_wrap=True,
        )
    cpu_seconds = sum(costs.get("cpu_seconds", 0.0) for costs in measured.costs.values())
    requests = sum(costs.get("requests", 0) for costs in measured.costs.values())
    if requests and cpu_seconds:
        console.print(f"generator: {cpu_seconds / requests * 1e6:,.0f} µs of processor a request", highlight=False)
    _print_minutes(measured, console)


def _print_usage(server: dict[str, Any], console: Console) -> None:
    usage = server.get("usage")
    if usage:
        start, end = (usage[f"memory_{name}_bytes"] / 2**20 for name in ("start", "end"))
        share = usage["cpu_seconds"] / usage["elapsed_seconds"]
        console.print(
            f"server: {usage['cpu_seconds']:.1f} s of processor, {share:.0%} of a core; "
            f"memory {start:.0f} MB at first, {end:.0f} MB at the end",
            highlight=False,
            soft_wrap=True,
        )


def _print_minutes(measured: Measurements, console: Console) -> None:
    """Lateness, latency and the generator's memory, minute by minute, of a run of more than one."""
    rows = measured.series.rows()
    if len(rows) * measured.series.width < 2 * _MINUTE_SECONDS:
        return
    first = rows[0][0]
    table = Table(title="minute by minute", title_justify="left", box=None)
    for column in ("minute", "per s", "p99", "lateness p99", "throttles", "memory MB", "longest pause"):
        table.add_column(column, justify="right", no_wrap=True)
    for minute in range(-(-(rows[-1][0] + 1 - first) // _MINUTE_SECONDS)):
        start = first + minute * _MINUTE_SECONDS
        total = measured.series.between(start, start + _MINUTE_SECONDS)
        lateness = total.lateness.percentiles((99.0,))[0]
        costs = [each["minutes"][minute] for each in measured.costs.values() if minute < len(each.get("minutes", ()))]
        memory = sum(each["memory_bytes"] for each in costs) / 2**20
        pause = max((each["longest_pause_seconds"] for each in costs), default=0.0)
        table.add_row(
            str(minute + 1),
            f"{total.started / _MINUTE_SECONDS:,.0f}",
            _ms(total.p99_ms / 1e3),
            _ms(lateness),
            f"{sum(total.throttles.values()):,}",
            f"{memory:,.0f}" if costs else "-",
            _ms(pause) if costs else "-",
        )
    console.print(table)


def _print_findings(scenarios: dict[str, Any], console: Console) -> None:
    for name, data in scenarios.items():
        verdict = ScenarioVerdict.from_json(data)
        for finding in verdict.findings:
            console.print(f"{name}: {finding.text}", markup=False, highlight=False, soft_wrap=True)
        for lack in verdict.cannot:
            console.print(f"{name}: this target cannot {lack}", markup=False, highlight=False, soft_wrap=True)
        for doubt in verdict.doubts:
            console.print(f"{name}: less certain: {doubt}", markup=False, highlight=False, soft_wrap=True)


def _lateness_line(measured: Measurements, settings: dict[str, Any]) -> str:
    judged, late = lateness_shown(measured)
    shown = ", ".join(f"{name} {_ms(seconds)}" for name, seconds in late.items())
    sent = measured.total().from_actual
    return (
        f"generator: {measured.started:,} of {measured.intended:,} intended requests sent; lateness {shown}, max "
        f"{_ms(measured.lateness.max_seconds)} ms (limit of {judged}: {settings['lateness_limit_ms']:g}); "
        f"latency from the actual start {_of(sent)} ms"
    )


def _of(histogram: Histogram) -> str:
    p50, p99 = histogram.percentiles((50.0, 99.0))
    return f"p50 {_ms(p50)}, p99 {_ms(p99)}, max {_ms(histogram.max_seconds)}"


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1e3
    return f"{milliseconds:,.{2 if milliseconds < 10 else 1 if milliseconds < 100 else 0}f}"


def _natural(name: str) -> tuple[str, int, str]:
    """AP2 before AP10."""
    head = name.split(" ", 1)[0]
    letters = head.rstrip("0123456789")
    return letters, int(head[len(letters) :] or 0), name


if __name__ == "__main__":
    sys.exit(main())
