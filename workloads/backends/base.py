"""What a backend is: anything that answers ``call(operation, request)``.

Rule: a scenario or test asks what a backend supports; it never asks which backend it is. An answer is the operation's
JSON as a dict (binary as base64 text, dates as epoch seconds); an error of the service is a DynamoDBError, seen as it
came, never retried here. It must not know any particular backend.

    BackendError                 the backend itself is unusable: told in one line, no trace needed
    └── BackendUnreachable       it did not answer, or broke the connection
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from dynarig.workloads.signing import LOCAL_CREDENTIALS, Credentials

STREAMS_OPERATIONS = frozenset({"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"})
DEFAULT_REGION = "us-east-1"

# Every feature a backend may have, in words for a report.
FEATURES: Mapping[str, str] = {
    "admin": "state outside the API: heat per partition, meters, faults, snapshots",
    "backups": "on-demand backups and point-in-time recovery",
    "capacity": "consumed capacity counted by the service's rules, per index where asked",
    "clock": "time that a test can freeze and advance",
    "deletion-protection": "DeleteTable refused on a protected table",
    "exports": "export to and import from S3",
    "global-tables": "replicas in other regions",
    "limits": "the service's limits on sizes, counts and page bytes",
    "multi-attribute-keys": "index keys of up to four attributes each",
    "on-demand-limits": "OnDemandThroughput and WarmThroughput on tables and indexes",
    "partiql": "ExecuteStatement, BatchExecuteStatement, ExecuteTransaction",
    "regions": "a namespace per region",
    "resource-policies": "resource-based policies",
    "sse": "SSESpecification kept and described",
    "streams": "streams with ordered shards and all four view types",
    "table-class": "STANDARD_INFREQUENT_ACCESS kept and described",
    "tags": "TagResource, UntagResource, ListTagsOfResource",
    "throttling": "requests refused when a table, index or partition is out of capacity",
    "transactions": "TransactWriteItems and TransactGetItems with cancellation reasons",
    "ttl": "expired items deleted in the background",
}


class BackendError(Exception):
    """The backend cannot be used; the text is one line for a person."""


class BackendUnreachable(BackendError):
    """Nothing answers at the address, or the connection broke."""


class NoAnswer(BackendUnreachable):
    """One request got no answer: refused, timed out or cut off. `code` names the cause in one word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Backend(ABC):
    """One region of something that speaks DynamoDB. Open it, call it, close it; it is its own context manager.

    name: for reports. region: of every call. supports: names out of FEATURES. missing: why, for what it lacks.
    """

    name: str = ""
    supports: frozenset[str] = frozenset()
    missing: Mapping[str, str] = {}

    def __init__(self, region: str = DEFAULT_REGION) -> None:
        self.region = region

    @abstractmethod
    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request, which is left as it was. Raises DynamoDBError or BackendError."""

    @abstractmethod
    def in_region(self, region: str) -> Backend:
        """The same backend seen from another region; closing it leaves this one open."""

    def open(self) -> Self:
        """Make it ready to answer; a second call changes nothing. Raises BackendError."""
        return self

    def close(self) -> None:  # noqa: B027 - most have nothing to release
        """Release what `open` took; a second call changes nothing."""

    def report(self) -> dict[str, str]:
        """Each feature that is missing, with the reason in words."""
        return {
            feature: self.missing.get(feature, f"{self.name} has no {FEATURES[feature]}")
            for feature in sorted(FEATURES)
            if feature not in self.supports
        }

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def without(*features: str) -> frozenset[str]:
    """Every feature but these."""
    unknown = set(features) - set(FEATURES)
    assert not unknown, f"not features: {sorted(unknown)}"
    return frozenset(FEATURES) - set(features)


def local_credentials() -> Credentials:
    """What local servers are signed with: the environment's key pair as every SDK would, else a fixed pair."""
    access_key = os.environ.get("AWS_ACCESS_KEY_ID")
    secret_key = os.environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key:
        return Credentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN"))
    return LOCAL_CREDENTIALS


def target_of(operation: str) -> str:
    """The X-Amz-Target header of an operation."""
    service = "DynamoDBStreams_20120810" if operation in STREAMS_OPERATIONS else "DynamoDB_20120810"
    return f"{service}.{operation}"
