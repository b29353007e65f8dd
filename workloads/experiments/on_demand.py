"""A new on-demand table under ramps of an hour and more (E14)."""

from __future__ import annotations

from itertools import pairwise

from dynarig.workloads.experiments.experiment import Experiment, Outcome
from dynarig.workloads.experiments.provisioned import spread_keys
from dynarig.workloads.experiments.virtual import VirtualTable, offer, row

_SCALE = 0.001
_PEAK = 40_000
_MINUTES = (60, 90, 120, 150)
_NOTICED = 0.01  # share of writes that an author who looks at plots calls throttled


def _lost(minutes: int) -> float:
    """The share of writes that is throttled on a ramp of so many minutes."""
    keys, table, seconds = spread_keys(256), VirtualTable(scale=_SCALE), minutes * 60
    rates = [round(_PEAK * _SCALE * (second + 1) / seconds) for second in range(seconds)]
    taken = offer(
        table, seconds, lambda second: rates[second], lambda number, at: table.put(row(keys[number % 256], "s"), at)
    )
    return 1 - sum(taken) / sum(rates)


def ramps() -> Outcome:
    """The share of writes that each ramp from 0 to 40,000/s loses, at a thousandth of the ceilings."""
    lost = {minutes: _lost(minutes) for minutes in _MINUTES}
    shares = list(lost.values())
    agrees = all(longer < shorter for shorter, longer in pairwise(shares)) and min(lost[60], lost[90]) > _NOTICED
    ours = ", ".join(f"{minutes} min: {share:.0%}" for minutes, share in lost.items())
    return Outcome(f"throttled {ours}", agrees, {"throttled": lost})


EXPERIMENTS = (
    Experiment(
        "E14",
        "theburningmonk.com, 2019",
        "new on-demand table, ramp from 0 to 40,000 writes/s over 60, 90, 120 and 150 minutes",
        "60 and 90 minutes still throttled; 120 and 150 better",
        "shape: 60 and 90 minutes lose more than 1 %, each longer ramp less than the one before",
        ramps,
        "no shares were published; the rule of doubling within 30 minutes is taken at its word, where the service "
        "often grows sooner: from 4,000/s to 40,000/s are four doublings, two hours, so the two shorter ramps must be "
        "throttled",
    ),
)
