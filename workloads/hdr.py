"""A run's latencies as an HdrHistogram log, which HdrHistogram's own tools plot and compare.

Rule: derived from the measurements; one line for each pattern (tagged with its name), and one, without a tag, of all.
The values are microseconds from the intended start, exact to three digits: our buckets are HdrHistogram's.
"""

from __future__ import annotations

from pathlib import Path

from hdrh.histogram import HdrHistogram

from dynarig.workloads.histogram import Histogram, highest_of
from dynarig.workloads.measure import Measurements

_LOWEST_US, _HIGHEST_US, _DIGITS = 1, 3_600_000_000, 3


def write(path: Path, measured: Measurements, finished_at: float) -> None:
    """The log at `path`. finished_at: epoch seconds at which the run had ended."""
    began, length = finished_at - measured.elapsed_seconds, measured.elapsed_seconds
    lines = [
        "#[dynarig: microseconds from the intended start]",
        "#[Histogram log format version 1.3]",
        f"#[StartTime: {began:.3f} (seconds since epoch)]",
        '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ]
    rows: list[tuple[str, Histogram]] = [("", measured.total().from_intended)]
    rows += [(name, tally.from_intended) for name, tally in sorted(measured.patterns.items())]
    for name, histogram in rows:
        # A tag ends at a comma or a space.
        tag = f"Tag={'_'.join(name.replace(',', ' ').split())}," if name else ""
        payload = converted_of(histogram).encode().decode()
        lines.append(f"{tag}{began:.3f},{length:.3f},{histogram.max_seconds * 1e3:.3f},{payload}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def converted_of(histogram: Histogram) -> HdrHistogram:
    """The same counts in HdrHistogram's own class."""
    made = HdrHistogram(_LOWEST_US, _HIGHEST_US, _DIGITS)
    for bucket, count in sorted(histogram.counts.items()):
        made.record_value(min(highest_of(bucket), _HIGHEST_US), count)
    return made
