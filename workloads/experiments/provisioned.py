"""What is provisioned, over partitions and over time: the paper's worked example (E10), adaptive share (E11), switches
to on-demand (E15)."""

from __future__ import annotations

from collections.abc import Sequence

from dynarig.emulator.model.tokens import TOKENS_END, token_of
from dynarig.workloads.experiments.experiment import Experiment, Outcome
from dynarig.workloads.experiments.virtual import TABLE, VirtualTable, offer, row, throughput


def spread_keys(count: int) -> list[str]:
    """One partition key in each of `count` (a power of two) equal ranges of hashes, each far from the one before."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < count:
        key = f"key {number}"
        found.setdefault(token_of(key) * count // TOKENS_END, key)
        number += 1
    bits = count.bit_length() - 1
    return [found[int(f"{position:0{bits}b}"[::-1], 2)] for position in range(count)]


def divided() -> Outcome:
    """E10: units per partition, as each change of the table's units leaves them."""
    table = VirtualTable(units=(5, 3200))
    seen: list[tuple[int, float]] = []
    for units in (3200, 3600, 6000, 5000):
        if seen:
            table.must("UpdateTable", {"TableName": TABLE, "ProvisionedThroughput": throughput((5, units))})
        table.put(row("a", "s"), table.now)
        heat = table.heat()
        seen.append((len(heat["partitions"]), heat["write_units_per_partition"]))
        table.now += 60
    ours = ", ".join(f"{count} × {units:g}" for count, units in seen)
    return Outcome(ours, seen == [(4, 800), (4, 900), (8, 750), (8, 625)], {"partitions": seen})


def adaptive() -> Outcome:
    """E11."""
    table = VirtualTable(units=(5, 4000))
    table.put(row("a", "s"), table.now)
    table.must("UpdateTable", {"TableName": TABLE, "ProvisionedThroughput": throughput((5, 400))})
    partitions = len(table.heat()["partitions"])
    keys = spread_keys(4)
    traffic: Sequence[str] = [keys[0]] * 50 + [keys[1]] * 50 + [keys[2]] * 50 + [keys[3]] * 150
    taken = offer(table, 60, lambda _: 300, lambda number, at: table.put(row(traffic[number % 300], f"{number}"), at))
    throttled = 300 * 60 - sum(taken)
    ours = f"{throttled} of {300 * 60:,} writes throttled over {partitions} partitions"
    return Outcome(ours, throttled == 0 and partitions == 4, {"throttled": throttled})


def _accepted(units: int) -> float:
    """Of 40,000 writes/s, after a switch from so many units."""
    scale, keys = 0.05, spread_keys(1024)
    table = VirtualTable(units=(5, units), scale=scale)
    table.put(row("a", "s"), table.now)
    table.must("UpdateTable", {"TableName": TABLE, "BillingMode": "PAY_PER_REQUEST"})
    table.now += 60
    rate = int(40_000 * scale)
    taken = offer(table, 10, lambda _: rate, lambda number, at: table.put(row(keys[number % 1024], f"{number}"), at))
    return sum(taken[-4:]) / 4 / scale


def switched() -> Outcome:
    """E15, at a twentieth of the ceilings: all that was provisioned is there at once after the switch."""
    found = {units: _accepted(units) for units in (20_000, 30_000, 40_000)}
    ours = ", ".join(f"{units // 1000}k: {rate:,.0f}/s" for units, rate in found.items())
    return Outcome(ours, found[40_000] >= 0.99 * 40_000, {"accepted": found})


EXPERIMENTS = (
    Experiment(
        "E10",
        "USENIX ATC 2022, Amazon DynamoDB, section 3",
        "3,200 write units, raised to 3,600 and 6,000, lowered to 5,000",
        "4 × 800, 4 × 900, 8 × 750, 8 × 625",
        "strict",
        divided,
        "an example with whole numbers: partitions and shares are arithmetic, nothing was measured",
    ),
    Experiment(
        "E11",
        "Developer Guide, burst and adaptive capacity",
        "400 write units over 4 partitions, traffic 50/50/50/150",
        "no throttling",
        "strict",
        adaptive,
        "an example with whole numbers: 300 of 400 units, no partition near its 1,000, so that one throttle would "
        "contradict it",
    ),
    Experiment(
        "E15",
        "theburningmonk.com, 2019",
        "created at 20k, 30k, 40k write units, switched to on-demand, 40,000 writes/s at once",
        "took 40,000/s at once",
        "strict for 40k: 99 %; 20k and 30k are told, not judged",
        switched,
        "1 % is what rounding to a twentieth of the ceilings leaves. The author saw 40,000/s after 20k and 30k too, "
        "where the guide promises what was provisioned and no more",
    ),
)
