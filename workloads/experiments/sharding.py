"""The curve of write sharding: what one busy key takes over 1 to 32 shards, at rising load, before and after splits.

Rule: one course of load for virtual time and for a server: rates that rise, the highest one held until partitions have
been split, the same rates again. Sort keys are times, so that a shard is an item collection that is written in order,
which the service does not split. Rates and ceilings are scaled alike; figures are told as at full scale. Must not know
how a request travels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from dynarig.workloads.experiments.virtual import START, VirtualTable, row

SHARDS = (1, 2, 4, 8, 16, 32)
ON_DEMAND, PROVISIONED = "on-demand", "provisioned"
UNITS = {ON_DEMAND: None, PROVISIONED: (5, 16_000)}
BEFORE, HELD, AFTER = "before", "held", "after"
_SETTLED_SECONDS = 2  # of a step, after which what the step before has left unused is spent


@dataclass(frozen=True, slots=True)
class Course:
    """rates: of the steps, at full scale; the held load is the highest. heat_seconds: how long a partition is hot
    before it is split.
    """

    rates: tuple[int, ...]
    held_seconds: int
    step_seconds: int = 8
    heat_seconds: int = 600
    scale: float = 0.005

    def steps(self) -> Iterator[tuple[str, int, int]]:
        """(phase, rate, seconds), in order."""
        for phase in (BEFORE, HELD, AFTER):
            if phase == HELD:
                yield HELD, self.rates[-1], self.held_seconds
            else:
                yield from ((phase, rate, self.step_seconds) for rate in self.rates)


# On demand the load is held until twice the first peak is there too, after half an hour.
COURSES = {
    ON_DEMAND: Course((500, 1_000, 2_000, 4_000, 8_000), held_seconds=2_000),
    PROVISIONED: Course((500, 1_000, 2_000, 4_000, 8_000, 16_000), held_seconds=1_400),
}
# For a real clock: partitions are split after seconds instead of minutes.
SHORT_COURSES = {
    ON_DEMAND: Course((1_000, 8_000), held_seconds=26, step_seconds=7, heat_seconds=8),
    PROVISIONED: Course((1_000, 16_000), held_seconds=26, step_seconds=7, heat_seconds=8),
}


class Write(NamedTuple):
    """One write to come. at: seconds from the beginning; second: of its step."""

    at: float
    phase: str
    rate: int
    second: int
    item: dict[str, Any]


@dataclass
class Step:
    """The writes of a phase's step. first_at, last_at: when they were sent, in seconds from the beginning."""

    first_at: float
    last_at: float
    sent: int = 0
    accepted: int = 0

    @property
    def seconds(self) -> float:
        """How long it took to send them: more than was meant where the sender was late."""
        return (self.last_at - self.first_at) * self.sent / max(self.sent - 1, 1)


@dataclass
class Taken:
    """scale: of rates and ceilings. steps: by phase and offered rate. partitions: at first and at the end."""

    shards: int
    scale: float
    steps: dict[tuple[str, int], Step] = field(default_factory=dict)
    partitions: tuple[int, int] = (0, 0)
    splits: list[dict[str, Any]] = field(default_factory=list)
    throttled: dict[str, int] = field(default_factory=dict)

    def count(self, write: Write, at: float, *, accepted: bool) -> None:
        """Count one write that was sent. at: when, in seconds from the beginning."""
        if write.second < _SETTLED_SECONDS:
            return
        step = self.steps.setdefault((write.phase, write.rate), Step(at, at))
        step.last_at = at
        step.sent += 1
        step.accepted += accepted

    @property
    def accepted(self) -> dict[str, dict[int, float]]:
        """By phase and offered rate, a second at full scale."""
        found: dict[str, dict[int, float]] = {}
        for (phase, rate), step in self.steps.items():
            taken = step.accepted / step.seconds / self.scale if step.seconds else 0.0
            found.setdefault(phase, {})[rate] = round(taken, 1)
        return found

    def saw(self, heat: dict[str, Any]) -> None:
        """What admission tells of the table at the end."""
        ends = heat["partitions"]
        first = heat["splits"][0]["partitions"][0] if heat["splits"] else len(ends)
        self.partitions, self.splits, self.throttled = (first, len(ends)), heat["splits"], heat["throttled"]

    def most(self, phase: str) -> float:
        """Accepted at the best rate of a phase."""
        return max(self.accepted.get(phase, {0: 0.0}).values())

    def to_json(self) -> dict[str, Any]:
        """As data."""
        return {
            "shards": self.shards,
            "accepted_per_second": self.accepted,
            "most_per_second": {phase: self.most(phase) for phase in (BEFORE, AFTER)},
            "partitions": list(self.partitions),
            "splits": [{"at": each["at"], "cause": each["cause"], "to": each["partitions"][1]} for each in self.splits],
            "throttled": self.throttled,
        }


def writes(course: Course, shards: int, seed: int = 1) -> Iterator[Write]:
    """The course's writes to one user's shards, evenly in time, each to a shard drawn for it."""
    draw, begun, number = Random(seed), 0.0, 0
    for phase, rate, seconds in course.steps():
        due = max(round(rate * course.scale), 1)
        for position in range(due * seconds):
            item = row(f"USER#1#{draw.randrange(shards)}", f"{number:012}")
            yield Write(begun + position / due, phase, rate, position // due, item)
            number += 1
        begun += seconds


def in_virtual_time(kind: str, course: Course, shards: int) -> Taken:
    """One table's course on the engine."""
    table = VirtualTable(units=UNITS[kind], scale=course.scale, split_heat_seconds=course.heat_seconds)
    taken = Taken(shards, course.scale)
    for write in writes(course, shards):
        accepted = table.put(write.item, START + write.at).status == 200
        taken.count(write, write.at, accepted=accepted)
    table.now = START + sum(seconds for _, _, seconds in course.steps())
    taken.saw(table.heat())
    return taken
