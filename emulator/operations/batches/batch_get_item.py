"""BatchGetItem: up to 100 items of several tables, each read by itself. The order of its checks is recorded (2026)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from dynarig.emulator.expressions import PROJECTION
from dynarig.emulator.model import limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import NESTING
from dynarig.emulator.operations.checks import constraints, expressions, mixing, placeholders, values
from dynarig.emulator.operations.checks.stages import Faults, bare, enveloped, gathered, looks_at, runner
from dynarig.emulator.operations.checks.table_names import find_table, name_rules_broken
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.operation import LIST, Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.planning.key_checks import check_key
from dynarig.emulator.planning.plan import BatchPlan, Plan
from dynarig.emulator.planning.reads import plan_get

DUPLICATES = "Provided list of item keys contains duplicates"
MAP_KEYS = (
    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
    "Member must have length greater than or equal to 3, "
    "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
)


def block_requests(request: Request) -> Iterator[tuple[str, Request]]:
    """Each table's block as a request of its own, which single-item checks can look at; made once, programs kept."""
    blocks = request.programs.get("blocks")
    if blocks is None:
        blocks = request.programs["blocks"] = [
            (name, Request(request.operation, block, block, request.older, request.clean))
            for name, block in request.members["RequestItems"].items()
        ]
    yield from blocks


@looks_at("RequestItems")
def _not_empty(request: Request) -> Faults:
    if request.members["RequestItems"]:
        return None
    return constraints.newer_form("RequestItems", constraints.length_at_least(1))


@looks_at("RequestItems")
def _key_counts(request: Request) -> Faults:
    faults = []
    for name, block in request.members["RequestItems"].items():
        path = f"RequestItems.{name}.member.Keys"
        keys = block.get("Keys")
        if keys is None:
            faults.append(constraints.null(f"requestItems.{name}.member.keys"))
        elif not keys:
            faults.append(constraints.newer_form(path, constraints.length_at_least(1)))
        elif len(keys) > limits.BATCH_GET_KEYS_MAX:
            faults.append(constraints.newer_form(path, constraints.length_at_most(limits.BATCH_GET_KEYS_MAX)))
    return faults or None


@looks_at("RequestItems")
def _empty_lists(request: Request) -> Faults:
    return [
        constraints.older_form("[]", f"requestItems.{name}.member.attributesToGet", constraints.length_at_least(1))
        for name, block in request.members["RequestItems"].items()
        if block.get("AttributesToGet") == []
    ] or None


@looks_at("RequestItems")
def _names(request: Request) -> Faults:
    sent = request.body["RequestItems"]
    if not any(name_rules_broken(name) for name in sent):
        return None
    echo = orjson.dumps({name: sent[name] for name in sorted(sent)}).decode()
    return f"Value '{echo}' at 'requestItems' failed to satisfy constraint: {MAP_KEYS}"


@looks_at("RequestItems")
def _total(request: Request) -> Faults:
    total = sum(len(block["Keys"]) for block in request.members["RequestItems"].values())
    return "Too many items requested for the BatchGetItem call" if total > limits.BATCH_GET_KEYS_MAX else None


@looks_at("RequestItems")
def _mixing(request: Request) -> Faults:
    blocks = request.members["RequestItems"].values()
    if any("AttributesToGet" in block for block in blocks) and any(PROJECTION in block for block in blocks):
        return mixing.mixing_text(["AttributesToGet"], [PROJECTION])
    return None


@looks_at("RequestItems")
def _blocks(request: Request) -> Faults:
    for _, block in block_requests(request):
        _check_block(block)
    return None


@looks_at("RequestItems")
def _keys(request: Request) -> Faults:
    for block in request.members["RequestItems"].values():
        for key in block["Keys"]:
            if key.findings.depth > limits.NESTING_LEVELS_MAX:
                return NESTING
            fault = values.fault_text(key.findings, request.older)
            if fault is not None:
                return fault
    return None


@looks_at("RequestItems")
def _duplicates(request: Request) -> Faults:
    for block in request.members["RequestItems"].values():
        keys = [orjson.dumps(key.attributes, option=orjson.OPT_SORT_KEYS) for key in block["Keys"]]
        if len(set(keys)) != len(keys):
            return DUPLICATES
    return None


_BLOCK_STAGES = (
    bare(values.EMPTY_NAMES_TO_GET),
    bare(mixing.NAMES_WITHOUT_EXPRESSION),
    bare(placeholders.PLACEHOLDERS),
    bare(expressions.not_empty(PROJECTION)),
    bare(expressions.DUPLICATES_TO_GET),
)
STAGES = (
    gathered(constraints.required("RequestItems")),
    enveloped(_not_empty),
    enveloped(_key_counts),
    gathered(_names, _empty_lists, constraints.RETURN_CONSUMED_CAPACITY),
    bare(_total),
    bare(values.DEEP_NESTING),
    bare(values.EMPTY_NAMES),
    bare(_mixing),
    bare(_blocks),
    bare(_keys),
    bare(_duplicates),
)
_check = runner(STAGES)
_check_block = runner(_BLOCK_STAGES)
_check_projection = runner((bare(expressions.static(PROJECTION)), bare(expressions.DEFINED_AND_USED)))


def plan(body: dict[str, Any], context: Context) -> BatchPlan:
    """One plan a key; raises DynamoDBError where the request or a key is refused."""
    request = read_request("BatchGetItem", body)
    _check(request)
    blocks = []
    for name, block in block_requests(request):
        table = find_table(context.catalog, name)
        for key in block.members["Keys"]:
            check_key(table, key.attributes)
        _check_projection(block)
        blocks.append((name, table, block))
    parts: list[Plan] = []
    reads: list[tuple[str, int, Any]] = []  # a part's table name, position among the table's keys, and answer
    left: set[tuple[str, int]] = set()
    size = 0
    for name, table, block in blocks:
        projection = expressions.projection_of(block)
        consistent = block.members.get("ConsistentRead", False)
        for position, key in enumerate(block.members["Keys"]):
            read = plan_get(table, key.attributes, consistent=consistent, projection=projection)
            size += 0 if read.stored is None else read.stored.size
            if size > limits.BATCH_GET_SIZE_BYTES_MAX:
                left.add((name, position))
                continue
            parts.append(Plan(read.charges))
            reads.append((name, position, read.answer))
    return BatchPlan(parts, _Answer(request, reads, left), reported_capacity(request.members))


class _Answer:
    """Responses and UnprocessedKeys, once it is known which reads were admitted."""

    def __init__(self, request: Request, reads: Sequence[tuple[str, int, Any]], left: set[tuple[str, int]]) -> None:
        self._sent = {name: request.body["RequestItems"][name] for name in request.members["RequestItems"]}
        self._reads = reads
        self._left = left

    def __call__(self, outcomes: Sequence[DynamoDBError | None]) -> dict[str, Any]:
        if outcomes and all(outcome is not None for outcome in outcomes):
            raise next(outcome for outcome in outcomes if outcome is not None)
        responses: dict[str, list[Any]] = {name: [] for name in self._sent}
        left = set(self._left)
        for (name, position, answer), throttle in zip(self._reads, outcomes, strict=True):
            if throttle is not None:
                left.add((name, position))
            elif answer is not None:
                responses[name].append(answer)
        return {"Responses": responses, "UnprocessedKeys": self._unprocessed(left)}

    def _unprocessed(self, left: set[tuple[str, int]]) -> dict[str, Any]:
        """Blocks as sent, with the keys that were not read."""
        unprocessed = {}
        for name, block in self._sent.items():
            keys = [key for position, key in enumerate(block["Keys"]) if (name, position) in left]
            if keys:
                unprocessed[name] = {**block, "Keys": keys}
        return unprocessed


BATCH_GET_ITEM = Operation("BatchGetItem", plan, LIST)
