"""What a table is told about itself beside its schema: billing, throughput, life cycle, tags and the rest.

Rule: plain data that the table operations read and write; storage itself looks only at what it must obey. What is still
to come is a `Step` with its instant, never a callback, so that a table's whole state stays plain data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROVISIONED = "PROVISIONED"
PAY_PER_REQUEST = "PAY_PER_REQUEST"

CREATING = "CREATING"
ACTIVE = "ACTIVE"
UPDATING = "UPDATING"
DELETING = "DELETING"

_SECONDS_OF_DAY = 86_400


@dataclass(slots=True)
class Throughput:
    """Provisioned capacity in units per second, and when it last changed (epoch seconds).

    decreases_at: when it was lowered, of the last day on which it was.
    """

    read_units: int = 0
    write_units: int = 0
    increased_at: float | None = None
    decreased_at: float | None = None
    decreases_at: tuple[float, ...] = ()

    def decreases_on_day_of(self, now: float) -> tuple[float, ...]:
        """The decreases since midnight UTC of the day of `now`."""
        day = now // _SECONDS_OF_DAY
        return tuple(at for at in self.decreases_at if at // _SECONDS_OF_DAY == day)


@dataclass(slots=True)
class WarmThroughput:
    """What a table or index is ready to serve at once, units per second; status: ACTIVE or UPDATING."""

    read_units: int
    write_units: int
    status: str = ACTIVE


@dataclass(frozen=True, slots=True)
class Insight:
    """Contributor Insights of a table or a global index. mode: which keys it counts.

    changed_at, and since when there are rules of accessed and of throttled keys: epoch seconds.
    """

    mode: str
    enabled: bool
    changed_at: float
    accessed_since: float
    throttled_since: float


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a table at an instant. kind: one of `lifecycle`'s. index: the index it is about, or None."""

    due_at: float
    kind: str
    index: str | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class PolicySlot:
    """The resource policy of a table or a stream, or that there is none any more.

    document: its parsed JSON, None once it is deleted. revision_id: of its last change, which was at changed_at.
    """

    document: dict[str, Any] | None
    revision_id: str
    changed_at: float


@dataclass(frozen=True, slots=True)
class RestoredFrom:
    """What a table was restored from. backup_arn: None for the table itself. at: the instant, epoch seconds."""

    table_arn: str
    backup_arn: str | None
    at: float


@dataclass(frozen=True, slots=True)
class KinesisDestination:
    """A Kinesis data stream that item changes are to go to.

    status: ENABLING, ACTIVE, UPDATING, DISABLING, DISABLED or ENABLE_FAILED. precision: of its records' times,
    MILLISECOND or MICROSECOND, None where it was never set. why_failed: to be enabled.
    """

    status: str
    precision: str | None = None
    why_failed: str | None = None


@dataclass(slots=True)
class TableSettings:
    """Mutable; one a table. Times are epoch seconds, wire-shaped members are kept as they are described.

    steps: what is still to come, soonest first. attribute_types: the declared attributes, in declared order.
    billing_mode_switched_at: when it was last set to PAY_PER_REQUEST. statistics: items and bytes as last counted, by
    index, None the table; None where they are described as they are. time_to_live_attribute: the one in force;
    time_to_live_shown: the one described, which may not be in force yet. policies: resource policies, the table's own
    under "", those of its streams under their labels. kinesis_destinations: by the stream's ARN, the oldest first.
    """

    arn: str
    table_id: str
    created_at: float
    status: str = ACTIVE
    steps: list[Step] = field(default_factory=list)
    billing_mode: str = PROVISIONED
    billing_mode_switched_at: float | None = None
    switched_to_on_demand_at: tuple[float, ...] = ()
    throughput: Throughput = field(default_factory=Throughput)
    index_throughput: dict[str, Throughput] = field(default_factory=dict)
    attribute_types: dict[str, str] = field(default_factory=dict)
    deletion_protection: bool | None = None
    table_class: str | None = None
    table_class_changed_at: float | None = None
    sse: dict[str, Any] | None = None
    on_demand_throughput: dict[str, int] = field(default_factory=dict)
    index_on_demand_throughput: dict[str, dict[str, int]] = field(default_factory=dict)
    warm_throughput: WarmThroughput | None = None
    index_warm_throughput: dict[str, WarmThroughput] = field(default_factory=dict)
    stream_view_type: str | None = None
    stream_label: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    time_to_live_attribute: str | None = None
    time_to_live_shown: str | None = None
    time_to_live_status: str = "DISABLED"
    time_to_live_changed_at: float | None = None
    policies: dict[str, PolicySlot] = field(default_factory=dict)
    point_in_time_recovery: dict[str, Any] | None = None
    kinesis_destinations: dict[str, KinesisDestination] = field(default_factory=dict)
    insights: dict[str | None, Insight] = field(default_factory=dict)
    statistics: dict[str | None, tuple[int, int]] | None = None
    restored_from: RestoredFrom | None = None

    @property
    def serves_items(self) -> bool:
        """Whether item operations find the table: not while it is being created or deleted."""
        return self.status in (ACTIVE, UPDATING)
