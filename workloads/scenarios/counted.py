"""Scenarios whose writes are counted, so that the end of a run can be held against the tables themselves.

Rule: a write that was answered is done, one that was refused is not, and of one without an answer nobody knows; so a
table must hold at least what is done, and at most that with what nobody knows. Counts include the warm-up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.outcomes import throttle_code
from dynarig.workloads.scenarios.base import Scenario, Step
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.target import Target

_DONE, _UNKNOWN = "done ", "unknown "
_TRIES, _PAUSE_SECONDS = 20, 0.05


class CountedScenario(Scenario):
    """Counts by pattern what was done, and what nobody knows."""

    def _settle(self, step: Step, done: bool | None, ended: float) -> None:
        super()._settle(step, done, ended)
        if done is not False:
            self.notes.count((_DONE if done else _UNKNOWN) + step.pattern)


def held(run: Run, pattern: str, found: float, what: str) -> str | None:
    """None where `found` is what the writes of a pattern make; else one line."""
    done = run.notes.counts.get(_DONE + pattern, 0)
    unknown = run.notes.counts.get(_UNKNOWN + pattern, 0)
    if done <= found <= done + unknown:
        return None
    more = f" and {unknown:,.0f} of which nobody knows" if unknown else ""
    return f"{what}: {found:,.0f} found after {done:,.0f} that were acknowledged{more}"


def lift(target: Target, *tables: str) -> None:
    """Stop throttling these tables, so that what they hold can be counted at once."""
    for table in tables:
        target.set_capacity(mode="off", table=table)


def pages(target: Target, operation: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every page of a Query or Scan, read consistently unless the request says otherwise; throttles are waited out."""
    start: dict[str, Any] | None = None
    while True:
        more = {"ExclusiveStartKey": start} if start else {}
        page = patient(target, operation, {"ConsistentRead": "IndexName" not in request, **request, **more})
        yield page
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def items(target: Target, operation: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every item of a Query or Scan."""
    for page in pages(target, operation, request):
        yield from page["Items"]


def patient(target: Target, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """One call of `prepare` or `verify`, which waits where it is throttled."""
    for _ in range(_TRIES):
        try:
            return target.call(operation, request)
        except DynamoDBError as error:
            if throttle_code(error) is None:
                raise
            time.sleep(_PAUSE_SECONDS)
    return target.call(operation, request)
