"""Change data capture: the targets on the local pipeline, the transformer's fault, what the rule lets through."""

from __future__ import annotations

import json
import time
from math import ceil

from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.claim import Claim, find_claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, NOT_TESTABLE, PARTLY, Finding
from dynarig.workloads.claims.natterbox.pipeline import EXAMPLE, SHARDS, Passed, pipeline, run, transform_cdc_event
from dynarig.workloads.claims.register import checks

_RATES = (10, 50)
_SECONDS = 5.0
_BATCH = 100


def _passed(bench: Bench) -> dict[int, Passed]:
    """The pipeline at several rates; taken once a run. Raises BackendError where moto is missing."""

    def measure() -> dict[int, Passed]:
        found = {}
        for rate in _RATES:
            with pipeline() as line:
                found[rate] = run(bench.virtual(region="eu-west-2"), line, rate, _SECONDS)
        return found

    return bench.once("natterbox pipeline", measure)


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, ceil(len(ordered) * share) - 1)]


def _missing(error: BackendError) -> Finding:
    return Finding(NOT_TESTABLE, "", str(error), disagreement="the pipeline needs moto's server.")


@checks("NBX-01")
def end_to_end(claim: Claim, bench: Bench) -> Finding:
    """From the commit of a change to its event in the queue."""
    try:
        found = _passed(bench)
    except BackendError as error:
        return _missing(error)
    target = claim.number("target")
    worst = max(_percentile(passed.latencies, 0.99) for passed in found.values())
    whole = all(passed.delivered == passed.produced for passed in found.values())
    return Finding(
        HOLDS if whole and worst < target else FAILS,
        "; ".join(
            f"{rate} changes a second: p50 {_percentile(passed.latencies, 0.5) * 1e3:.0f} ms, p99 "
            f"{_percentile(passed.latencies, 0.99) * 1e3:.0f} ms, {passed.delivered} of {passed.produced} delivered"
            for rate, passed in found.items()
        ),
        "The local stand-in (stream, Kinesis, transformer, bus, rule, queue) keeps the target with room; the "
        "replication "
        "task before it, which polls and batches, is not in it.",
        value=worst,
        unit="s (p99)",
        evidence={
            str(rate): {"latencies": passed.latencies, "produced": passed.produced, "delivered": passed.delivered}
            for rate, passed in found.items()
        },
    )


@checks("NBX-03")
def transformer(claim: Claim, bench: Bench) -> Finding:
    """The documented code over a hundred thousand events in batches of a hundred."""
    target = claim.number("target") / 1e3
    seconds = []
    for _ in range(1_000):
        began = time.perf_counter()
        for _ in range(_BATCH):
            transform_cdc_event(EXAMPLE)
        seconds.append(time.perf_counter() - began)
    worst = _percentile(seconds, 0.99)
    return Finding(
        HOLDS if worst < target else FAILS,
        f"p99 {worst * 1e3:.2f} ms a batch of {_BATCH} over {1_000 * _BATCH:,} events",
        "A few look-ups and a JSON text an event; a cold start adds some hundred milliseconds that no bench here has.",
        value=worst * 1e3,
        unit="ms (p99) a batch",
        evidence={"batches": len(seconds), "p50_ms": _percentile(seconds, 0.5) * 1e3},
    )


@checks("NBX-05")
def iterator_age(claim: Claim, bench: Bench) -> Finding:
    """How old the oldest record of each poll of Kinesis was."""
    try:
        found = _passed(bench)
    except BackendError as error:
        return _missing(error)
    ages = {rate: _percentile(passed.iterator_ages, 0.99) * 1e3 for rate, passed in found.items()}
    return Finding(
        HOLDS if max(ages.values()) < claim.number("target") else PARTLY,
        ", ".join(f"{rate} changes a second: p99 {age:.0f} ms" for rate, age in ages.items()),
        "It stays low while the consumer keeps up; a consumer slower than the changes makes it grow without end.",
        value=max(ages.values()),
        unit="ms (p99)",
        evidence={"ages_ms": {str(rate): age for rate, age in ages.items()}},
    )


@checks("NBX-07")
def concurrency(claim: Claim, bench: Bench) -> Finding:
    """How many transformers can run at once: one a shard, at most ten with the parallelization factor."""
    reserved = claim.number("reserved")
    most = SHARDS * 10
    return Finding(
        PARTLY if most < reserved else HOLDS,
        f"{SHARDS} shards: {SHARDS} at once, {most} at most with a parallelization factor of 10; {reserved:g} reserved",
        "Order is kept a key by one batch a shard at a time, so the reserved concurrency is never reached.",
        value=most,
        unit="executions at once",
        evidence={"shards": SHARDS, "factor_most": 10},
    )


@checks("NBX-08")
def batches(claim: Claim, bench: Bench) -> Finding:
    """The longest batch of the replication task against the end-to-end target of the same document."""
    longest, end_to_end = claim.number("maximum"), find_claim("NBX-01")
    target, alert = end_to_end.number("target"), end_to_end.number("alert")
    return Finding(
        CONTRADICTED if longest >= target else NOT_TESTABLE,
        f"batches of up to {longest:g} s; end to end under {target:g} s, alert above {alert:g} s",
        "A change that waits for a full batch misses the target before the rest of the pipeline begins; how long the "
        "task really waits is DMS's own, and none runs here.",
        value=longest / target,
        unit="times the end-to-end target",
        evidence={"longest_batch_s": longest, "target_s": target, "alert_s": alert},
        disagreement="the batch fits into the target; how long it really waits needs DMS.",
    )


@checks("NBX-23")
def entity_id(claim: Claim, bench: Bench) -> Finding:
    """The documented code on the documented event, and on the other tables' ids."""
    found = {}
    for table, column in (("users", "userId"), ("orgs", "orgId"), ("devices", "deviceId"), ("groups", "groupId")):
        event = {"metadata": {**EXAMPLE["metadata"], "table-name": table}, "data": {column: 12345}}
        found[table] = json.loads(transform_cdc_event(event)["Detail"])["entityId"]
    example = json.loads(transform_cdc_event(EXAMPLE)["Detail"])["entityId"]
    return Finding(
        HOLDS if example == 12345 else FAILS,
        f"entityId is {example} for the documented event, whose userId is 12345; "
        + ", ".join(f"{table}: {value}" for table, value in found.items()),
        "It looks for “usersId”, the plural of the table, where the column is “userId”.",
        value=0 if example is None else 1,
        unit="of 1 event identified",
        evidence={"example": example, "by_table": found},
    )


@checks("NBX-24")
def salesforce_rule(claim: Claim, bench: Bench) -> Finding:
    """Every operation on five tables sent to the bus: which reach the queue."""
    tables, operations = ("users", "orgs", "devices", "groups", "calls"), ("insert", "update", "delete")
    try:
        with pipeline() as line:
            entries = [
                transform_cdc_event({"metadata": {**EXAMPLE["metadata"], "table-name": t, "operation": o}, "data": {}})
                for t in tables
                for o in operations
            ]
            for start in range(0, len(entries), 10):
                line.events.put_events(Entries=entries[start : start + 10])
            passed = sorted(event["detail-type"] for event in line.receive())
    except BackendError as error:
        return _missing(error)
    return Finding(
        HOLDS if len(passed) == claim.number("routed") else FAILS,
        f"{len(passed)} of {len(entries)} event types: {', '.join(passed)}",
        "Deletes, and inserts of organizations, are never sent.",
        value=len(passed),
        unit="event types",
        evidence={"sent": len(entries), "passed": passed},
    )
