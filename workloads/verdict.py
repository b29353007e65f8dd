"""Whether a run counts: the schedule kept, and nothing failed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from dynarig.workloads.measure import Measurements

SENT_SHARE = 0.99
LATENESS_PERCENT = 99.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """kept: the generator kept its schedule. passed: and nothing failed. reasons: what speaks against it."""

    kept: bool
    passed: bool
    reasons: tuple[str, ...]


def judge_run(measured: Measurements, processes: int, lateness_limit_seconds: float) -> Verdict:
    """The verdict on a run of `processes` generator processes."""
    schedule = []
    if measured.intended == 0 or measured.started == 0:
        schedule.append("no request was sent")
    elif measured.started < SENT_SHARE * measured.intended:
        schedule.append(f"only {measured.started:,} of {measured.intended:,} intended requests were sent")
    lateness_seconds = measured.lateness.percentile(LATENESS_PERCENT)
    if lateness_seconds > lateness_limit_seconds:
        schedule.append(
            f"one request in a hundred started {lateness_seconds * 1e3:,.1f} ms late or more "
            f"(limit {lateness_limit_seconds * 1e3:g} ms)"
        )
    if measured.finished < processes:
        schedule.append(f"{processes - measured.finished} of {processes} generator processes did not finish")
    failures = []
    total = measured.total()
    if total.failed:
        failures.append(f"{total.failed:,} of {total.requests:,} requests failed")
    return Verdict(not schedule, not schedule and not failures, (*schedule, *failures))
