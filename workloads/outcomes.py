"""What an answer means for the count: success, throttle or error, and the units it consumed. Pure."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import NoAnswer

THROTTLE_CODES = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"})
PARTLY = "UnprocessedItems"  # as what a batch that came back in part is counted
_THROTTLE_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})
_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})


def throttle_code(error: Exception) -> str | None:
    """The code if `error` is a throttle, else None.

    A cancelled transaction is one if every reason that it names is a throttle.
    """
    if not isinstance(error, DynamoDBError):
        return None
    if error.code in THROTTLE_CODES:
        return error.code
    if error.code == "TransactionCanceledException" and error.members:
        reasons = {reason.get("Code", "None") for reason in error.members.get("CancellationReasons", [])} - {"None"}
        if reasons and reasons <= _THROTTLE_REASONS:
            return f"TransactionCanceledException[{','.join(sorted(reasons))}]"
    return None


def error_code(error: Exception) -> str:
    """One word for the tables."""
    return error.code if isinstance(error, DynamoDBError | NoAnswer) else type(error).__name__


def unprocessed(response: dict[str, Any]) -> bool:
    """Whether a batch came back in part, which is how batches are throttled."""
    return bool(response.get("UnprocessedItems") or response.get("UnprocessedKeys"))


def consumed_units(operation: str, response: dict[str, Any]) -> tuple[float, float]:
    """(read units, write units) that the answer reports; zeros where it reports none."""
    reported = response.get("ConsumedCapacity")
    if not reported:
        return 0.0, 0.0
    entries = reported if isinstance(reported, list) else [reported]
    units = sum(entry.get("CapacityUnits", 0.0) for entry in entries)
    return (units, 0.0) if operation in _READS else (0.0, units)
