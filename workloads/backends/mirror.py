"""Two backends run side by side on the same requests, and what they disagree on.

Rule: the left one's answer is the answer; the right one is compared and never seen otherwise. Must not know what
either backend is, beyond what it says that it supports.

A page token, stream address or shard iterator belongs to the server that gave it, so each is learnt as a pair when the
answers come in and put in place when a later request names the left one's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Self

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import Backend
from dynarig.workloads.backends.likeness import Difference, Outcome, differences

_TOKENS = frozenset({
    "BackupArn", "ExportArn", "LatestStreamArn", "NextShardIterator", "NextToken", "SequenceNumber", "ShardId",
    "ShardIterator", "StartingSequenceNumber", "StreamArn", "TableArn", "LastEvaluatedStreamArn",
    "LastEvaluatedShardId",
})  # fmt: skip
_DIFFERENCES_MAX = 10_000


class MirrorBackend(Backend):
    """Calls both, gives the left one's answer, and keeps what differs in `found`.

    ignore: further members that are not compared. Capacity is compared only where both count it.
    """

    def __init__(self, left: Backend, right: Backend, *, ignore: frozenset[str] = frozenset()) -> None:
        super().__init__(left.region)
        self.left = left
        self.right = right
        self.found: list[Difference] = []
        self.calls = 0
        self._ignored_by_user = ignore
        self._pairs: dict[str, str] = {}
        # One request at a time: two writers would reach the two sides in different orders.
        self._lock = threading.RLock()
        self._know_sides()

    def open(self) -> Self:
        """Open both, or neither. Raises BackendError."""
        self.left.open()
        try:
            self.right.open()
        except BaseException:
            self.left.close()
            raise
        self._know_sides()
        return self

    def close(self) -> None:
        """Close both."""
        try:
            self.left.close()
        finally:
            self.right.close()

    def in_region(self, region: str) -> Backend:
        """A mirror of both seen from another region, with the same list of differences."""
        sibling = MirrorBackend(self.left.in_region(region), self.right.in_region(region), ignore=self._ignored_by_user)
        sibling.found, sibling._pairs, sibling._lock = self.found, self._pairs, self._lock
        return sibling

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """The left one's answer or error, after both were asked."""
        with self._lock:
            left = _outcome(self.left, operation, request)
            right = _outcome(self.right, operation, self._for_right(request))
            self.calls += 1
            room = _DIFFERENCES_MAX - len(self.found)
            self.found.extend(differences(operation, left, right, self._ignored)[: max(0, room)])
            if isinstance(left, dict) and isinstance(right, dict):
                self._pairs.update(_token_pairs(left, right))
        if isinstance(left, DynamoDBError):
            raise left
        return left

    def _know_sides(self) -> None:
        self.name = f"mirror:{self.left.name},{self.right.name}"
        self.supports = self.left.supports & self.right.supports
        lacking = {**self.right.report(), **self.left.report()}
        self.missing = lacking
        free = {"ConsumedCapacity"} if "capacity" in lacking else set()
        free |= {"SSEDescription"} if "sse" in lacking else set()
        free |= {"TableClassSummary"} if "table-class" in lacking else set()
        free |= {"OnDemandThroughput", "WarmThroughput"} if "on-demand-limits" in lacking else set()
        self._ignored = self._ignored_by_user | free

    def _for_right(self, value: Any) -> Any:
        """`value` with the left one's tokens replaced; a part without any is the part itself."""
        if isinstance(value, dict):
            return {
                name: self._pairs.get(inner, inner) if isinstance(inner, str) else self._for_right(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self._for_right(inner) for inner in value]
        return value


def _outcome(backend: Backend, operation: str, request: dict[str, Any]) -> Outcome:
    try:
        return backend.call(operation, request)
    except DynamoDBError as error:
        return error


def _token_pairs(left: Any, right: Any) -> Iterator[tuple[str, str]]:
    """(left's token, right's token) wherever both answers hold one in the same place."""
    if isinstance(left, dict) and isinstance(right, dict):
        for name in left.keys() & right.keys():
            one, other = left[name], right[name]
            if isinstance(one, str) and isinstance(other, str):
                if name in _TOKENS and one != other:
                    yield one, other
            else:
                yield from _token_pairs(one, other)
    elif isinstance(left, list) and isinstance(right, list):
        for one, other in zip(left, right, strict=False):
            yield from _token_pairs(one, other)
