"""What an operation is: a name, what it plans, and how it reports capacity. Holds no operation itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from dynarig.emulator.model.buckets import Buckets, NoBuckets
from dynarig.emulator.planning.plan import BatchPlan, Plan
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog

NONE = "none"  # reports no consumed capacity
SINGLE = "single"  # one ConsumedCapacity structure: single-item operations, Query, Scan
LIST = "list"  # one structure a table, CapacityUnits only: batches
TRANSACTION_READ = "transaction read"  # one a table, with ReadCapacityUnits at every level
TRANSACTION_WRITE = "transaction write"  # one a table, with WriteCapacityUnits at every level


@dataclass(slots=True)
class Context:
    """What planning may look at besides the request; one a namespace, whose time each call sets.

    now: epoch seconds. random: for identifiers, seeded. buckets: of S3.
    """

    catalog: Catalog
    now: float
    settings: Settings
    random: Random
    buckets: Buckets = field(default_factory=NoBuckets)


PlanRequest = Callable[[dict[str, Any], Context], Plan | BatchPlan]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    name: as in the service model. plan: from the JSON body to a plan; raises DynamoDBError. capacity: the shape of its
    ConsumedCapacity. streams: whether it belongs to the DynamoDB Streams service.
    """

    name: str
    plan: PlanRequest
    capacity: str = NONE
    streams: bool = False
