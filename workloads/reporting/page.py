"""The page of one run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dynarig.workloads import thresholds
from dynarig.workloads.measure import Tally
from dynarig.workloads.reporting import seconds
from dynarig.workloads.reporting.figures import RunFigures, milliseconds
from dynarig.workloads.reporting.html import Markup, card, document, dollars, element, folded, joined, number, table
from dynarig.workloads.reporting.svg import Axes, Curve, heat_map, lines, seconds_axes
from dynarig.workloads.reporting.times import MODELLED, SERVICE
from dynarig.workloads.series import Second
from dynarig.workloads.verdict import lateness_shown

_PERCENTS = (50.0, 90.0, 99.0, 99.9)
_TARGETS_SHOWN = 6
_LINES_SHOWN = 12
_SETTINGS_LEFT_OUT = frozenset({"prepared", "scenarios", "profile", "now", "server_ahead_seconds", "target_cannot"})


def run_page(run: RunFigures) -> str:
    """The whole page."""
    title = f"{run.settings['scenario']}: {'passed' if run.verdict['passed'] else 'failed'}"
    cards = element("div", *_charts(run), *_tables(run), class_="grid-of-cards")
    return document(title, style(), _head(run), _tiles(run), cards)


@cache
def style() -> str:
    """The style sheet of every report."""
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def badge(run: RunFigures) -> Markup:
    """Passed or failed."""
    passed = run.verdict["passed"]
    return element("span", "PASSED" if passed else "FAILED", class_="badge passed" if passed else "badge failed")


def _head(run: RunFigures) -> Markup:
    verdict, sentences = run.verdict, []
    known: set[str] = set()  # what the scenarios tell by themselves
    for name, scenario in verdict["scenarios"].items():
        sentences += [element("li", f"{name}: {finding['text']}") for finding in scenario["findings"]]
        known |= {each for finding in scenario["findings"] for each, value in finding["figures"].items() if value}
    if run.hot is not None and "partition" not in known:
        sentences.append(element("li", run.hot.told()))
    if run.bill is not None and "month_usd" not in known:
        sentences.append(
            element(
                "li",
                f"A month of this load would cost {dollars(run.bill.month)} at AWS's prices "
                f"(read {run.bill.prices_read_on}, before the free tier).",
            )
        )
    parts = [
        element("h1", run.settings["scenario"], " ", badge(run)),
        element("p", run.headline, class_="muted"),
        element("ul", *sentences, class_="findings"),
    ]
    if verdict["reasons"]:
        parts.append(element("p", element("b", "Against it: "), "; ".join(verdict["reasons"]), class_="bad"))
    for name, scenario in verdict["scenarios"].items():
        parts += [element("p", f"{name}: this target cannot {lack}") for lack in scenario.get("cannot", ())]
        parts += [element("p", f"Less certain, {name}: {doubt}", class_="muted") for doubt in scenario["doubts"]]
    return element("header", *parts)


def _tiles(run: RunFigures) -> Markup:
    total = run.total
    shown: list[tuple[str, str, str]] = [
        ("Answered", f"{number(run.rate)}/s", f"{number(run.sent_rate)}/s sent, {total.requests:,} in all"),
        ("p50", f"{number(run.latency_ms(50.0))} ms", "from the intended start"),
        ("p99", f"{number(run.latency_ms(99.0))} ms", f"longest {number(total.from_intended.max_seconds * 1e3)} ms"),
        ("Throttled", f"{total.throttled:,}", f"{run.share(total.throttled):.1%} of the requests"),
        ("Failed", f"{total.failed:,}", f"{run.share(total.failed):.1%} of the requests"),
        ("Consumed", f"{number(total.read_units)} RCU", f"{number(total.write_units)} WCU"),
    ]
    if run.bill is not None:
        hour = run.bill.month / 730
        shown.append(("A month", dollars(run.bill.month), f"{dollars(hour)} an hour"))
    tiles = [
        element("div", element("dt", name), element("dd", value, element("small", more))) for name, value, more in shown
    ]
    return element("dl", *tiles, class_="tiles")


def _charts(run: RunFigures) -> Iterator[Markup]:
    rows = seconds.course(run.measured)
    width = run.measured.series.width
    length = rows[-1][0] + width if rows else run.measured.elapsed_seconds
    until = float(run.settings.get("warm_up_seconds") or 0.0)
    watched = seconds.Watched(run.server)
    seen = watched.seconds[-1] if watched.seconds else length
    rates = [
        seconds.intended(run.settings, rows, run.measured.elapsed_seconds),
        seconds.curve("sent", rows, lambda each: each.started / width),
        seconds.curve("answered", rows, lambda each: (each.succeeded + each.refused) / width),
        seconds.curve("throttled", rows, lambda each: sum(each.throttles.values()) / width),
        seconds.curve("failed", rows, lambda each: each.failed / width),
    ]
    shown = [curve for curve in rates if any(value for _, value in curve.points)]
    yield _chart("Rate", shown, seconds_axes(length, "requests/s", until=until))
    latencies = [
        seconds.curve("p50", rows, lambda each: _latency(each, 50.0)),
        seconds.curve("p99", rows, lambda each: _latency(each, 99.0)),
    ]
    yield _chart(
        "Latency over time", latencies, seconds_axes(length, "ms from the intended start", log=True, until=until)
    )
    curves = [
        seconds.percentile_curve("from the intended start", run.total.from_intended),
        seconds.percentile_curve("from the actual start", run.total.from_actual),
        seconds.percentile_curve("modelled", run.times.total(MODELLED)),
        seconds.percentile_curve("in the server", run.times.total(SERVICE)),
    ]
    known = [curve for curve in curves if curve.points]
    yield _chart("Latency by percentile", known, seconds.percentile_axes(), _percentile_table(known))
    throttles = watched.rates("throttled") or _by_code(rows, width)
    axes = seconds_axes(seen if watched.looks else length, "requests/s")
    if throttles:
        yield _chart("Throttles by reason", throttles, axes)
    else:
        yield card("Throttles by reason", element("p", "Nothing was throttled.", class_="muted"))
    heat = watched.heat()
    if heat:
        note = (
            "Colour: share of the partition's ceiling that was drawn. A dot: throttled. A cell's text is in its title."
        )
        hot = [element("p", run.hot.told())] if run.hot else []
        yield card(
            "Heat per partition", *hot, heat_map(heat, watched.seconds), element("p", note, class_="muted"), wide=True
        )
    yield from _units(watched, rows, width, length)


def _chart(title: str, curves: list[Curve], axes: Axes, figures: Markup | None = None) -> Markup:
    told = figures if figures is not None else _curve_table(curves)
    return card(title, lines(title, curves, axes), folded("The figures", told))


def _units(watched: seconds.Watched, rows: seconds.Course, width: int, length: float) -> Iterator[Markup]:
    for place, axis in enumerate(("read", "write")):
        curves = watched.rates("consumed", place)
        curves.sort(key=lambda curve: -sum(value or 0.0 for _, value in curve.points))
        if watched.looks:
            if curves:
                axes = seconds_axes(watched.seconds[-1], f"{axis} units/s")
                title = f"Consumed {axis} units by table and index"
                yield _chart(title, curves[:_TARGETS_SHOWN], axes)
            continue
        figure = (lambda each: each.read_units / width) if axis == "read" else (lambda each: each.write_units / width)
        yield _chart(
            f"Consumed {axis} units", [seconds.curve(axis, rows, figure)], seconds_axes(length, f"{axis} units/s")
        )


def _by_code(rows: seconds.Course, width: int) -> list[Curve]:
    codes = sorted({code for _, second in rows for code in second.throttles})
    return [Curve(code, [(at, second.throttles.get(code, 0) / width) for at, second in rows]) for code in codes]


def _latency(second: Second, percent: float) -> float | None:
    """Milliseconds; None in a second without an answer."""
    return second.latency.percentiles((percent,))[0] * 1e3 or None


def _curve_table(curves: list[Curve], most: int = 60) -> Markup:
    """The points as figures, thinned out to `most` rows."""
    places = sorted({at for curve in curves if not curve.dashed for at, _ in curve.points})
    places = places[:: max(1, -(-len(places) // most))]
    known = [dict(curve.points) for curve in curves if not curve.dashed]
    names = [curve.name for curve in curves if not curve.dashed]
    rows = [
        [f"{at:.0f}", *("–" if (value := points.get(at)) is None else number(value) for points in known)]
        for at in places
    ]
    return table(["second", *names], rows)


def _percentile_table(curves: list[Curve]) -> Markup:
    places = sorted({at for curve in curves for at, _ in curve.points})
    known = [dict(curve.points) for curve in curves]
    rows = [
        [
            f"{100 - 100 / 10**at:.5g} %",
            *("–" if (value := points.get(at)) is None else number(value) for points in known),
        ]
        for at in places
    ]
    return table(["percentile", *(f"{curve.name}, ms" for curve in curves)], rows)


def _tables(run: RunFigures) -> Iterator[Markup]:
    yield _cost(run)
    if run.verdict.get("thresholds"):
        rows = [[each["text"], thresholds.told(each), _kept(each["passed"])] for each in run.verdict["thresholds"]]
        yield card("Thresholds", table(["threshold", "value", "verdict"], rows))
    yield card("Access patterns", _patterns(run), wide=True)
    yield card("Three times, by operation", _three_times(run), wide=True)
    yield card("The generator", _generator(run))
    missing = [element("li", sentence) for sentence in run.missing()]
    if missing:
        yield card("What this run cannot tell", element("ul", *missing, class_="findings"))
    yield card("Settings", _settings(run), wide=True)


def _kept(passed: bool) -> Markup:
    return element("span", "kept" if passed else "broken", class_="good" if passed else "bad")


def _cost(run: RunFigures) -> Markup:
    if run.bill is None:
        return card("Cost", element("p", "This target does not tell its bill.", class_="muted"))
    lines_shown = run.bill.lines[:_LINES_SHOWN]
    rows = [[line.target, line.usage, dollars(line.run), dollars(line.month)] for line in lines_shown]
    rows.append([element("b", "in all"), "", dollars(run.bill.run), element("b", dollars(run.bill.month))])
    note = (
        f"The run's requests of {run.bill.seconds:.0f} s, without its preparation, carried on for 730 hours; storage "
        f"and provisioned units as at the end. Prices read {run.bill.prices_read_on}; the free tier is not taken off."
    )
    explained = element("ul", *(element("li", f"{each.target}: {each.explanation}") for each in lines_shown))
    whole = table(["table or index", "what", "run", "a month"], rows, words=2)
    return card(
        "Cost",
        whole,
        element("p", note, class_="muted"),
        folded("Down to units and prices, since the server's start", explained),
    )


def _patterns(run: RunFigures) -> Markup:
    columns = ["pattern", "requests", "per s", "p50", "p90", "p99", "p99.9", "max", "failed", "throttled", "RCU", "WCU"]
    rows = [[name, *_cells(tally, run)] for name, tally in sorted(run.measured.patterns.items())]
    rows.append([element("b", "total"), *_cells(run.total, run)])
    return table(columns, rows, caption="Latencies in ms from the intended start; a throttle is in none of them.")


def _three_times(run: RunFigures) -> Markup:
    columns = ["operation"]
    for name in run.times.sources:
        columns += [f"{name} p50", f"{name} p99"]
    rows: list[list[object]] = []
    for each in run.times.operations:
        histograms = [getattr(each, name) for name in run.times.sources]
        figures = [
            milliseconds(value) if histogram.total else "–"
            for histogram in histograms
            for value in histogram.percentiles((50.0, 99.0))
        ]
        rows.append([each.operation, *figures])
    told = [element("li", f"{name}: {source}") for name, source in run.times.sources.items()]
    return joined(
        [table(columns, rows, caption="In ms. Throttles are in none of them."), element("ul", *told, class_="muted")]
    )


def _cells(tally: Tally, run: RunFigures) -> list[str]:
    latency = tally.from_intended
    return [
        f"{tally.requests:,}",
        number(tally.requests / (run.measured.elapsed_seconds or 1.0)),
        *(milliseconds(each) for each in latency.percentiles(_PERCENTS)),
        milliseconds(latency.max_seconds),
        f"{tally.failed:,}",
        f"{tally.throttled:,}",
        number(tally.read_units),
        number(tally.write_units),
    ]


def _generator(run: RunFigures) -> Markup:
    measured, limit = run.measured, run.settings["lateness_limit_ms"]
    judged, late = lateness_shown(measured)
    shown = ", ".join(f"{name} {milliseconds(seconds)}" for name, seconds in late.items())
    sentence = (
        f"{measured.started:,} of {measured.intended:,} intended requests were sent; they started late by {shown} "
        f"and at most {milliseconds(measured.lateness.max_seconds)} ms (limit of {judged}: {limit:g} ms). "
        f"Schedule {'kept' if run.verdict['kept'] else 'not kept'}."
    )
    rows = [
        [
            f"generator {name}",
            number(costs["cpu_seconds"]),
            f"{costs['cpu_seconds'] / (costs['elapsed_seconds'] or 1.0):.0%}",
            number(costs["memory_end_bytes"] / 2**20),
            milliseconds(costs["longest_pause_seconds"]),
        ]
        for name, costs in sorted(measured.costs.items())
        if "cpu_seconds" in costs
    ]
    if usage := run.server.get("usage"):
        share = usage["cpu_seconds"] / (usage["elapsed_seconds"] or 1.0)
        rows.append(
            ["server", number(usage["cpu_seconds"]), f"{share:.0%}", number(usage["memory_end_bytes"] / 2**20), ""]
        )
    columns = ["process", "CPU s", "of a core", "memory MB", "longest pause ms"]
    retried = [element("p", f"The SDK sent {run.total.retried:,} requests again.")] if run.total.retried else []
    return joined([element("p", sentence), *retried, table(columns, rows)])


def _settings(run: RunFigures) -> Markup:
    kept = {name: value for name, value in run.settings.items() if name not in _SETTINGS_LEFT_OUT}
    rows = [[name.replace("_", " "), _value(value)] for name, value in kept.items()]
    for name, weight, parameters in run.settings.get("scenarios") or ():
        told = ", ".join(f"{each} {value}" for each, value in parameters.items()) or "as they are"
        rows.append([f"parameters of {name}", f"{told} (weight {weight:g})"])
    for section in ("versions", "machine"):
        told = ", ".join(f"{name} {value}" for name, value in run.summary.get(section, {}).items())
        rows.append([section, told])
    pairs = [element("div", element("dt", name), element("dd", value)) for name, value in rows]
    return element("dl", *pairs, class_="pairs")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
