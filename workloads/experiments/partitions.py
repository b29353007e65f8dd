"""Loads of one table by how its keys are spread: AWS's blog series on partitions (E1–E5), and uneven ranges (E18)."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from statistics import median

from dynarig.emulator.model.call import Reply
from dynarig.workloads.experiments.experiment import Experiment, Outcome
from dynarig.workloads.experiments.virtual import TABLE, Row, VirtualTable, load, offer, row

_BLOG = 'AWS Database Blog, "Scaling DynamoDB", part {}'
# The blog's loader by its unthrottled rate: 8 writers of 25 rows each 55 ms write 3,636 rows a second.
_WORKERS, _BATCH_SECONDS = 8, 0.055
_ROWS_OF_KEY = 1800  # 360,000 rows over 200 first octets: what the published rates and times amount to
_KEYS = 200


def one_key() -> Outcome:
    """E1. The second run goes on long enough for a split to show, at a hundredth of the ceilings."""
    table = VirtualTable()
    rows = (row("one", f"{number:09}") for number in range(10**9))
    taken = load(table, rows, workers=_WORKERS, batch_seconds=_BATCH_SECONDS, seconds=20)
    longer = VirtualTable(scale=0.01)
    later = offer(longer, 1500, lambda _: 12, lambda number, at: longer.put(row("one", f"{number:09}"), at))
    rate, rate_later = median(taken[2:]), median(later[1200:]) * 100
    withheld = sorted({split["why"] for split in longer.heat()["withheld"]})
    agrees = 995 <= rate <= 1005 and rate_later == 1000
    ours = f"{rate:,.0f}/s; after 20 minutes {rate_later:,.0f}/s (split withheld: {', '.join(withheld)})"
    return Outcome(ours, agrees, {"per_second": taken, "after_20_minutes": rate_later, "withheld": withheld})


def _ordered_rows() -> Iterator[Row]:
    for key in range(_KEYS):
        for number in range(_ROWS_OF_KEY):
            yield row(f"{key:03}", f"{number:09}")


def _shuffled_rows() -> Iterator[Row]:
    random = Random(1)
    return (row(f"{random.randrange(_KEYS):03}", f"{random.randrange(10**9):09}") for _ in range(10**9))


def keys_in_order() -> Outcome:
    """E2."""
    table = VirtualTable()
    taken = load(table, _ordered_rows(), workers=_WORKERS, batch_seconds=_BATCH_SECONDS, seconds=25)
    rate = sum(taken) / len(taken)
    return Outcome(f"{rate:,.0f}/s", 1000 <= rate <= 2000, {"per_second": taken})


def shuffled() -> Outcome:
    """E3."""
    table = VirtualTable()
    taken = load(table, _shuffled_rows(), workers=_WORKERS, batch_seconds=_BATCH_SECONDS, seconds=25)
    full = [count for count in taken if count > 1000]
    rate = median(full)
    return Outcome(f"{rate:,.0f}/s", 3240 <= rate <= 4000, {"per_second": taken})


def provisioned() -> Outcome:
    """E4: a client that writes 6,000 a second is not held back."""
    table = VirtualTable(units=(5, 10_000))
    taken = load(table, _shuffled_rows(), workers=13, batch_seconds=_BATCH_SECONDS, seconds=15)
    rate = median(count for count in taken if count > 1000)
    throttled = table.heat()["throttled"]
    ours = f"{rate:,.0f}/s, {sum(throttled.values())} throttles, {len(table.heat()['partitions'])} partitions"
    return Outcome(ours, 5400 <= rate <= 6600 and not throttled, {"per_second": taken})


def queries_of_one_key() -> Outcome:
    """E5, at a hundredth of the ceilings, so that the ten minutes before a split and those after it are both seen."""
    scale, minutes = 0.01, 14
    table, random = VirtualTable(scale=scale), Random(5)
    for number in range(100):
        table.put(row("one", f"{number:02}"), table.now)
        table.now += 1
    taken = offer(table, minutes * 60, lambda _: 200, lambda number, at: _query(table, random, at))
    before, after = median(taken[5:590]) / scale, median(taken[660:]) / scale
    ours = f"{before:,.0f} queries/s for the first 10 minutes, then {after:,.0f}"
    return Outcome(ours, before == 9000 and after > before, {"first": before, "then": after})


def _query(table: VirtualTable, random: Random, at: float) -> Reply:
    asked = {
        "TableName": TABLE,
        "KeyConditionExpression": "p = :p AND s = :s",
        "ExpressionAttributeValues": {":p": {"S": "one"}, ":s": {"S": f"{random.randrange(100):02}"}},
    }
    return table.call("Query", asked, at)


def uneven() -> Outcome:
    """E18: the rate of random keys at which the first throttle comes, with even and with uneven ranges."""
    found = {}
    for unevenness in (0.0, 1.0):
        table, random = VirtualTable(scale=0.1, partition_unevenness=unevenness), Random(1)
        found[unevenness] = _first_throttled_rate(table, random) * 10
    even, unequal = found[0.0], found[1.0]
    ours = f"even ranges throttle from {even:,}/s on, uneven ones from {unequal:,}/s"
    return Outcome(ours, unequal <= 0.8 * even, {"even": even, "uneven": unequal})


def _offered_at(table: VirtualTable, random: Random, rate: int) -> list[int]:
    return offer(table, 20, lambda _: rate, lambda _, at: table.put(row(f"{random.random()}", "s"), at))


def _first_throttled_rate(table: VirtualTable, random: Random) -> int:
    for rate in range(40, 520, 20):
        if sum(_offered_at(table, random, rate)) < 0.99 * rate * 20:
            return rate
    return 520


EXPERIMENTS = (
    Experiment(
        "E1",
        _BLOG.format(1),
        "new on-demand table, all items under one partition key, in order",
        "flat 1,000 writes/s, the rest throttled",
        "strict: 1,000/s within 0.5 %",
        one_key,
        "the ceiling of a partition is published and the plot is flat; half a percent is what batches that lie across "
        "the edge of a second may move in its count",
    ),
    Experiment(
        "E2",
        _BLOG.format(1),
        "the same over 200 partition keys, rows in key order",
        "about 1,250/s",
        "loose: from one partition's 1,000/s to two partitions' 2,000/s",
        keys_in_order,
        "rows in key order have at most the end of one key and the beginning of the next under way, so one or two "
        "partitions serve; where between, the loader's batches and threads decide, which were not published",
    ),
    Experiment(
        "E3",
        _BLOG.format(1),
        "the same, rows shuffled",
        "middle minute about 3,600/s",
        "3,600/s within 10 %, at most 4,000",
        shuffled,
        "the figure is read off a plot of minutes; four new partitions take at most 4,000",
    ),
    Experiment(
        "E4",
        _BLOG.format(1),
        "provisioned 10,000 write units, rows shuffled, a client of 6,000/s",
        "about 6,000/s",
        "6,000/s within 10 %, nothing throttled",
        provisioned,
        "the client sets the rate; what is tested is that a table of 10,000 units does not",
    ),
    Experiment(
        "E5",
        _BLOG.format(2),
        "on demand, eventually consistent queries of half a unit on one partition key",
        "9,000 queries/s (4,500 units) for the first 10 minutes",
        "strict: 9,000/s; more once the partition is split",
        queries_of_one_key,
        "three copies of a partition, each 3,000 half units a second, are 9,000 exactly, and 90 at a hundredth; what "
        "comes after the split was not published",
    ),
    Experiment(
        "E18",
        "re:Invent 2025, DAT435 (second hand)",
        "random partition keys on a new on-demand table, even and uneven key ranges",
        "throttled far below the table's throughput: hash ranges were uneven",
        "shape: uneven ranges throttle at 0.8 of the even rate or less",
        uneven,
        "second hand, without the customer's table; that the largest range decides is the claim",
    ),
)
