"""Raw benchmark results as tables with verdicts. Everything shown is derived from the raw results."""

from __future__ import annotations

from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from dynarig.workloads.bench import bars, calls, figures
from dynarig.workloads.bench.bars import Bar
from dynarig.workloads.bench.mixes import PLAIN
from dynarig.workloads.bench.servers import EMULATOR

Line = tuple[str, float, Bar]


def render(raw: dict[str, Any], console: Console) -> bool:
    """Print tables and verdicts of a raw result; whether every bar was reached. ValueError for one it cannot read."""
    for remark in raw.get("remarks", []):
        console.print(remark, markup=False, soft_wrap=True)
    return _KINDS[raw["kind"]](raw, console)


def _http(raw: dict[str, Any], console: Console) -> bool:
    settings = raw["settings"]
    if raw.get("format") != figures.FORMAT:
        raise ValueError("this file is of an earlier version: measure again")
    saturated = [name for mix in settings["mixes"] for name in _mix_table(raw, mix, console)]
    lines = [
        (f"{operation} {bar.title}", _ratio(raw, operation, other), bar)
        for (operation, other), bar in bars.HTTP.items()
        if PLAIN in settings["mixes"] and {EMULATOR, other} <= set(settings["servers"])
    ]
    reached = _verdicts(lines, console)
    for name in saturated:
        console.print(f"[red]FAILED[/] {name}: the driver was the bottleneck, and the figure is its own")
    return reached and not saturated


def _ratio(raw: dict[str, Any], operation: str, other: str) -> float:
    return figures.ratio(figures.of(raw, PLAIN, operation, EMULATOR), figures.of(raw, PLAIN, operation, other))


def _mix_table(raw: dict[str, Any], mix: str, console: Console) -> list[str]:
    """Print one mix's table; what was measured with a saturated driver."""
    settings = raw["settings"]
    title = f"{mix}: answers per second, {settings['connections']} connections, median of {settings['rounds']} rounds"
    table = Table(title=title, title_justify="left", box=None)
    for column in ("operation", "server", "per s", "p50 ms", "p99 ms", "server µs", "driver"):
        table.add_column(column, justify="left" if column in ("operation", "server") else "right", no_wrap=True)
    saturated = []
    for operation in calls.OPERATIONS:
        for server in settings["servers"]:
            kept = figures.of(raw, mix, operation, server)
            busy = f"{median(kept['driver_busy']):.0%}"
            if figures.is_saturated(kept):
                saturated.append(f"{mix} {operation} on {server}")
                busy = f"[red]{busy}[/]"
            table.add_row(
                operation,
                server,
                f"{median(kept['per_second']):,.0f}",
                f"{kept['percentiles_ms']['50']:.2f}",
                f"{kept['percentiles_ms']['99']:.2f}",
                f"{median(kept['server_cpu_us']):,.1f}",
                busy,
            )
    console.print(table)
    return saturated


def _statements(raw: dict[str, Any], console: Console) -> bool:
    title = f"the memory of statements: µs a call with it and without it, medians of {raw['settings']['pairs']} pairs"
    table = Table(title=title, title_justify="left", box=None)
    for column in ("traffic", "with", "without", "ratio"):
        table.add_column(column, justify="left" if column == "traffic" else "right", no_wrap=True)
    for line in raw["lines"]:
        table.add_row(
            line["title"], *(f"{line[each]:.1f}" for each in ("with_us", "without_us")), f"{line['ratio']:.2f}"
        )
    console.print(table)
    lines = [
        (f"{line['title']}, {bar.title}", line["ratio"], bar)
        for line in raw["lines"]
        for bar in (bars.STATEMENTS_REPEATED if line["repeats"] else bars.STATEMENTS,)
    ]
    return _verdicts(lines, console)


def _engine(raw: dict[str, Any], console: Console) -> bool:
    title = "engine without HTTP: µs a call, and in orjson round trips of the same item (median)"
    table = Table(title=title, title_justify="left", box=None)
    for column in ("items", *calls.OPERATIONS, "round trip", "bytes per item"):
        table.add_column(column, justify="right", no_wrap=True)
    for probe in raw["probes"]:
        operations = probe["operations"]
        cells = [f"{operations[name]['us']:.1f} ({operations[name]['round_trips']:.1f})" for name in calls.OPERATIONS]
        round_trip = f"{operations['GetItem']['round_trip_us']:.2f}"
        table.add_row(f"{probe['items']:,}", *cells, round_trip, f"{probe['memory_bytes_per_item']:,.0f}")
    console.print(table)
    first, last = raw["probes"][0], raw["probes"][-1]
    lines: list[tuple[str, float, Bar]] = [
        (f"{name} in {bar.title}, {probe['items']:,} items", probe["operations"][name]["round_trips"], bar)
        for probe in raw["probes"]
        for name, bar in bars.ENGINE.items()
    ]
    if first is not last:
        for name in bars.GROWTH_OPERATIONS:
            growth = last["operations"][name]["round_trips"] / first["operations"][name]["round_trips"]
            lines.append((f"{name} at {last['items']:,} items, {bars.GROWTH.title}", growth, bars.GROWTH))
    lines.append((f"{bars.MEMORY.title} at {last['items']:,} items", last["memory_bytes_per_item"], bars.MEMORY))
    return _verdicts(lines, console)


def _pages(raw: dict[str, Any], console: Console) -> bool:
    """Without a bar: what a page takes is a matter of the machine. Of several servers, each in times of the first."""
    first, *others = raw["settings"]["servers"]
    title = f"the server's processor time for a page, in ms: median of {raw['settings']['rounds']} rounds"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("page", no_wrap=True)
    for column in ("items", "of", "kB", first, *others):
        table.add_column(column, justify="right", no_wrap=True)
    for page in raw["pages"]:
        taken = page["server_ms"]
        cells = [f"{median(taken[first]):.2f}"]
        for other in others:
            times = median(a / b for a, b in zip(taken[other], taken[first], strict=True) if b)
            cells.append(f"{median(taken[other]):.2f} ({times:.2f} ×)")
        figures = (f"{page['count']:,}", f"{page['scanned_count']:,}", f"{page['bytes'][first] / 1e3:,.0f}")
        table.add_row(page["title"], *figures, *cells)
    console.print(table)
    return True


def _pauses(raw: dict[str, Any], console: Console) -> bool:
    title = f"how long another call waits, a table of {raw['settings']['items']:,} items"
    table = Table(title=title, title_justify="left", box=None)
    for column in ("meanwhile", "seconds", "calls", "p50 ms", "p99 ms", "longest ms"):
        table.add_column(column, justify="left" if column == "meanwhile" else "right", no_wrap=True)
    for name, seen in raw["scenarios"].items():
        table.add_row(
            name,
            f"{seen['elapsed_seconds']:.1f}",
            f"{seen['calls']:,}",
            *(f"{seen[figure]:.2f}" for figure in ("p50_ms", "p99_ms", "longest_ms")),
        )
    console.print(table)
    return _verdicts(
        [(f"{bars.PAUSE.title}: {name}", seen["longest_ms"], bars.PAUSE) for name, seen in raw["scenarios"].items()],
        console,
    )


def _soak(raw: dict[str, Any], console: Console) -> bool:
    first, last = raw["looks"]
    table = Table(title="memory of one engine under mixed requests", title_justify="left", box=None)
    for column in ("requests", "resident MB", *first["held"]):
        table.add_column(column, justify="right", no_wrap=True)
    for look in (first, last):
        held = [f"{count:,}" for count in look["held"].values()]
        table.add_row(f"{look['requests']:,}", f"{look['resident_bytes'] / 1e6:,.1f}", *held)
    console.print(table)
    growth = last["resident_bytes"] / first["resident_bytes"]
    return _verdicts([(f"{last['requests']:,} requests, {bars.SOAK.title}", growth, bars.SOAK)], console)


def _verdicts(lines: list[Line], console: Console) -> bool:
    table = Table(box=None)
    for column in ("bar", "measured", "limit", ""):
        table.add_column(column, justify="left" if column == "bar" else "right", no_wrap=True)
    for title, figure, bar in lines:
        sign = "≤" if bar.most else "≥"
        holds = bar.holds(figure)
        table.add_row(
            title, f"{figure:,.2f}", f"{sign} {bar.limit:g}", "[green]holds[/]" if holds else "[red]MISSED[/]"
        )
    console.print(table)
    return all(bar.holds(figure) for _, figure, bar in lines)


_KINDS = {
    "http": _http,
    "engine": _engine,
    "pages": _pages,
    "statements": _statements,
    "pauses": _pauses,
    "soak": _soak,
}
