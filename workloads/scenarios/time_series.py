"""Time series: Natterbox's call_state by call, and its analytics_realtime by organization.

Rule: calls go through their states in order, and each state is a record; organizations report as unequally as they are
large. Both tables are keyed by an instant of milliseconds, and two records of one organization in one millisecond are
one: the table's own writes tell which were overwritten (ReturnValues ALL_OLD). `unique=true` appends what makes the
instants differ.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Any

from dynarig.workloads.keys import zipf
from dynarig.workloads.measure import Tally
from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.counted import CountedScenario, held, pages
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

CALLS, EVENTS = "dynarig-call-state", "dynarig-analytics-realtime"
STATE, EVENT = "write call state", "write analytics"
LATEST, HISTORY, DASHBOARD = "latest state", "history of a call", "dashboard"
COURSE = ("ringing", "answered", "on_hold", "answered", "ended")
CEILING = 1_000  # write units/s of one partition
_NEWEST, _KEPT, _OVERWRITTEN = 50, 500, "overwritten"
_WEIGHTS = {STATE: 30, EVENT: 40, LATEST: 12, HISTORY: 8, DASHBOARD: 10}
_MORE = {"ReturnConsumedCapacity": "TOTAL"}


@dataclass(slots=True)
class Call:
    """A call that this process makes. stamps: of its acknowledged states. busy: a write of it is under way."""

    id: str
    stamps: list[str]
    busy: bool = False
    lost: bool = False  # nobody knows whether its last state was written


class TimeSeries(CountedScenario):
    """Records by instant."""

    name = "time-series"
    question = "Do calls and analytics by instant read back in order, and when does one organization become too hot?"
    tags = ("time",)
    parameters = (
        Parameter("organizations", 60, "that report", minimum=1),
        Parameter("exponent", 1.0, "of the Zipf distribution of their sizes", minimum=0.0),
        Parameter("dashboard_seconds", 60.0, "that a dashboard looks back", minimum=0.001),
        Parameter("unique", False, "whether instants of one organization are made to differ"),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """Both tables; how much is in them already."""
        target.make_table(create_table(CALLS, "callId timestamp"))
        target.make_table(create_table(EVENTS, "orgId:N timestamp"))
        return {table: _count(target, table) for table in (CALLS, EVENTS)}

    def begin(self, prepared: dict[str, Any]) -> None:
        """No call has begun yet."""
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._counter = 0
        count, seed = self.param["organizations"], self.setting.seed * 1_000 + self.setting.process
        self._organizations = zipf(count, seed, self.param["exponent"])

    def next(self, now: float) -> Step:
        """One of the five patterns, by weight; a new call where there is none to read."""
        (pattern,) = self.draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        if pattern == EVENT:
            return self._event(now)
        if pattern == DASHBOARD:
            return self._dashboard(now)
        call = self._calls[int(self.draw.random() * len(self._calls))] if self._calls else None
        if pattern == STATE or call is None or not call.stamps:
            return self._state(call, now)
        return self._history(call, now) if pattern == HISTORY else self._latest(call, now)

    def verify(self, run: Run) -> ScenarioVerdict:
        """Overwritten records, and the rate at which the largest organization meets the ceiling of its partition."""
        events = run.patterns.get(EVENT, Tally())
        overwritten = int(run.notes.counts.get(_OVERWRITTEN, 0))
        shares = {
            int(name.removeprefix("organization ")): count
            for name, count in run.notes.counts.items()
            if name.startswith("organization ")
        }
        failures = [*self.faults(run)]
        found = {table: _count(run.target, table) - run.prepared[table] for table in (CALLS, EVENTS)}
        sums = (
            held(run, STATE, found[CALLS], f"records in {CALLS}"),
            held(run, EVENT, found[EVENTS] + overwritten, f"records in {EVENTS} with those overwritten"),
        )
        failures += [each for each in sums if each]
        findings = [
            Finding(
                f"{overwritten:,} of {events.succeeded:,} analytics records were overwritten by another of the same "
                f"organization and millisecond" + (" although made to differ" if self.param["unique"] else ""),
                {"overwritten": overwritten, "records": events.succeeded},
            )
        ]
        if shares:
            findings.append(_hottest(shares))
        dashboard = run.patterns.get(DASHBOARD, Tally())
        if dashboard.succeeded:
            units = dashboard.read_units / dashboard.succeeded
            findings.append(Finding(f"a dashboard takes {units:.1f} read units", {"read_units": units}))
        return ScenarioVerdict(tuple(findings), tuple(failures))

    # writes

    def _state(self, call: Call | None, now: float) -> Step:
        """The next state of a call that goes on; else a new call."""
        if call is None or call.busy or call.lost or len(call.stamps) == len(COURSE):
            self._counter += 1
            call = Call(f"call-{self.setting.now}-{self.setting.process:03d}-{self._counter:07d}", [])
            self._calls.append(call)
        call.busy = True
        stamp = self._stamp(now)
        while call.stamps and stamp <= call.stamps[-1]:  # two states within a millisecond
            stamp = f"{call.stamps[-1]}+"
        item = {"callId": {"S": call.id}, "timestamp": {"S": stamp}, "state": {"S": COURSE[len(call.stamps)]}}
        written = call

        def done(success: bool) -> None:
            written.busy = False
            if success:
                written.stamps.append(stamp)
            else:
                written.lost = True

        return Step(STATE, "PutItem", {"TableName": CALLS, "Item": item, **_MORE}, now, done=done)

    def _event(self, now: float) -> Step:
        self._counter += 1
        organization = self._organization()
        stamp = self._stamp(now)
        if self.param["unique"]:
            stamp += f"#{self.setting.now}-{self.setting.process:03d}-{self._counter:07d}"
        item = {"orgId": {"N": str(organization)}, "timestamp": {"S": stamp}, "value": {"N": str(self._counter % 60)}}
        request = {"TableName": EVENTS, "Item": item, "ReturnValues": "ALL_OLD", **_MORE}

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            self.notes.count(f"organization {organization}")
            if response.get("Attributes"):
                self.notes.count(_OVERWRITTEN)
            return None

        return Step(EVENT, "PutItem", request, now, check)

    # reads

    def _latest(self, call: Call, now: float) -> Step:
        request = {**_of_call(call), "ScanIndexForward": False, "Limit": 1}
        return Step(LATEST, "Query", request, now, partial(_judge_latest, call, call.stamps[-1]))

    def _history(self, call: Call, now: float) -> Step:
        return Step(HISTORY, "Query", _of_call(call), now, partial(_judge_history, tuple(call.stamps)))

    def _dashboard(self, now: float) -> Step:
        """The newest records of an organization; they may be as late as the moment of the answer."""
        organization = self._organization()
        since = self._stamp(now - self.param["dashboard_seconds"])
        request = {
            "TableName": EVENTS,
            "KeyConditionExpression": "orgId = :org AND #at >= :since",
            "ExpressionAttributeNames": {"#at": "timestamp"},
            "ExpressionAttributeValues": {":org": {"N": str(organization)}, ":since": {"S": since}},
            "ScanIndexForward": False,
            "Limit": _NEWEST,
            **_MORE,
        }
        return Step(DASHBOARD, "Query", request, now, partial(_judge_dashboard, str(organization), since))

    def _organization(self) -> int:
        return 1_001 + 3 * next(self._organizations)

    def _stamp(self, now: float) -> str:
        """As in the document's event example: ISO 8601 with milliseconds."""
        millis = int((now + self.setting.clock_offset_seconds) * 1e3)
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(millis // 1_000)) + f".{millis % 1_000:03d}Z"


def _of_call(call: Call) -> dict[str, Any]:
    return {
        "TableName": CALLS,
        "KeyConditionExpression": "callId = :call",
        "ExpressionAttributeValues": {":call": {"S": call.id}},
        "ConsistentRead": True,
        **_MORE,
    }


def _stamps(response: dict[str, Any]) -> list[str]:
    return [item["timestamp"]["S"] for item in response.get("Items", ())]


def _judge_latest(call: Call, known: str, response: dict[str, Any], began: float, ended: float) -> str | None:
    found = _stamps(response)
    return None if len(found) == 1 and found[0] >= known else f"{call.id}: not its latest state"


def _judge_history(known: tuple[str, ...], response: dict[str, Any], began: float, ended: float) -> str | None:
    """What was acknowledged, in order; one more may be there by now."""
    found, states = _stamps(response), [item["state"]["S"] for item in response.get("Items", ())]
    if found[: len(known)] != list(known) or found != sorted(found):
        return "a call's states are missing or out of order"
    return None if states == list(COURSE[: len(states)]) else "a call's states are not those that were written"


def _judge_dashboard(organization: str, since: str, response: dict[str, Any], began: float, ended: float) -> str | None:
    found = _stamps(response)
    if any(item["orgId"]["N"] != organization for item in response.get("Items", ())):
        return f"a record of another organization than {organization}"
    if found != sorted(found, reverse=True) or any(stamp < since for stamp in found) or len(found) > _NEWEST:
        return f"not the newest records of {organization}"
    return None


def _hottest(counts: dict[int, float]) -> Finding:
    organization, count = max(counts.items(), key=lambda each: each[1])
    share = count / sum(counts.values())
    limit = CEILING / share
    return Finding(
        f"organization {organization} writes {share:.0%} of the analytics: its partition's {CEILING:,} writes/s are "
        f"met when all {len(counts)} organizations write {limit:,.0f}/s",
        {"organization": organization, "share": share, "limit_per_second": limit},
    )


def _count(target: Target, table: str) -> int:
    return sum(page["Count"] for page in pages(target, "Scan", {"TableName": table, "Select": "COUNT"}))
