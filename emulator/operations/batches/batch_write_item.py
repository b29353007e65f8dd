"""BatchWriteItem: up to 25 puts and deletes, each written by itself. The order of its checks is recorded (2026)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import NESTING, SEVERAL_TYPES
from dynarig.emulator.model.schema import key_of
from dynarig.emulator.operations.batches.batch_get_item import DUPLICATES, MAP_KEYS
from dynarig.emulator.operations.checks import constraints, values
from dynarig.emulator.operations.checks.stages import Faults, bare, enveloped, gathered, looks_at, runner
from dynarig.emulator.operations.checks.table_names import find_table, name_rules_broken
from dynarig.emulator.operations.items.item_answer import collection_metrics, reported_capacity
from dynarig.emulator.operations.items.put_item import TOO_LARGE
from dynarig.emulator.operations.operation import LIST, Context, Operation
from dynarig.emulator.operations.requests import java_echo
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Attributes, Request
from dynarig.emulator.planning.conflicts import refuse_held
from dynarig.emulator.planning.key_checks import check_item_keys, check_key
from dynarig.emulator.planning.plan import BatchPlan, Plan
from dynarig.emulator.planning.writes import ItemWrite, plan_delete, plan_put
from dynarig.emulator.storage.table import Table

_COUNT = (
    "Map value must satisfy constraint: [Member must have length less than or equal to 25, "
    "Member must have length greater than or equal to 1]"
)


def _writes(request: Request) -> Iterator[tuple[str, Attributes, bool]]:
    """(table name, item or key, whether it is put) of every write, in order."""
    for name, requests in request.members["RequestItems"].items():
        for each in requests:
            if "PutRequest" in each:
                yield name, each["PutRequest"]["Item"], True
            else:
                yield name, each["DeleteRequest"]["Key"], False


@looks_at()
def _not_empty(request: Request) -> Faults:
    if request.members.get("RequestItems"):
        return None
    return "The requestItems parameter is required for BatchWriteItem"


@looks_at("RequestItems")
def _counts(request: Request) -> Faults:
    sent = request.body["RequestItems"]
    if all(
        1 <= len(requests) <= limits.BATCH_WRITE_REQUESTS_MAX for requests in request.members["RequestItems"].values()
    ):
        return None
    return f"Value '{java_echo.write_requests(sent)}' at 'requestItems' failed to satisfy constraint: {_COUNT}"


@looks_at("RequestItems")
def _names(request: Request) -> Faults:
    sent = request.body["RequestItems"]
    if not any(name_rules_broken(name) for name in sent):
        return None
    return f"Value '{java_echo.write_requests(sent)}' at 'requestItems' failed to satisfy constraint: {MAP_KEYS}"


@looks_at("RequestItems")
def _members(request: Request) -> Faults:
    faults = []
    for name, requests in request.members["RequestItems"].items():
        for position, each in enumerate(requests, 1):
            path = f"requestItems.{name}.member.{position}.member"
            if "PutRequest" in each and "Item" not in each["PutRequest"]:
                faults.append(constraints.null(f"{path}.putRequest.item"))
            if "DeleteRequest" in each and "Key" not in each["DeleteRequest"]:
                faults.append(constraints.null(f"{path}.deleteRequest.key"))
    return faults or None


@looks_at("RequestItems")
def _total(request: Request) -> Faults:
    total = sum(map(len, request.members["RequestItems"].values()))
    return "Too many items requested for the BatchWriteItem call" if total > limits.BATCH_WRITE_REQUESTS_MAX else None


@looks_at("RequestItems")
def _one_of_two(request: Request) -> Faults:
    for requests in request.members["RequestItems"].values():
        if any(("PutRequest" in each) == ("DeleteRequest" in each) for each in requests):
            return SEVERAL_TYPES
    return None


@looks_at("RequestItems")
def _values(request: Request) -> Faults:
    for _, written, _ in _writes(request):
        fault = values.fault_text(written.findings, request.older)
        if fault is not None:
            return fault
        if written.findings.depth > limits.NESTING_LEVELS_MAX:
            return NESTING
    return None


@looks_at("RequestItems")
def _sizes(request: Request) -> Faults:
    total = 0
    for _, written, is_put in _writes(request):
        total += written.size
        if is_put and written.size > limits.ITEM_SIZE_BYTES_MAX:
            return TOO_LARGE
    if total > limits.BATCH_WRITE_SIZE_BYTES_MAX:
        return "Request size has exceeded the maximum allowed size: 16777216"
    return None


STAGES = (
    bare(_not_empty),
    gathered(_counts, constraints.RETURN_CONSUMED_CAPACITY, constraints.RETURN_ITEM_COLLECTION_METRICS),
    enveloped(_names),
    gathered(_members),
    bare(_total),
    bare(_one_of_two),
    bare(values.DEEP_NESTING),
    bare(values.EMPTY_NAMES),
    bare(_values),
    bare(_sizes),
)
_check = runner(STAGES)


def plan(body: dict[str, Any], context: Context) -> BatchPlan:
    """One plan a write; raises DynamoDBError where the request or a key is refused."""
    request = read_request("BatchWriteItem", body)
    _check(request)
    tables = {name: find_table(context.catalog, name) for name in request.members["RequestItems"]}
    for name, written, is_put in _writes(request):
        if is_put:
            check_item_keys(tables[name], written.attributes, collapse=True)
        else:
            check_key(tables[name], written.attributes)
    _check_duplicates(request, tables)
    writes = []
    for name, written, is_put in _writes(request):
        refuse_held(tables[name], written.attributes, context.now)
        if is_put:
            write = plan_put(tables[name], written.attributes, written.size)
        else:
            write = plan_delete(tables[name], written.attributes)
        writes.append((name, write, written.attributes))
    parts = [Plan(write.charges, write.changes) for _, write, _ in writes]
    return BatchPlan(parts, _Answer(request, writes), reported_capacity(request.members))


def _check_duplicates(request: Request, tables: dict[str, Table]) -> None:
    seen = set()
    for name, written, _ in _writes(request):
        key = (tables[name].name, orjson.dumps(key_of(written.attributes, tables[name].schema.keys)))
        if key in seen:
            raise errors.validation(DUPLICATES)
        seen.add(key)


class _Answer:
    """UnprocessedItems and metrics, once it is known which writes were admitted."""

    def __init__(self, request: Request, writes: Sequence[tuple[str, ItemWrite, Any]]) -> None:
        self._sent = {name: request.body["RequestItems"][name] for name in request.members["RequestItems"]}
        self._writes = writes
        self._with_metrics = request.members.get("ReturnItemCollectionMetrics") == "SIZE"

    def __call__(self, outcomes: Sequence[DynamoDBError | None]) -> dict[str, Any]:
        if outcomes and all(outcome is not None for outcome in outcomes):
            raise next(outcome for outcome in outcomes if outcome is not None)
        unprocessed: dict[str, list[Any]] = {}
        metrics: dict[str, dict[Any, Any]] = {}
        sent = ((name, each) for name, requests in self._sent.items() for each in requests)
        for (name, each), (_, write, attributes), throttle in zip(sent, self._writes, outcomes, strict=True):
            if throttle is not None:
                unprocessed.setdefault(name, []).append(each)
            elif self._with_metrics and write.table.collection_sizes is not None:
                # After all of the batch: the collection's size is what it is once the answer is made.
                metrics.setdefault(name, {})[write.place[0]] = collection_metrics(write, attributes, applied=True)
        response: dict[str, Any] = {"UnprocessedItems": unprocessed}
        if metrics:
            response["ItemCollectionMetrics"] = {name: list(each.values()) for name, each in metrics.items()}
        return response


BATCH_WRITE_ITEM = Operation("BatchWriteItem", plan, LIST)
