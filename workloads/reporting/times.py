"""The three times of a run, kept apart by operation: in the server, as the service is modelled to take, at the client.

Rule: each has its source, said beside it. What each answer tells (`--latency service`) goes before what the server's
own metrics say of the whole run, its warm-up included. A target that tells neither is said not to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dynarig.workloads.histogram import Histogram
from dynarig.workloads.measure import Measurements

SERVICE, MODELLED = "service", "modelled"
_ON_EACH = {
    SERVICE: "told by each answer (x-dynarig-service-microseconds)",
    MODELLED: "told by each answer (x-dynarig-modelled-microseconds, --latency service)",
}
_METRICS = "the server's own metrics (SuccessfulRequestLatency, /_dynarig/latency), with the warm-up"
_UNTOLD = "this target does not tell it"
_NO_MODEL = "none: answers do not wait; the emulator's --latency service makes them"
CLIENT_SOURCE = "from the intended start to the whole answer, measured by the generator"
_ALL = "all"


@dataclass(slots=True)
class OperationTimes:
    """One operation; an empty histogram where nobody tells."""

    operation: str
    service: Histogram = field(default_factory=Histogram)
    modelled: Histogram = field(default_factory=Histogram)
    client: Histogram = field(default_factory=Histogram)


@dataclass(slots=True)
class Times:
    """operations: by name. sources: where each of the three comes from, in words."""

    operations: list[OperationTimes]
    sources: dict[str, str]

    def total(self, time: str) -> Histogram:
        """All operations' added up. time: service, modelled or client."""
        total = Histogram()
        for each in self.operations:
            total.merge(getattr(each, time))
        return total


def times_of(measured: Measurements, server: dict[str, Any]) -> Times:
    """The three times. server: what the summary holds of the target."""
    rows: dict[str, OperationTimes] = {}
    for tally in measured.patterns.values():
        name = tally.operation or _ALL
        row = rows.setdefault(name, OperationTimes(name))
        row.client.merge(tally.from_intended)
        row.service.merge(tally.service)
        row.modelled.merge(tally.modelled)
    sources = {
        time: _ON_EACH[time] for time in (SERVICE, MODELLED) if any(getattr(row, time).total for row in rows.values())
    }
    told = server.get("latency") or {}
    time = told.get("time", "")
    if told and time not in sources:
        sources[time] = _METRICS
        for name, histogram in told["operations"].items():
            if name in rows:  # what scenarios ask of other operations is not the load's
                getattr(rows[name], time).merge(Histogram.from_json(histogram))
    missing = {SERVICE: _UNTOLD, MODELLED: _NO_MODEL if told else _UNTOLD}
    told_from = {name: sources.get(name, missing[name]) for name in (SERVICE, MODELLED)}
    return Times([rows[name] for name in sorted(rows)], {**told_from, "client": CLIENT_SOURCE})
