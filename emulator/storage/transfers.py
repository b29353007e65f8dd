"""Exports to buckets and imports from them, as they are told: what was asked for, how far it has come, how it ended.

Rule: plain records, which jobs write and operations read. A namespace keeps a bounded number of each; of those that
have ended the oldest go first. A table that is deleted takes none along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

IN_PROGRESS = "IN_PROGRESS"
COMPLETED = "COMPLETED"
FAILED = "FAILED"
# Code and message; the service's messages go on with codes and ids of S3's own.
NO_SUCH_BUCKET = ("S3NoSuchBucket", "The specified bucket does not exist")
WRONG_OWNER = ("S3AccessDenied", "Access Denied")
BAD_ITEMS = (
    "ItemValidationError",
    "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more "
    "details.",
)


@dataclass(slots=True, eq=False)
class Transfer:
    """Mutable. arn: its own name. asked: the members of the request. token: what tells a request from its repetition.

    started_at, ended_at: epoch seconds, None for not yet. failure: code and message of one that failed.
    """

    arn: str
    table_name: str
    table_arn: str
    table_id: str
    token: str
    asked: dict[str, Any]
    started_at: float
    status: str = IN_PROGRESS
    ended_at: float | None = None
    failure: tuple[str, str] | None = None

    def end(self, now: float, failure: tuple[str, str] | None = None) -> None:
        """It is over, well or not."""
        self.status = COMPLETED if failure is None else FAILED
        self.ended_at, self.failure = now, failure


@dataclass(slots=True, eq=False)
class Export(Transfer):
    """at: the instant (epoch seconds) whose items are told, of an incremental export the end of its period.

    item_count, billed_bytes, manifest: known once it is complete.
    """

    at: float = 0.0
    item_count: int = 0
    billed_bytes: int = 0
    manifest: str = ""


@dataclass(slots=True, eq=False)
class Import(Transfer):
    """Of its items so far: how many were looked at, stored and refused, and how many bytes were read, uncompressed."""

    processed_count: int = 0
    imported_count: int = 0
    error_count: int = 0
    processed_bytes: int = 0


T = TypeVar("T", bound=Transfer)


class Transfers(Generic[T]):
    """Mutable. The exports or the imports of a namespace, in the order of their beginning."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_arn: dict[str, T] = {}

    def add(self, transfer: T) -> None:
        """Keep one, and no longer the oldest that has ended, where there are too many."""
        self._by_arn[transfer.arn] = transfer
        if len(self._by_arn) > self._most:
            ended = (arn for arn, each in self._by_arn.items() if each.status != IN_PROGRESS)
            self._by_arn.pop(next(ended, ""), None)

    def get(self, arn: str) -> T | None:
        """The one of this name, or None."""
        return self._by_arn.get(arn)

    def with_token(self, token: str) -> T | None:
        """The one that was asked for with this token, or None."""
        return next((each for each in self._by_arn.values() if each.token == token), None)

    def all(self) -> list[T]:
        """All that are kept."""
        return list(self._by_arn.values())
