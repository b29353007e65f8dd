"""Shares as level bars in groups, as an SVG of its own. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dynarig.workloads.experiments.curve_drawing import text_at

_LEFT, _BAR, _RIGHT, _ROW, _TOP = 380, 240, 640, 22, 44
_GOOD, _BAD = "#2ca02c", "#d62728"


class Bar(NamedTuple):
    """share: from 0 to 1. words: behind the bar. is_good: its colour."""

    label: str
    share: float
    words: str
    is_good: bool


def drawn(title: str, groups: Mapping[str, Sequence[Bar]]) -> str:
    """groups: bars by their heading, in order."""
    parts, y = [text_at(10, 22, title, size=15)], _TOP
    for heading, bars in groups.items():
        parts.append(text_at(10, y + 15, heading, size=13))
        y += _ROW
        for bar in bars:
            parts += _bar(bar, y)
            y += _ROW
        y += _ROW // 2
    width = _LEFT + _BAR + _RIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" font-family="sans-serif">'
        f'<rect width="{width}" height="{y}" fill="white"/>{"".join(parts)}</svg>\n'
    )


def _bar(bar: Bar, y: int) -> list[str]:
    wide = max(_BAR * bar.share, 2)  # nothing is told by a line, not by a gap
    colour = _GOOD if bar.is_good else _BAD
    return [
        text_at(_LEFT - 10, y + 15, bar.label, anchor="end"),
        f'<rect x="{_LEFT}" y="{y + 3}" width="{wide:.1f}" height="{_ROW - 6}" fill="{colour}"/>',
        text_at(_LEFT + wide + 8, y + 15, bar.words),
    ]
