"""What a table is told about itself beside its schema: billing, throughput, life cycle, tags and the rest.

Rule: plain data that the table operations read and write; storage itself looks only at what it must obey.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROVISIONED = "PROVISIONED"
PAY_PER_REQUEST = "PAY_PER_REQUEST"


@dataclass(slots=True)
class Throughput:
    """Provisioned capacity in units per second, and when it last changed (epoch seconds)."""

    read_units: int = 0
    write_units: int = 0
    increased_at: float | None = None
    decreased_at: float | None = None
    decreases_today: int = 0


@dataclass(slots=True)
class TableSettings:
    """Mutable; one a table. Times are epoch seconds, wire-shaped members are kept as they are described."""

    arn: str
    table_id: str
    created_at: float
    status: str = "ACTIVE"
    billing_mode: str = PROVISIONED
    billing_mode_switched_at: float | None = None
    billing_mode_stated: bool = False
    throughput: Throughput = field(default_factory=Throughput)
    index_throughput: dict[str, Throughput] = field(default_factory=dict)
    attribute_types: dict[str, str] = field(default_factory=dict)
    deletion_protection: bool | None = None
    table_class: str | None = None
    table_class_changed_at: float | None = None
    sse: dict[str, Any] | None = None
    on_demand_throughput: dict[str, int] | None = None
    index_on_demand_throughput: dict[str, dict[str, int]] = field(default_factory=dict)
    warm_throughput: dict[str, Any] | None = None
    index_warm_throughput: dict[str, dict[str, Any]] = field(default_factory=dict)
    stream_view_type: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    time_to_live_attribute: str | None = None
    time_to_live_status: str = "DISABLED"
    point_in_time_recovery: dict[str, Any] | None = None
