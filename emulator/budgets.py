"""Budgets that a team holds its own code to: capacity, cost, throttles and modelled latency of a block of calls.

    with capacity_budget(rig, read=1, write=4), latency(rig, p99=20):   # rig: an EmbeddedClient
        place_order()                                                   # BudgetExceeded, an AssertionError, beyond it

Rule: what is judged is what the engine metered, priced or would model, never the machine's time: a budget holds or
fails alike everywhere. A block that fails by itself is not judged. `pytest_plugin` offers the same as marks and
fixtures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, Self

from dynarig.emulator.cost.accrual import Accrual
from dynarig.emulator.cost.bill import BillLine, Metered, by_request
from dynarig.emulator.engine import Engine
from dynarig.emulator.latency.model import seconds_at
from dynarig.emulator.latency.requests import Figure, figure_of
from dynarig.emulator.metrics.series import SeriesName, Successes
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.model.errors import Throttle
from dynarig.emulator.planning.plan import Charge

_MILLION = 1_000_000
_PERCENTILE = re.compile(r"p([0-9]{2,})")
_SHOWN_MAX = 20  # lines of one report


class BudgetExceeded(AssertionError):
    """A block took more than its budget; the text says of what, where and by how much."""


class Client(Protocol):
    """What has the engine: an EmbeddedClient."""

    engine: Engine


class Budget:
    """A block of calls that is judged at its end. One use at a time."""

    def __init__(self, client: Client) -> None:
        self._engine = client.engine

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        __tracebackhide__ = True
        self.end()
        fault = self.fault() if kind is None else None
        if fault is not None:
            raise BudgetExceeded(fault)

    def begin(self) -> None:
        """The block begins."""
        raise NotImplementedError

    def end(self) -> None:
        """The block has ended."""
        raise NotImplementedError

    def fault(self) -> str | None:
        """Of a block that has ended: how the budget is exceeded, None where it is not."""
        raise NotImplementedError


class _Metering:
    """What an engine has metered since this was made; of an engine that was reset since, since then."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._meter = engine.meter
        self._lines = engine.meter.lines()
        self._stream_reads = {id(each): each.stream_reads for each in engine.activity.successes.values()}

    def lines(self) -> dict[SeriesName, tuple[int, int]]:
        """(read, written) in half units, of what was drawn on at all."""
        before = self._lines if self._engine.meter is self._meter else {}
        found = {}
        for name, (read, written) in self._engine.meter.lines().items():
            read_before, written_before = before.get(name, (0, 0))
            if read > read_before or written > written_before:
                found[name] = (read - read_before, written - written_before)
        return found

    def streams(self) -> list[Successes]:
        """The reads of streams."""
        found = []
        for each in self._engine.activity.successes.values():
            read = each.stream_reads - self._stream_reads.get(id(each), 0)
            if read > 0:
                successes = Successes(each.namespace, each.operation, each.table, each.stream_label)
                successes.stream_reads = read
                found.append(successes)
        return found


class CapacityBudget(Budget):
    """Capacity units, as ConsumedCapacity counts them.

    read, write: what the block consumed, once it has ended; by_target: the same by table and index (None: the table).
    """

    def __init__(
        self, client: Client, read: float | None, write: float | None, table: str | None, index: str | None
    ) -> None:
        if read is None and write is None:
            raise TypeError("capacity_budget takes read=…, write=… or both, in capacity units")
        super().__init__(client)
        self._bounds = {"read": read, "write": write}
        self._table = table
        self._index = index
        self.read = self.write = 0.0
        self.by_target: dict[tuple[str, str | None], tuple[float, float]] = {}

    def begin(self) -> None:
        self._metering = _Metering(self._engine)

    def end(self) -> None:
        found: dict[tuple[str, str | None], tuple[float, float]] = {}
        for name, (read, written) in self._metering.lines().items():
            if self._table in (None, name.table) and self._index in (None, name.index):
                before = found.get((name.table, name.index), (0.0, 0.0))
                found[(name.table, name.index)] = (before[0] + read / 2, before[1] + written / 2)
        self.by_target = found
        self.read = sum(read for read, _ in found.values())
        self.write = sum(written for _, written in found.values())

    def fault(self) -> str | None:
        consumed = {"read": self.read, "write": self.write}
        over = [
            f"{consumed[axis]:g} {axis} units consumed, budget {bound:g}"
            for axis, bound in self._bounds.items()
            if bound is not None and consumed[axis] > bound
        ]
        places = [
            f"{_place(table, index)}: {read:g} read, {written:g} write"
            for (table, index), (read, written) in sorted(self.by_target.items(), key=lambda each: -sum(each[1]))
        ]
        return _report("; ".join(over), places) if over else None


class CostBudget(Budget):
    """USD of a million of the block, by the dated price table: what is billed by request.

    usd: what a million cost, once it has ended. Requests of provisioned tables cost nothing; their hours do.
    """

    def __init__(self, client: Client, usd: float, region: str | None) -> None:
        super().__init__(client)
        self._budget = Decimal(str(usd))
        self._region = region
        self._lines: list[BillLine] = []
        self.usd = Decimal(0)

    def begin(self) -> None:
        self._metering = _Metering(self._engine)

    def end(self) -> None:
        metering = self._metering
        self._lines = by_request(Metered(metering.lines(), metering.streams(), Accrual(), (), self._region))
        self.usd = _MILLION * sum((line.cost for line in self._lines), Decimal(0))

    def fault(self) -> str | None:
        if self.usd <= self._budget:
            return None
        parts = [
            f"{_place(line.table, line.index)} {line.operation}: {float(line.quantity):g} {line.price.unit} "
            f"({line.price.usage_type}) = {float(_MILLION * line.cost):g} USD a million"
            for line in sorted(self._lines, key=lambda line: -line.cost)
        ]
        return _report(f"{float(self.usd):g} USD a million, budget {float(self._budget):g}", parts)


class ThrottleBudget(Budget):
    """No throttle at all, answered (capacity mode enforce) or only counted (observe). throttles: all that there were,
    by (reason, ARN of the table or index)."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        if not self._engine.admission.is_on:
            raise ValueError("no_throttle needs an emulator that counts throttles: capacity='observe' or 'enforce'")
        self.throttles: Counter[tuple[str, str]] = Counter()

    def begin(self) -> None:
        self.throttles.clear()
        self._engine.watch(self)

    def end(self) -> None:
        self._engine.unwatch(self)

    def answered(self, call: Call, reply: Reply, charges: Sequence[Charge]) -> None:
        """What was not throttled matters to others."""

    def throttled(self, throttle: Throttle) -> None:
        """Count one."""
        self.throttles[(throttle.reason, throttle.resource)] += 1

    def fault(self) -> str | None:
        if not self.throttles:
            return None
        parts = [f"{count} × {reason}, {arn}" for (reason, arn), count in self.throttles.most_common()]
        total = self.throttles.total()
        return _report(f"{total} throttle{'s' if total > 1 else ''}, budget none", parts)


class LatencyBudget(Budget):
    """What the latency model takes each of the block's calls for, at percentiles; whether or not answers wait for it.

    milliseconds: by the budget's names, such as `p99`, the slowest call's, once there was one.
    """

    def __init__(self, client: Client, bounds: dict[str, float]) -> None:
        super().__init__(client)
        if not bounds:
            raise TypeError("latency takes percentiles in milliseconds, such as p50=10 or p99=20")
        self._bounds = {name: (_fraction(name), most) for name, most in bounds.items()}
        self._slowest: dict[str, tuple[str, Figure]] = {}
        self.milliseconds: dict[str, float] = {}

    def begin(self) -> None:
        self._slowest.clear()
        self.milliseconds.clear()
        self._engine.watch(self)

    def end(self) -> None:
        self._engine.unwatch(self)

    def throttled(self, throttle: Throttle) -> None:
        """A throttle takes no modelled time."""

    def answered(self, call: Call, reply: Reply, charges: Sequence[Charge]) -> None:
        """Keep the slowest."""
        figure = figure_of(call.operation, call.request, charges, reply.error_code)
        if figure is None:
            return
        for name, (fraction, _) in self._bounds.items():
            milliseconds = 1000 * seconds_at(*figure, fraction) * self._engine.settings.latency_scale
            if milliseconds > self.milliseconds.get(name, 0.0):
                self.milliseconds[name] = milliseconds
                self._slowest[name] = (call.operation, figure)

    def fault(self) -> str | None:
        over = []
        for name, milliseconds in self.milliseconds.items():
            most = self._bounds[name][1]
            if milliseconds > most:
                operation, figure = self._slowest[name]
                what = f"{figure.kind}, {figure.size_bytes / 1024:g} KB"
                if figure.items > 1:
                    what += f", {figure.items} items"
                over.append(
                    f"{name} of {operation} is {milliseconds:.3g} ms by the latency model, budget {most:g} ({what})"
                )
        return "; ".join(over) or None


def capacity_budget(
    client: Client,
    *,
    read: float | None = None,
    write: float | None = None,
    table: str | None = None,
    index: str | None = None,
) -> CapacityBudget:
    """At most so many read and write units, over everything or of one table with its indexes, or one index.
    TypeError for neither."""
    return CapacityBudget(client, read, write, table, index)


def cost_per_million(client: Client, usd: float, *, region: str | None = None) -> CostBudget:
    """A million of the block for at most so many USD. region: of the prices, by default the tables' own."""
    return CostBudget(client, usd, region)


def no_throttle(client: Client) -> ThrottleBudget:
    """Nothing is throttled. ValueError where the emulator's capacity mode is off, as nothing would be."""
    return ThrottleBudget(client)


def latency(client: Client, **percentiles: float) -> LatencyBudget:
    """Each call's modelled latency at percentiles, in milliseconds: `p50=8, p99=20`; `p999` is the 99.9th.
    TypeError for other names, or none."""
    return LatencyBudget(client, percentiles)


def _fraction(name: str) -> float:
    digits = _PERCENTILE.fullmatch(name)
    if digits is None:
        raise TypeError(f"latency takes percentiles such as p50 and p99, not {name!r}")
    return float(f"0.{digits.group(1)}")


def _place(table: str, index: str | None) -> str:
    return table if index is None else f"{table}/{index}"


def _report(head: str, parts: list[str]) -> str:
    shown = parts[:_SHOWN_MAX]
    if len(parts) > _SHOWN_MAX:
        shown.append(f"and {len(parts) - _SHOWN_MAX} more")
    return "\n  ".join([head, *shown])
