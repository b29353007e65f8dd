"""A run's figures that are told in words and tiles: rate, latency, throttles, hot partition, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dynarig.workloads.measure import Measurements, Tally
from dynarig.workloads.reporting.bill import Bill, bill_of
from dynarig.workloads.reporting.html import number
from dynarig.workloads.reporting.times import SERVICE, Times, times_of

_NO_HEAT = (
    "This target does not tell its partitions: heat, and throttles by reason over time, are missing here. "
    "dynarig's own emulator tells them."
)
_NO_COST = "This target does not tell its bill, so there is no cost of the run or of a month."
_OFF = (
    "Capacity was off: nothing was throttled and no partition was hot, whatever was asked. Run with "
    "--capacity observe or --capacity enforce."
)


@dataclass(frozen=True, slots=True)
class HotPartition:
    """The partition that throttled most; where none did, that served most."""

    name: str
    count: int
    share: float
    throttled: int
    key: str
    key_share: float

    def told(self) -> str:
        """In one sentence."""
        key = f"; its hottest key {self.key} takes {self.key_share:.0%} of the table's units" if self.key else ""
        throttles = f"{self.throttled:,} throttles" if self.throttled else "no throttles"
        return (
            f"Hottest partition: {self.name} of {self.count}, {self.share:.0%} of the units of its table or index, "
            f"{throttles}{key}."
        )


class RunFigures:
    """One run. name: how a comparison calls it. folder: where its raw results are."""

    def __init__(self, folder: str, summary: dict[str, Any]) -> None:
        self.folder = self.name = folder
        self.summary = summary
        self.settings: dict[str, Any] = summary["settings"]
        self.verdict: dict[str, Any] = summary["verdict"]
        self.server: dict[str, Any] = summary.get("server") or {}
        self.measured = Measurements.from_json(summary["measurements"])
        self.total: Tally = self.measured.total()
        self.bill: Bill | None = bill_of(
            self.server, self.measured.elapsed_seconds + float(self.settings.get("warm_up_seconds") or 0.0)
        )
        self.hot = hot_partition(self.server)
        self.times: Times = times_of(self.measured, self.server)

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return (self.total.succeeded + self.total.refused) / (self.measured.elapsed_seconds or 1.0)

    @property
    def sent_rate(self) -> float:
        """Requests per second that were sent."""
        return self.total.requests / (self.measured.elapsed_seconds or 1.0)

    def latency_ms(self, percent: float) -> float:
        """From the intended start."""
        return self.total.from_intended.percentile(percent) * 1e3

    def share(self, count: int) -> float:
        """Of all requests."""
        return count / max(self.total.requests, 1)

    @property
    def headline(self) -> str:
        """What ran, in one line."""
        settings, loop = self.settings, "a closed loop" if self.settings.get("closed") else None
        rate = loop or f"{settings['rate']:g} requests/s {settings['arrivals']}"
        return (
            f"{rate}, {self.measured.elapsed_seconds:.0f} s against {settings['endpoint']}, seed {settings['seed']}, "
            f"finished {self.summary['finished_at']}"
        )

    def cpu_seconds(self) -> float:
        """Of all generator processes."""
        return sum(float(costs.get("cpu_seconds", 0.0)) for costs in self.measured.costs.values())

    def missing(self) -> list[str]:
        """What this target could not show, in sentences."""
        told = []
        if "heat" not in self.server:
            told.append(_NO_HEAT)
        elif self.server["heat"]["mode"] == "off":
            told.append(_OFF)
        if "cost" not in self.server:
            told.append(_NO_COST)
        told.extend(f"{text}." for text in self.settings.get("target_cannot", ()))
        if not self.times.total(SERVICE).total:
            told.append("This target does not say what a request took it: no service time is here.")
        if not (self.total.read_units or self.total.write_units):
            told.append("No answer named consumed capacity.")
        return told


def hot_partition(server: dict[str, Any]) -> HotPartition | None:
    """The hottest at the end of the run; None where nothing was drawn from any."""
    best: tuple[tuple[int, float], HotPartition] | None = None
    for target in (server.get("heat") or {}).get("tables", ()):
        parts = target["partitions"]
        units = [each.get("read_units_total", 0.0) + each.get("write_units_total", 0.0) for each in parts]
        for each, drawn in zip(parts, units, strict=True):
            throttled = sum(each["throttled"].values())
            if not drawn and not throttled:
                continue
            rank = (throttled, drawn)
            if best is None or rank > best[0]:
                name = f"{target['table']} / {target['index']}" if target["index"] else target["table"]
                key: dict[str, Any] = each["hottest"][0] if each["hottest"] else {"key": "", "share": 0.0}
                share = drawn / (sum(units) or 1.0)
                hot = HotPartition(f"{name} {each['id']}", len(parts), share, throttled, key["key"], key["share"])
                best = (rank, hot)
    return best[1] if best else None


def milliseconds(seconds: float) -> str:
    """A duration as the tables show it."""
    return number(seconds * 1e3)
