"""What a refusal, or a batch that was carried out in part, counts in CloudWatch.

Rules of the Developer Guide, metrics-dimensions: one throttle event each part that was held back, one throttled request
each request that was refused for it; a failed condition counts for its table and is no user error; neither is a
throttle. Must not know: how counts are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from dynarig.emulator.metrics.names import Dimensions, of_operation, of_table
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.errors import DynamoDBError

_CONDITION_FAILED = "ConditionalCheckFailedException"
_PROVISIONED_EXCEEDED = "ProvisionedThroughputExceededException"
_CONFLICT = "TransactionConflictException"


class ThrottleShape(Protocol):
    """One part that was held back. reason: as in ThrottlingReasons. resource: the ARN of the table or index."""

    @property
    def reason(self) -> str: ...
    @property
    def resource(self) -> str: ...


class Counted(NamedTuple):
    """value: what the metric's sum grows by in one sample."""

    name: str
    dimensions: Dimensions
    value: int = 1


def throttles_of(error: DynamoDBError | None) -> Sequence[ThrottleShape]:
    """The parts of a request that this error says were held back."""
    return getattr(error, "throttles", None) or ()


def throttle_events(throttles: Iterable[ThrottleShape]) -> Iterator[Counted]:
    """One event each, by axis and by cause."""
    for throttle in throttles:
        table, index = _named(throttle.resource)
        axis = "Read" if "Read" in throttle.reason else "Write"
        cause = throttle.reason.partition(axis)[2].removesuffix("Exceeded")
        yield Counted(f"{axis}ThrottleEvents", of_table(table, index))
        if cause:
            yield Counted(f"{axis}{cause}ThrottleEvents", of_table(table, index))


def refusal_counts(call: Call, error: DynamoDBError, charged: Sequence[str] = ()) -> Iterator[Counted]:
    """What one refused request counts, beside its throttle events. charged: tables that it was charged for, where it
    names none as such (statements)."""
    tables = tables_of(call) or charged
    if error.status >= 500:
        for table in tables:
            yield Counted("SystemErrors", of_operation(table, call.operation))
        return
    throttles = throttles_of(error)
    for table in sorted({_named(throttle.resource)[0] for throttle in throttles}):
        yield Counted("ThrottledRequests", of_operation(table, call.operation))
    reasons = (error.members or {}).get("CancellationReasons") or ()
    yield from _by_reason(call, tables, error, reasons)
    if error.code not in (_CONDITION_FAILED, _PROVISIONED_EXCEEDED) and not throttles:
        yield Counted("UserErrors", ())


def _by_reason(call: Call, tables: Sequence[str], error: DynamoDBError, reasons: Sequence[Any]) -> Iterator[Counted]:
    """Failed conditions and conflicts: of a single write, or of each action of a transaction by its table."""
    if error.code == _CONDITION_FAILED:
        yield from (Counted("ConditionalCheckFailedRequests", of_table(table)) for table in tables[:1])
    if error.code == _CONFLICT:
        yield from (Counted("TransactionConflict", of_table(table)) for table in tables[:1])
    codes = [(table, reason["Code"]) for table, reason in zip(_action_tables(call), reasons, strict=False)]
    for (table, code), times in sorted(Counter(codes).items()):
        if code == "ConditionalCheckFailed":
            yield from (Counted("ConditionalCheckFailedRequests", of_table(table)) for _ in range(times))
        elif code == "TransactionConflict":
            yield Counted("TransactionConflict", of_table(table), times)


def statement_counts(response: dict[str, Any]) -> Iterator[Counted]:
    """The failed conditions of statements in a batch that was answered."""
    for each in response["Responses"]:
        if each.get("Error", {}).get("Code") == "ConditionalCheckFailed" and "TableName" in each:
            yield Counted("ConditionalCheckFailedRequests", of_table(each["TableName"]))


def tables_of(call: Call) -> list[str]:
    """The tables that a request names, whatever else is wrong with it."""
    request = call.request
    names = [request.get("TableName"), *_action_tables(call)]
    blocks = request.get("RequestItems")
    names += list(blocks) if isinstance(blocks, dict) else []
    return list(dict.fromkeys(_bare(name) for name in names if isinstance(name, str)))


def _action_tables(call: Call) -> list[str]:
    """The table of each action of a transaction, "" where it names none."""
    actions = call.request.get("TransactItems")
    if not isinstance(actions, list):
        return []
    parts = [next(iter(each.values()), None) if isinstance(each, dict) else None for each in actions]
    names = [part.get("TableName") if isinstance(part, dict) else None for part in parts]
    return [_bare(name) if isinstance(name, str) else "" for name in names]


def _bare(name: str) -> str:
    """A table's name, of the name or its ARN."""
    return name.rpartition(":table/")[2].partition("/")[0]


def _named(resource: str) -> tuple[str, str | None]:
    """Table and index of a resource's ARN."""
    table, _, rest = resource.rpartition(":table/")[2].partition("/")
    return table, rest.partition("index/")[2] or None
