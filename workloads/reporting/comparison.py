"""The page of several runs, side by side: figures with their ratio to the first run's, and curves in one drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dynarig.workloads.reporting import seconds
from dynarig.workloads.reporting.figures import RunFigures
from dynarig.workloads.reporting.html import Markup, card, document, dollars, element, number, table
from dynarig.workloads.reporting.page import badge, style
from dynarig.workloads.reporting.svg import Curve, heat_map, lines, seconds_axes
from dynarig.workloads.reporting.times import SERVICE


def _service_ms(run: RunFigures, percent: float) -> float | None:
    taken = run.times.total(SERVICE)
    return taken.percentile(percent) * 1e3 if taken.total else None


def _ceiling(run: RunFigures) -> float | None:
    capacity = run.server.get("capacity")
    return _PARTITION_WRITE_UNITS * float(capacity["scale"]) if capacity else None


_FIGURES: tuple[tuple[str, Callable[[RunFigures], float | None]], ...] = (
    ("answered requests/s", lambda run: run.rate),
    ("p50, ms", lambda run: run.latency_ms(50.0)),
    ("p90, ms", lambda run: run.latency_ms(90.0)),
    ("p99, ms", lambda run: run.latency_ms(99.0)),
    ("p99.9, ms", lambda run: run.latency_ms(99.9)),
    ("service time p50, ms", lambda run: _service_ms(run, 50.0)),
    ("service time p99, ms", lambda run: _service_ms(run, 99.0)),
    ("throttled, % of requests", lambda run: 100 * run.share(run.total.throttled)),
    ("failed, % of requests", lambda run: 100 * run.share(run.total.failed)),
    ("read units a request", lambda run: run.share(1) * run.total.read_units),
    ("write units a request", lambda run: run.share(1) * run.total.write_units),
    ("a partition's ceiling, write units/s", lambda run: _ceiling(run)),
    ("share of the hottest partition, %", lambda run: None if run.hot is None else 100 * run.hot.share),
    ("lateness p99, ms", lambda run: run.measured.lateness.percentile(99.0) * 1e3),
    ("generator CPU, µs a request", lambda run: run.share(1) * run.cpu_seconds() * 1e6),
)
_TABLES_SHOWN = 3
_INDEX = " / "
_PARTITION_WRITE_UNITS = 1_000  # a second: Developer Guide, burst-adaptive-capacity
_UNLIKE = ("scenario", "endpoint", "rate", "arrivals", "closed", "seed", "scale", "client", "users", "processes")


def comparison_page(runs: Sequence[RunFigures]) -> str:
    """The whole page; the first run is what the others are measured by."""
    head = element(
        "header",
        element("h1", f"{len(runs)} runs side by side"),
        element("p", f"Ratios are to {runs[0].name}. Different machines or days make ratios doubtful.", class_="muted"),
    )
    cards = [
        card("Figures", _figures(runs), wide=True),
        *_writes(runs),
        *_heat(runs),
        card("Answered requests", *_over_time(runs, "requests/s", _rate), wide=False),
        card("p99 over time", *_over_time(runs, "ms from the intended start", _p99, log=True)),
        card(
            "Latency by percentile",
            lines(
                "Latency by percentile",
                [seconds.percentile_curve(run.name, run.total.from_intended) for run in runs],
                seconds.percentile_axes(),
            ),
        ),
        card("Throttled requests", *_over_time(runs, "requests/s", _throttled)),
        card("Findings", *_findings(runs), wide=True),
        card("Settings that differ", _settings(runs), wide=True),
    ]
    return document("Runs side by side", style(), head, element("div", *cards, class_="grid-of-cards"))


def _figures(runs: Sequence[RunFigures]) -> Markup:
    rows: list[list[object]] = [["verdict", *(badge(run) for run in runs)]]
    for name, figure in _FIGURES:
        rows.append([name, *_with_ratios([figure(run) for run in runs], number)])
    rows.append(["a month", *_with_ratios([run.bill.month if run.bill else None for run in runs], dollars)])
    rows.append(["hottest partition", *(run.hot.name if run.hot else "–" for run in runs)])
    return table(["figure", *(run.name for run in runs)], rows)


def _with_ratios(values: Sequence[float | None], shown: Callable[[float], str]) -> list[object]:
    first = values[0]
    cells: list[object] = []
    for at, value in enumerate(values):
        if value is None:
            cells.append("–")
        elif at and first:
            cells.append(f"{shown(value)} ({value / first:.2f} ×)")
        else:
            cells.append(shown(value))
    return cells


def _writes(runs: Sequence[RunFigures]) -> Iterator[Markup]:
    """What each table of each run took of its writes, and what it refused, in one drawing."""
    curves: list[Curve] = []
    longest = 1.0
    for run in runs:
        watched = seconds.Watched(run.server)
        written = [curve for curve in watched.rates("consumed", 1) if _INDEX not in curve.name]
        written.sort(key=lambda curve: -sum(value or 0.0 for _, value in curve.points))
        throttled = {curve.name: curve for curve in watched.throttles()}
        for curve in written[:_TABLES_SHOWN]:
            colour = sum(not each.dashed for each in curves)
            curves.append(Curve(f"{run.name}, {curve.name}: accepted", curve.points, colour=colour))
            if curve.name in throttled:
                points = throttled[curve.name].points
                curves.append(Curve(f"{run.name}, {curve.name}: throttled", points, dashed=True, colour=colour))
        longest = max([longest, *watched.seconds])
    if curves:
        unit = "write units/s accepted, requests/s throttled"
        yield card("Accepted and throttled writes", lines("Writes", curves, seconds_axes(longest, unit)), wide=True)


def _heat(runs: Sequence[RunFigures]) -> Iterator[Markup]:
    for run in runs:
        watched = seconds.Watched(run.server)
        rows = watched.heat()
        if rows:
            told = [element("p", run.hot.told())] if run.hot else []
            yield card(f"Heat per partition, {run.name}", *told, heat_map(rows, watched.seconds), wide=True)


def _over_time(
    runs: Sequence[RunFigures], unit: str, figure: Callable[[RunFigures], Curve], *, log: bool = False
) -> list[Markup]:
    curves = [figure(run) for run in runs]
    length = max((at for curve in curves for at, _ in curve.points), default=1.0)
    return [lines(unit, curves, seconds_axes(length, unit, log=log))]


def _rate(run: RunFigures) -> Curve:
    width = run.measured.series.width
    return seconds.curve(run.name, seconds.course(run.measured), lambda each: (each.succeeded + each.refused) / width)


def _p99(run: RunFigures) -> Curve:
    return seconds.curve(run.name, seconds.course(run.measured), lambda each: each.p99_ms or None)


def _throttled(run: RunFigures) -> Curve:
    width = run.measured.series.width
    return seconds.curve(run.name, seconds.course(run.measured), lambda each: sum(each.throttles.values()) / width)


def _findings(runs: Sequence[RunFigures]) -> list[Markup]:
    parts = []
    for run in runs:
        told = [each["text"] for scenario in run.verdict["scenarios"].values() for each in scenario["findings"]]
        told += [run.hot.told()] if run.hot else []
        told += [f"Against it: {reason}" for reason in run.verdict["reasons"]] + run.missing()
        parts.append(element("p", element("b", run.name)))
        parts.append(element("ul", *(element("li", sentence) for sentence in told), class_="findings"))
    return parts


def _settings(runs: Sequence[RunFigures]) -> Markup:
    rows: list[list[object]] = []
    for name in _UNLIKE:
        values = [str(run.settings.get(name)) for run in runs]
        if len(set(values)) > 1:
            rows.append([name, *values])
    rows.append(["folder", *(run.folder for run in runs)])
    rows.append(["finished", *(run.summary["finished_at"] for run in runs)])
    rows.append(["commit", *(run.summary.get("versions", {}).get("commit", "–") for run in runs)])
    return table(["setting", *(run.name for run in runs)], rows)
