"""Large items: the same document as one item and in chunks, and the 400 KB that no item may exceed.

The Miyabi document, "Large Item": `EXEC#<execId>#CHUNK#1`. Rule: a patch changes one small attribute, which costs the
whole item; a chunk is patched in the same way. At the edge an item of exactly 400 KB is taken and one of a byte more is
refused, which belongs to the scenario. Another emulator is asked beforehand what it does at the edge and how it counts:
what it does unlike DynamoDB is said of it, and neither counted as a failure nor compared.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import item_size
from dynarig.workloads.measure import Tally
from dynarig.workloads.scenarios.base import NONE_EXPECTED, Parameter, Scenario, Step
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

TABLE = "dynarig-executions"
LIMIT_BYTES = 400 * 1024  # Developer Guide, Quotas: an item, names and values together
READ_ONE, READ_CHUNKS = "read one item", "read its chunks"
PATCH_ONE, PATCH_CHUNK = "patch one item", "patch a chunk"
FITS, TOO_LARGE = "put 400 KB", "put a byte more"
_WEIGHTS = {READ_ONE: 3, READ_CHUNKS: 3, PATCH_ONE: 46, PATCH_CHUNK: 46, FITS: 1, TOO_LARGE: 1}
_REFUSED = "ValidationException"
_BY_SIZE = frozenset({_REFUSED})
_UNITS = "units"
_READ_UNIT_KB = 4
_MORE = {"ReturnConsumedCapacity": "TOTAL"}


class LargeItems(Scenario):
    """One document whole, and in chunks."""

    name = "large-items"
    question = "What do chunks save against one large item, and what happens at 400 KB?"
    tags = ("cost",)
    rate = 200.0
    parameters = (
        Parameter("document_kb", 200, "size of a document, in KB", minimum=8),
        Parameter("chunk_kb", 20, "size of a chunk, in KB", minimum=2),
        Parameter("documents", 10, "in either form", minimum=1),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """Each document as one item and in chunks."""
        if self.param["document_kb"] * 1024 > LIMIT_BYTES - 1024:
            raise ValueError("--param document_kb is at most 399: a larger document cannot be one item")
        target.make_table(create_table(TABLE, "PK SK"))
        for number in range(self.param["documents"]):
            target.load(TABLE, [made(f"EXEC#{number}", "DOCUMENT", self.param["document_kb"] * 1024)])
            chunks = range(1, self._chunks() + 1)
            target.load(TABLE, (made(f"EXEC#{number}#CHUNKS", _chunk(each), self._chunk_bytes()) for each in chunks))
        return {"unlike": {} if target.is_like_the_service else self._unlike(target)}

    def begin(self, prepared: dict[str, Any]) -> None:
        """Made once: an item of the largest size takes a while to build."""
        self._odd = frozenset(prepared["unlike"])
        self._edge = made(f"EDGE#{self.setting.process}", "DOCUMENT", LIMIT_BYTES)
        self._over = made(f"EDGE#{self.setting.process}", "DOCUMENT", LIMIT_BYTES + 1)

    def next(self, now: float) -> Step:
        """One of the six patterns, by weight."""
        (pattern,) = self.draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        document = f"EXEC#{int(self.draw.random() * self.param['documents'])}"
        chunk = _chunk(1 + int(self.draw.random() * self._chunks()))
        whole = {"PK": {"S": document}, "SK": {"S": "DOCUMENT"}}
        if pattern == READ_ONE:
            request = {"TableName": TABLE, "Key": whole, **_MORE}
            return Step(pattern, "GetItem", request, now, partial(_judge_one, self.param["document_kb"] * 1024))
        if pattern == READ_CHUNKS:
            return self._read_chunks(f"{document}#CHUNKS", now)
        if pattern == PATCH_ONE:
            return _patch(pattern, whole, now)
        if pattern == PATCH_CHUNK:
            return _patch(pattern, {"PK": {"S": f"{document}#CHUNKS"}, "SK": {"S": chunk}}, now)
        item = self._edge if pattern == FITS else self._over
        request = {"TableName": TABLE, "Item": item, **_MORE}
        if pattern == FITS:
            return Step(pattern, "PutItem", request, now, expected=_BY_SIZE if FITS in self._odd else NONE_EXPECTED)
        return Step(pattern, "PutItem", request, now, None if TOO_LARGE in self._odd else _taken, _BY_SIZE)

    def verify(self, run: Run) -> ScenarioVerdict:
        """Units and latency of either form, and what happened at the edge."""
        tallies = {name: run.patterns.get(name, Tally()) for name in _WEIGHTS}
        sizes = f"{self.param['document_kb']} KB", f"{self._chunks()} chunks"
        findings = []
        for one, parts, what in (
            (PATCH_ONE, PATCH_CHUNK, "changing a few bytes"),
            (READ_ONE, READ_CHUNKS, "reading all"),
        ):
            if tallies[one].succeeded and tallies[parts].succeeded:
                pair = tallies[one], tallies[parts]
                findings.append(_compared(what, sizes, pair, counts=_UNITS not in run.prepared["unlike"]))
        fits, refused = tallies[FITS], tallies[TOO_LARGE].refusals.get(_REFUSED, 0)
        findings.append(
            Finding(
                f"{LIMIT_BYTES:,} bytes were taken {fits.succeeded:,} times for "
                f"{fits.write_units / max(fits.succeeded, 1):g} write units, a byte more was refused {refused:,} times",
                {"taken": fits.succeeded, "refused": refused},
            )
        )
        unlike: dict[str, str] = run.prepared["unlike"]
        met = (fits.succeeded or FITS in unlike) and (refused or TOO_LARGE in unlike)
        doubts = () if met else ("the run was too short to meet the edge from both sides",)
        return ScenarioVerdict(tuple(findings), self.faults(run), doubts, tuple(unlike.values()))

    def _unlike(self, target: Target) -> dict[str, str]:
        """By pattern, what the target cannot do at the edge; by `units`, that it does not count them by size."""
        found = {}
        refusal = _put(target, LIMIT_BYTES)
        if refusal is not None:
            found[FITS] = f"take an item of {LIMIT_BYTES:,} bytes, as DynamoDB does: {refusal}"
        if _put(target, LIMIT_BYTES + 1) is None:
            found[TOO_LARGE] = f"refuse an item of {LIMIT_BYTES + 1:,} bytes, as DynamoDB does"
        key = {"PK": {"S": "EXEC#0"}, "SK": {"S": "DOCUMENT"}}
        answer = target.call("GetItem", {"TableName": TABLE, "Key": key, "ConsistentRead": True, **_MORE})
        units = (answer.get("ConsumedCapacity") or {}).get("CapacityUnits", 0.0)
        due = -(-self.param["document_kb"] // _READ_UNIT_KB)
        if units != due:
            read = f"a consistent read of {self.param['document_kb']} KB"
            found[_UNITS] = f"count capacity by size: {read} is {units:g} units to it, {due:g} to DynamoDB"
        return found

    def _read_chunks(self, document: str, now: float) -> Step:
        request = {
            "TableName": TABLE,
            "KeyConditionExpression": "PK = :document",
            "ExpressionAttributeValues": {":document": {"S": document}},
            **_MORE,
        }
        return Step(READ_CHUNKS, "Query", request, now, partial(_judge_chunks, self._chunks()))

    def _chunk_bytes(self) -> int:
        return int(self.param["chunk_kb"] * 1024)

    def _chunks(self) -> int:
        return -(-int(self.param["document_kb"]) // int(self.param["chunk_kb"]))


def made(partition: str, sort: str, size_bytes: int) -> dict[str, Any]:
    """An item of exactly so many bytes, by DynamoDB's count."""
    item: dict[str, Any] = {"PK": {"S": partition}, "SK": {"S": sort}, "patch": {"S": "0" * 9}, "body": {"S": ""}}
    item["body"] = {"S": "x" * (size_bytes - item_size(item))}
    return item


def _put(target: Target, size_bytes: int) -> str | None:
    """What a target says of an item of that size; None where it takes it."""
    try:
        target.call("PutItem", {"TableName": TABLE, "Item": made("EDGE", "DOCUMENT", size_bytes)})
    except DynamoDBError as error:
        return f"{error.code}: {error.message}"
    return None


def _chunk(number: int) -> str:
    return f"CHUNK#{number:03d}"


def _patch(pattern: str, key: dict[str, Any], now: float) -> Step:
    """Another text of the same length, so that the size stays."""
    text = f"{int(now * 1e4) % 10**9:09d}"
    request = {
        "TableName": TABLE,
        "Key": key,
        "UpdateExpression": "SET patch = :text",
        "ConditionExpression": "attribute_exists(PK)",
        "ExpressionAttributeValues": {":text": {"S": text}},
        **_MORE,
    }
    return Step(pattern, "UpdateItem", request, now)


def _judge_one(size_bytes: int, response: dict[str, Any], began: float, ended: float) -> str | None:
    item = response.get("Item")
    return None if item and item_size(item) == size_bytes else "the document is not whole"


def _judge_chunks(count: int, response: dict[str, Any], began: float, ended: float) -> str | None:
    sorts = [item["SK"]["S"] for item in response.get("Items", ())]
    if "LastEvaluatedKey" in response:
        return None  # a page ends at 1 MB
    return None if sorts == [_chunk(number) for number in range(1, count + 1)] else "chunks are missing or out of order"


def _taken(response: dict[str, Any], began: float, ended: float) -> str:
    return f"an item of {LIMIT_BYTES + 1:,} bytes was taken"


def _compared(what: str, sizes: tuple[str, str], tallies: tuple[Tally, Tally], *, counts: bool) -> Finding:
    """Units and p50 of a document whole and in chunks. counts: whether the target counts units by size."""
    units = [(each.read_units + each.write_units) / each.succeeded for each in tallies]
    ms = [each.from_actual.percentile(50.0) * 1e3 for each in tallies]
    figures = {"one_ms": ms[0], "chunks_ms": ms[1]}
    taken = [f"{each:.1f} ms" for each in ms]
    if counts:
        figures |= {"one_units": units[0], "chunks_units": units[1]}
        taken = [f"{each:,.1f} units and {time}" for each, time in zip(units, taken, strict=True)]
    return Finding(
        f"{what} of a document takes {taken[0]} as one item of {sizes[0]}, {taken[1]} in {sizes[1]} (p50)", figures
    )
