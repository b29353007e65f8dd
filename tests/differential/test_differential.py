"""The emulator beside another: thousands of seeded requests, every difference fixed or explained by a source.

The peer is DynamoDB Local where it can be had (Docker, or Java 17 and Maven). A request is made
of the seed and its number alone; after a difference on a write, and every `ROUND` requests, both sides start afresh.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

import orjson
import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends import Backend, BackendError, open_backend
from tests.differential import comparison, generator
from tests.differential.tables import TABLES
from tests.fuzz.json_mutators import mutated

SEED = int(os.environ.get("DYNARIG_DIFFERENTIAL_SEED", "1"))
COUNT = 3_000
ROUND = 100
_READS = frozenset({
    "GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable", "ListTables", "DescribeLimits",
    "DescribeTimeToLive",
})  # fmt: skip


def mutated_request(request: dict[str, Any], draw: Random) -> Any:
    """The request wrong in a place or two, still JSON; as it was where the mutation is none."""
    try:
        made = orjson.loads(mutated(request, draw))
        orjson.dumps(made)  # what is read at 1,024 levels is not always written
    except (orjson.JSONDecodeError, TypeError):
        return request
    return made


class Pair:
    """The emulator and a peer, holding the same."""

    def __init__(self, peer: str) -> None:
        self.ours: Backend = open_backend("embedded")
        try:
            self.peers: Backend = open_backend(peer)
        except BackendError:
            self.ours.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ours.close()
        self.peers.close()

    def prepare(self) -> None:
        """The tables anew, on both sides, with some items."""
        draw = Random(SEED)
        items = [(table["TableName"], generator.item(draw, table["TableName"])) for table in TABLES for _ in range(8)]
        for backend in (self.ours, self.peers):
            for name in backend.call("ListTables", {})["TableNames"]:
                backend.call("DeleteTable", {"TableName": name})
            for table in TABLES:
                backend.call("CreateTable", table)
            for name, item in items:
                comparison.outcome(backend, "PutItem", {"TableName": name, "Item": item})

    def outcomes(self, operation: str, request: dict[str, Any]) -> tuple[Any, Any]:
        """What each side says."""
        return comparison.outcome(self.ours, operation, request), comparison.outcome(self.peers, operation, request)


@pytest.fixture
def pair() -> Any:
    try:
        made = Pair("dynamodb-local")
    except BackendError as error:
        pytest.skip(str(error))
    with made:
        yield made


@pytest.mark.peers
@pytest.mark.parametrize(
    "first", [pytest.param(0, marks=pytest.mark.slow), pytest.param(COUNT, marks=pytest.mark.long)]
)
def test_every_difference_is_explained(pair: Pair, first: int) -> None:
    known = comparison.explanations(pair.peers.name)
    left: list[str] = []
    counts: Counter[str] = Counter()
    for number in range(first, first + COUNT):
        if number % ROUND == 0:
            pair.prepare()
        draw = Random(f"{SEED}:{number}")
        operation, request = generator.request(draw)
        if draw.random() < 0.3:
            request = mutated_request(request, draw)
            if not isinstance(request, dict):
                continue
        ours, peers = pair.outcomes(operation, request)
        found = comparison.disagreements(operation, ours, peers)
        if found and operation not in _READS:
            pair.prepare()
        counts["refused" if isinstance(ours, DynamoDBError) else "taken"] += 1
        counts["different" if found else "same"] += 1
        for each in comparison.unexplained(found, known, request):
            left.append(f"seed {SEED}, request {number}: {each}\n    {json.dumps(request)[:600]}")
    print(dict(counts), {each.source: each.uses for each in known if each.uses})
    assert not left, f"{len(left)} differences without a source:\n" + "\n".join(left[:40])
    assert min(counts["taken"], counts["refused"]) > COUNT // 10


def test_every_explanation_has_a_source() -> None:
    entries = json.loads(Path(comparison.KNOWN).read_text())
    for each in entries:
        assert each["peer"] == "dynamodb-local", each
        assert len(each["source"]) > 20, each
        assert set(each) - {"peer", "source"}, each


def test_a_difference_is_seen_and_explained_by_patterns() -> None:
    """The comparison itself: other messages differ, and only an entry that speaks of them explains it."""
    refused = [DynamoDBError("ValidationException", text) for text in ("one", "two")]
    found = comparison.disagreements("GetItem", *refused)
    assert [each.kind for each in found] == ["message"]
    fits = comparison.Explanation({"ours": re.compile("one")}, "a page of the documentation")
    assert comparison.unexplained(found, [], {}) == found
    assert comparison.unexplained(found, [fits], {}) == []
    assert fits.uses == 1
    assert comparison.disagreements("Scan", {"Items": [{"a": {"N": "1"}}]}, {"Items": [{"a": {"N": "1.0"}}]}) == []
