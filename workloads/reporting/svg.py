"""Curves and the map of heat as inline SVG. Colours are the style sheet's classes, so that both themes fit.

Rule: whatever a colour says a text says, too: the legend by the curve's dash, a dot in the cell, a title at each part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dynarig.workloads.reporting.html import Markup, element, joined, number, text

Point = tuple[float, float | None]
_WIDTH, _HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 10, 24
_STYLES = 6
_STEPS = (1, 2, 2.5, 5, 10)
HEAT_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Curve:
    """name: in the legend. points: (x, y), y None where nothing is known. dashed: for what was meant, or refused.

    colour: curves of one number look alike; without it each has its own.
    """

    name: str
    points: Sequence[Point]
    dashed: bool = False
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """x: from and to. marks: (x, its text). log: of the heights. until: x before which is warm-up."""

    x: tuple[float, float]
    marks: Sequence[tuple[float, str]]
    unit: str
    log: bool = False
    until: float = 0.0


def seconds_axes(length: float, unit: str, *, log: bool = False, until: float = 0.0) -> Axes:
    """Axes of a course over so many seconds."""
    step = _step(max(length, 1.0), 6)
    marks = [(at * step, f"{at * step:g} s") for at in range(int(length / step + 1e-9) + 1)]
    return Axes((0.0, max(length, 1.0)), marks, unit, log, until)


def lines(label: str, curves: Sequence[Curve], axes: Axes) -> Markup:
    """The curves with their axes and legend."""
    heights = [y for curve in curves for _, y in curve.points if y is not None and (y > 0 or not axes.log)]
    if not heights:
        return element("p", "Nothing to draw.", class_="muted")
    scale, ticks = _log_scale(heights) if axes.log else _linear_scale(max(heights))
    x = _across(axes.x)
    parts = [_grid(axes, scale, ticks, x)]
    for at, curve in enumerate(curves):
        path = _path(curve, x, scale, axes.log)
        if path:
            parts.append(element("path", element("title", curve.name), class_=f"curve {_style(curve, at)}", d=path))
    drawn = element("svg", *parts, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=f"{label}, {axes.unit}")
    return joined([drawn, _legend(curves, axes.unit)])


def heat_map(rows: Sequence[tuple[str, Sequence[tuple[float, int] | None]]], seconds: Sequence[float]) -> Markup:
    """Partitions over time: (share of the ceiling, throttles) each; seconds: when each column was looked at."""
    height, left, width = 18, 210, 1180
    step = (width - left) / max(len(seconds), 1)
    parts = []
    for line, (name, cells) in enumerate(rows):
        top = line * height
        parts.append(_text(0, top + 13, _shortened(name), "start", name))
        parts.append(element("rect", x=left, y=top + 1, width=width - left, height=height - 2, class_="h0"))
        for at, cell in enumerate(cells):
            if cell is None or (cell[0] < 0.005 and not cell[1]):
                continue
            parts.append(_cell((left + at * step, top + 1, max(step - 0.4, 0.6), height - 2), cell, name, seconds[at]))
    bottom = len(rows) * height + 14
    for at in sorted({0, len(seconds) // 2, len(seconds) - 1}):
        anchor = "start" if at == 0 else "end" if at == len(seconds) - 1 else "middle"
        parts.append(_text(left + (at + (anchor == "end")) * step, bottom, f"{seconds[at]:.0f} s", anchor))
    throttled = [name for name, cells in rows if any(cell and cell[1] for cell in cells)]
    label = f"Heat of {len(rows)} partitions. Throttled: {', '.join(throttled) or 'none'}"
    return element("svg", *parts, viewBox=f"0 0 {width} {bottom + 6}", role="img", aria_label=label)


def _cell(box: tuple[float, float, float, float], cell: tuple[float, int], name: str, second: float) -> Markup:
    x, y, width, height = box
    share, throttles = cell
    level = min(max(math.ceil(share * (HEAT_LEVELS - 1)), 1), HEAT_LEVELS)
    told = f"{name}, second {second:.0f}: {share:.0%} of its ceiling, {throttles:,} throttled"
    inside = [element("title", told)]
    parts = [
        element(
            "rect",
            *inside,
            x=f"{x:.1f}",
            y=f"{y:.1f}",
            width=f"{width:.1f}",
            height=f"{height:.1f}",
            class_=f"h{level}",
        )
    ]
    if throttles:
        place = {"cx": f"{x + width / 2:.1f}", "cy": f"{y + height / 2:.1f}", "r": "1.8"}
        parts.append(element("circle", **place, class_="mark"))
    return joined(parts, "")


def _grid(axes: Axes, scale: Callable[[float], float], ticks: Sequence[float], x: Callable[[float], float]) -> Markup:
    parts = []
    if axes.until > axes.x[0]:
        box = {"x": f"{x(axes.x[0]):.1f}", "y": _TOP, "height": _HEIGHT - _TOP - _BOTTOM}
        width = f"{x(axes.until) - x(axes.x[0]):.1f}"
        parts.append(element("rect", element("title", "warm-up"), **box, width=width, class_="warm-up"))
    for tick in ticks:
        y = scale(tick)
        parts.append(element("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="grid"))
        parts.append(_text(_LEFT - 6, y + 4, number(tick), "end"))
    for place, name in axes.marks:
        anchor = "start" if place <= axes.x[0] else "end" if place >= axes.x[1] else "middle"
        parts.append(_text(x(place), _HEIGHT - 6, name, anchor))
    return joined(parts, "")


def _path(curve: Curve, x: Callable[[float], float], scale: Callable[[float], float], log: bool) -> str:
    path, down = [], False
    for place, value in curve.points:
        if value is None or (log and value <= 0):
            down = False
            continue
        path.append(f"{'L' if down else 'M'}{x(place):.1f} {scale(value):.1f}")
        down = True
    if len(path) == 1:
        path.append("h1")
    return "".join(path)


def _style(curve: Curve, at: int) -> str:
    colour = at if curve.colour is None else curve.colour
    return f"s{colour % _STYLES + 1}" + (" dashed" if curve.dashed else "")


def _legend(curves: Sequence[Curve], unit: str) -> Markup:
    entries = [element("li", element("i", class_=_style(curve, at)), curve.name) for at, curve in enumerate(curves)]
    return element("ul", *entries, element("li", f"({unit})", class_="muted"), class_="legend")


def _across(bounds: tuple[float, float]) -> Callable[[float], float]:
    first, last = bounds
    return lambda place: _LEFT + (_WIDTH - _LEFT - _RIGHT) * (place - first) / ((last - first) or 1.0)


def _linear_scale(most: float) -> tuple[Callable[[float], float], list[float]]:
    step = _step(most or 1.0, 5)
    count = max(1, math.ceil(most / step - 1e-9))
    top = count * step
    return lambda value: _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / top), [at * step for at in range(count + 1)]


def _log_scale(heights: Sequence[float]) -> tuple[Callable[[float], float], list[float]]:
    first, last = math.floor(math.log10(min(heights))), math.ceil(math.log10(max(heights)))
    last = max(last, first + 1)

    def scale(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - (math.log10(value) - first) / (last - first))

    factors = (1, 2, 5) if last - first <= 2 else (1,)
    ticks = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
    return scale, [tick for tick in ticks if tick <= 10.0**last * 1.0001]


def _step(length: float, count: int) -> float:
    """A round step of which about `count` make the length."""
    raw = length / count
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in _STEPS if factor * power >= raw * 0.9999)


def _text(x: float, y: float, told: str, anchor: str, title: str = "") -> Markup:
    whole = [element("title", title)] if title else []
    return element("text", text(told), *whole, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _shortened(name: str, most: int = 30) -> str:
    return name if len(name) <= most else f"…{name[1 - most :]}"
