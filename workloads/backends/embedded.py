"""The emulator inside this process as a backend, and what the emulator can do wherever it runs.

Rule: a thin edge over the public embedded client. Must not know the engine behind it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dynarig.emulator.embedded import EmbeddedClient
from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS
from dynarig.emulator.settings import Settings
from dynarig.workloads.backends.base import DEFAULT_REGION, FEATURES, Backend

# What stands behind a feature: it is there as soon as the emulator answers this operation.
_OPERATION_BEHIND = {
    "backups": "CreateBackup",
    "exports": "ExportTableToPointInTime",
    "partiql": "ExecuteStatement",
    "resource-policies": "PutResourcePolicy",
    "streams": "GetRecords",
    "tags": "TagResource",
    "transactions": "TransactWriteItems",
    "ttl": "UpdateTimeToLive",
}
_NEVER = frozenset({"global-tables"})
MISSING = {
    "global-tables": "the emulator replicates nothing between its regions",
    **{feature: f"the emulator has no {operation}" for feature, operation in _OPERATION_BEHIND.items()},
}


def features_of(operations: Collection[str]) -> frozenset[str]:
    """The features of an emulator that answers these operations."""
    absent = {feature for feature, operation in _OPERATION_BEHIND.items() if operation not in operations}
    return frozenset(FEATURES) - _NEVER - absent


EMULATOR_SUPPORTS = features_of({*OPERATIONS, *STREAMS_OPERATIONS})


class EmbeddedBackend(Backend):
    """The emulator in this process: its own and empty, or that of a given client.

    client: what answers; tests advance time by its `clock`. settings: of a new emulator.
    """

    name = "embedded"
    supports = EMULATOR_SUPPORTS
    missing = MISSING

    def __init__(
        self, region: str = DEFAULT_REGION, *, client: EmbeddedClient | None = None, settings: Settings | None = None
    ) -> None:
        super().__init__(region)
        self.client = client or EmbeddedClient(settings=settings)

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """The engine's answer; nothing of the request or the answer is shared with it."""
        return self.client.call(operation, request, region=self.region)

    def in_region(self, region: str) -> Backend:
        """The same emulator from another region."""
        return EmbeddedBackend(region, client=self.client)
