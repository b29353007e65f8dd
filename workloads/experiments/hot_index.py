"""A hot index of a documented table: ListBackup's jobs by status, all pending (E19), and the status in shards (E20).

Rule: the load is `enforced.listbackup`'s, the same that `verify --enforce` raises until it throttles.
"""

from __future__ import annotations

from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.experiments.enforced import NONE, SCALE, SECONDS, Change, Enforced, listbackup
from dynarig.workloads.experiments.experiment import Experiment, Outcome

_RATE = 2_000  # twice what one partition takes
_SHARDS = Change("10 shards of status", attribute="status", shards=10)
_REASON = "IndexWriteKeyRangeThroughputExceeded of listbackup-dev-jobs/index/StatusTimeIndex"


def _run(change: Change) -> Enforced:
    with Bench() as bench:
        return listbackup(bench, _RATE, change)


def one_status() -> Outcome:
    """E19. Jobs have keys of their own, so that nothing but the index can hold the table up."""
    run = _run(NONE)
    ours = f"{run.share:.0%} of {run.sent:,} writes throttled, by {', '.join(run.reasons) or 'nothing'}"
    agrees = set(run.reasons) == {_REASON} and run.share > 0.1
    return Outcome(ours, agrees, run.to_json())


def sharded_status() -> Outcome:
    """E20: the same writes with a suffix on the status."""
    run = _run(_SHARDS)
    return Outcome(f"{run.throttled} of {run.sent:,} writes throttled", run.throttled == 0, run.to_json())


EXPERIMENTS = (
    Experiment(
        "E19",
        "ListBackup's document, Jobs; Developer Guide, throttling of global secondary indexes",
        f"table of jobs, on demand, {_RATE:,} new jobs/s with one status for {SECONDS} s, at {SCALE:g} of the ceilings",
        "a full index throttles the writes of its table, and the reason names the index",
        "shape: more than 10 % of writes, the index's reason alone",
        one_status,
        "half of 2,000 writes/s is beyond one partition, but only once the index's buffer is full, whose size is not "
        "published: how much is throttled depends on it, who is throttled and why does not",
    ),
    Experiment(
        "E20",
        "Developer Guide, write sharding",
        "the same with the status in 10 shards",
        "sharding spreads the load over partitions",
        "strict: no write is throttled",
        sharded_status,
        "ten shards of 200 writes/s over four partitions of 1,000: unless more than five fall into one, nothing is "
        "beyond a ceiling, and the hash is fixed, so that no run differs from another",
    ),
)
