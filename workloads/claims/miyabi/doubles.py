"""What a test on a double of the service shows: the document's own patterns, and a load that must throttle."""

from __future__ import annotations

import time
from typing import Any

from dynarig.fixtures.access_patterns.library import Library
from dynarig.fixtures.access_patterns.pattern import read_patterns
from dynarig.fixtures.access_patterns.runner import run_all
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.backends.base import Backend, BackendError
from dynarig.workloads.backends.dynamodb_local import MISSING
from dynarig.workloads.backends.moto import MotoBackend
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.calls import Caller, refusal
from dynarig.workloads.claims.claim import Claim
from dynarig.workloads.claims.finding import FAILS, HOLDS, NOT_TESTABLE, PARTLY, Finding
from dynarig.workloads.claims.miyabi.traffic import SYSTEM
from dynarig.workloads.claims.register import checks

_SCALE = 0.01
_REGION = "af-south-1"  # no estate's: within a process moto shares a region between all that open it
_WRITES = 500  # at once, to a new table of one write unit a second


@checks("MYB-36")
def test_doubles(claim: Claim, bench: Bench) -> Finding:
    """The access patterns on the mock, and what it throttles of writes beyond a table's capacity."""
    try:
        with MotoBackend(_REGION) as mock:
            right, wrong = _patterns(bench, mock)
            throttled = _throttled(mock)
    except BackendError as error:
        return Finding(NOT_TESTABLE, "", str(error), disagreement="the mock is not installed.")
    by_us = _throttled(bench.virtual(capacity="enforce"))
    return Finding(
        HOLDS if right and not wrong else PARTLY if right else FAILS,
        f"{len(right)} of {len(right) + len(wrong)} access patterns right on moto; of {_WRITES} writes to a table of "
        f"one write unit a second it throttles {throttled}, the emulator here {by_us}; DynamoDB Local lacks "
        f"{', '.join(sorted(MISSING))}",
        "Good for logic; throttling, partition limits and index lag show on neither.",
        value=len(right),
        unit="patterns right",
        evidence={"wrong": wrong, "throttled": {"moto": throttled, "emulator": by_us}, "dynamodb_local": MISSING},
    )


def _patterns(bench: Bench, mock: Backend) -> tuple[list[str], list[str]]:
    """The ids of the document's patterns that the mock, freshly seeded, answers as DynamoDB does, and of the others."""
    system = SYSTEMS[SYSTEM]
    jobs = [Job(system, stage) for stage in system.stages]
    settings = bench.estate_settings(scale=_SCALE)
    Seeding(lambda region: mock, settings, Manifest(None, mock.name)).run(jobs)
    patterns = [pattern for pattern in read_patterns() if pattern.system == SYSTEM]
    right: list[str] = []
    wrong: list[str] = []
    for verdict in run_all(patterns, Library(jobs, settings), lambda region: mock, time.time):
        (right if verdict.agrees else wrong).append(verdict.pattern.id)
    return right, wrong


def _throttled(target: Caller) -> int:
    """How many of a burst of puts are throttled where one write unit a second is provisioned."""
    create: dict[str, Any] = {
        "TableName": "one-unit",
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    target.call("CreateTable", create)
    put = {"TableName": "one-unit", "Item": {"k": {"S": "hot"}}}
    refused = [refusal(target, "PutItem", put) for _ in range(_WRITES)]
    return sum(each.startswith("ProvisionedThroughputExceededException") for each in refused)
