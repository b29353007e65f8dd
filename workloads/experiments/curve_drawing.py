"""Curves over a count that doubles, as an SVG of its own: axes, lines with points, a legend. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, log2

Points = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 760, 420, 70, 40, 200, 50
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#7f7f7f")
_MARKS = 5  # on the upright axis


def drawn(title: str, words: tuple[str, str], curves: Mapping[str, Points]) -> str:
    """words: under the level axis, and beside the upright one. curves: points by name, x above 0; dashed where the name
    ends in "before".
    """
    xs = sorted({x for points in curves.values() for x, _ in points})
    top = _round_up(max((y for points in curves.values() for _, y in points), default=1.0))
    span = log2(xs[-1] / xs[0]) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across, down = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return _LEFT + across * log2(x / xs[0]) / span, _TOP + down * (1 - y / top)

    parts = [text_at(_LEFT, 22, title, size=15)]
    for mark in range(_MARKS + 1):
        x, y = place(xs[0], top * mark / _MARKS)
        parts.append(f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(text_at(x - 8, y + 4, f"{top * mark / _MARKS:,.0f}", anchor="end"))
    for value in xs:
        x, y = place(value, 0)
        parts.append(text_at(x, y + 18, f"{value:g}", anchor="middle"))
    parts.append(text_at((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 10, words[0], anchor="middle"))
    parts.append(text_at(8, _TOP - 6, words[1]))
    subjects = list(dict.fromkeys(map(_subject, curves)))
    for number, (name, points) in enumerate(curves.items()):
        colour = _COLOURS[subjects.index(_subject(name)) % len(_COLOURS)]
        parts += _curve(name, [place(*point) for point in points], number, colour)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>{"".join(parts)}</svg>\n'
    )


def _subject(name: str) -> str:
    """What a curve is of: those of one subject, such as before and after, share a colour."""
    return name.rpartition(", ")[0] or name


def _curve(name: str, points: Sequence[tuple[float, float]], number: int, colour: str) -> list[str]:
    dashes = ' stroke-dasharray="6 4"' if name.endswith("before") else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    y = _TOP + 20 * number
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points),
        f'<line x1="{_WIDTH - _RIGHT + 12}" y1="{y}" x2="{_WIDTH - _RIGHT + 40}" y2="{y}" stroke="{colour}" '
        f'stroke-width="2"{dashes}/>',
        text_at(_WIDTH - _RIGHT + 46, y + 4, name),
    ]


def text_at(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    """Words in the picture. anchor: which end of them is at x."""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, … that is not below."""
    if value <= 0:
        return 1.0
    decade = 10.0 ** (ceil(f) - 1 if (f := _log10(value)) > 0 else 0)
    return next(step * decade for step in (1, 2, 5, 10, 20, 50) if step * decade >= value)


def _log10(value: float) -> float:
    return log2(value) / log2(10)
