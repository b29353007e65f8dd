"""The metrics that DynamoDB publishes: names, dimensions, units and scales.

Source: Developer Guide, metrics-dimensions. A value is kept as a whole number of `scale`-ths of its unit: half units,
microseconds of a latency that is shown in milliseconds.
"""

from __future__ import annotations

from typing import NamedTuple

from dynarig.emulator.metrics.series import Namespace

CLOUDWATCH_NAMESPACE = "AWS/DynamoDB"
COUNT = "Count"
MILLISECONDS = "Milliseconds"
BYTES = "Bytes"
PERCENT = "Percent"

Dimensions = tuple[tuple[str, str], ...]  # (name, value) in the order of names


class MetricKey(NamedTuple):
    """One metric of one account and region: its name and its dimensions."""

    namespace: Namespace
    name: str
    dimensions: Dimensions


class MetricKind(NamedTuple):
    """unit: as CloudWatch names it. scale: kept values per unit."""

    unit: str
    scale: int


_COUNTED = MetricKind(COUNT, 1)
KINDS: dict[str, MetricKind] = {
    "ConsumedReadCapacityUnits": MetricKind(COUNT, 2),
    "ConsumedWriteCapacityUnits": MetricKind(COUNT, 2),
    "SuccessfulRequestLatency": MetricKind(MILLISECONDS, 1000),
    "ReturnedBytes": MetricKind(BYTES, 1),
    "OnlineIndexPercentageProgress": MetricKind(COUNT, 1),
    "AccountProvisionedReadCapacityUtilization": MetricKind(PERCENT, 1000),
    "AccountProvisionedWriteCapacityUtilization": MetricKind(PERCENT, 1000),
    "MaxProvisionedTableReadCapacityUtilization": MetricKind(PERCENT, 1000),
    "MaxProvisionedTableWriteCapacityUtilization": MetricKind(PERCENT, 1000),
}


def kind_of(name: str) -> MetricKind:
    """Unit and scale of a metric; plain counts where the table has none."""
    return KINDS.get(name, _COUNTED)


def of_table(table: str, index: str | None = None) -> Dimensions:
    """The dimensions of a table, or of a global index."""
    if index is None:
        return (("TableName", table),)
    return (("GlobalSecondaryIndexName", index), ("TableName", table))


def of_operation(table: str, operation: str, stream_label: str | None = None) -> Dimensions:
    """The dimensions of an operation on a table, or on a stream of it."""
    dimensions: Dimensions = (("Operation", operation), ("TableName", table))
    if stream_label is not None:
        dimensions = (dimensions[0], ("StreamLabel", stream_label), dimensions[1])
    return dimensions
