"""Sessions that come and go: put, refresh, read, sign out, and expire by time to live.

ACS's and Natterbox's sessions. Rule: an item whose time is over may be there for a while (the service deletes within
days; our own emulator, when a load starts it, after some seconds), so a reader has to look at the time itself, and a
query to filter. What must never happen: that a session is gone before its time, or that a filter lets an expired one
through.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from dynarig.workloads.scenarios.base import Parameter, Scenario, Step
from dynarig.workloads.scenarios.counted import items
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

TABLE, INDEX, TTL = "dynarig-sessions", "user-index", "ttl"
SIGN_IN, READ, REFRESH, SIGN_OUT, OF_USER = "sign in", "read", "refresh", "sign out", "sessions of a user"
_WEIGHTS = {SIGN_IN: 20, READ: 45, REFRESH: 20, SIGN_OUT: 5, OF_USER: 10}
_FAILED = "ConditionalCheckFailedException"
_LATE, _GONE, _LIVE = "expired and there", "expired and gone", "live"
_DELETE_SECONDS, _KEPT = 3, 4_000
_MORE = {"ReturnConsumedCapacity": "TOTAL"}


@dataclass(slots=True)
class Session:
    """A session of this process. ttl: epoch seconds. changes: writes begun and ended, so odd while one is under way."""

    id: str
    ttl: int
    changes: int = 1
    unknown: bool = False


class SessionChurn(Scenario):
    """Sessions with a time to live."""

    name = "session-churn"
    question = "What does a reader see of sessions that have expired, and does it ever miss one that has not?"
    tags = ("ttl",)
    emulator_flags = ("--ttl-delete-seconds", f"{_DELETE_SECONDS}")
    parameters = (
        Parameter("lifetime_seconds", 2, "of a session that is not refreshed", minimum=1),
        Parameter("users", 50, "of each process", minimum=1),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """The table, with its time to live."""
        target.make_table(create_table(TABLE, "session_id", {INDEX: "user_id"}), TTL)
        return {}

    def begin(self, prepared: dict[str, Any]) -> None:
        """Nobody has signed in yet."""
        self._sessions: list[Session] = []
        self._counter = 0

    def next(self, now: float) -> Step:
        """One of the five patterns, by weight; signing in where nobody has."""
        (pattern,) = self.draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        if pattern == OF_USER:
            return self._of_user(now)
        session = self._drawn()
        if session is None or pattern == SIGN_IN:
            return self._sign_in(now)
        if pattern == READ or session.changes % 2:
            return self._read(session, now)
        return self._refresh(session, now) if pattern == REFRESH else self._sign_out(session, now)

    def verify(self, run: Run) -> ScenarioVerdict:
        """Expired sessions that were read; refreshes that came too late; what is left at the end."""
        counts = {name: int(run.notes.counts.get(name, 0)) for name in (_LATE, _GONE, _LIVE)}
        late, expired = counts[_LATE], counts[_LATE] + counts[_GONE]
        refresh = run.patterns.get(REFRESH)
        refused = refresh.refused if refresh else 0
        now = run.target.now()
        left = [float(item[TTL]["N"]) for item in items(run.target, "Scan", {"TableName": TABLE})]
        overdue = sum(ttl <= now for ttl in left)
        share = f"{late / expired:.0%}" if expired else "none"
        found = Finding(
            f"{late:,} of {expired:,} reads of expired sessions ({share}) found them still there, and had to look at "
            f"{TTL}; {refused:,} refreshes came too late; at the end {overdue:,} of {len(left):,} items are expired "
            f"and still stored",
            {
                "late": late,
                "expired_reads": expired,
                "live_reads": counts[_LIVE],
                "refused": refused,
                "overdue": overdue,
            },
        )
        doubts = () if expired else ("no session expired within the run: raise -t, or lower lifetime_seconds",)
        return ScenarioVerdict((found,), self.faults(run), doubts)

    # requests

    def _drawn(self) -> Session | None:
        return self._sessions[int(self.draw.random() * len(self._sessions))] if self._sessions else None

    def _epoch(self, now: float) -> float:
        return now + self.setting.clock_offset_seconds

    def _user(self) -> str:
        return f"user-{self.setting.process}-{int(self.draw.random() * self.param['users'])}"

    def _sign_in(self, now: float) -> Step:
        self._counter += 1
        number = f"{self.setting.now}-{self.setting.process:03d}-{self._counter:08d}"
        session = Session(f"session-{number}", int(self._epoch(now)) + self.param["lifetime_seconds"])
        item = {"session_id": {"S": session.id}, "user_id": {"S": self._user()}, TTL: {"N": str(session.ttl)}}

        def done(success: bool) -> None:
            session.changes += 1
            if success:
                self._sessions.append(session)
                if len(self._sessions) > _KEPT:
                    del self._sessions[: _KEPT // 2]

        return Step(SIGN_IN, "PutItem", {"TableName": TABLE, "Item": item, **_MORE}, now, done=done)

    def _read(self, session: Session, now: float) -> Step:
        request = {"TableName": TABLE, "Key": {"session_id": {"S": session.id}}, "ConsistentRead": True, **_MORE}
        return Step(READ, "GetItem", request, now, partial(self._judge, session, session.changes))

    def _judge(
        self, session: Session, changes: int, response: dict[str, Any], began: float, ended: float
    ) -> str | None:
        """Only of a session that nobody wrote meanwhile; the second in which it expires is either."""
        item = response.get("Item")
        if session.changes != changes or changes % 2 or session.unknown:
            return None
        if self._epoch(ended) < session.ttl:
            self.notes.count(_LIVE)
            return None if item and item[TTL]["N"] == str(session.ttl) else f"{session.id}: gone before its time"
        if self._epoch(began) >= session.ttl + 1:
            self.notes.count(_LATE if item else _GONE)
        return None

    def _refresh(self, session: Session, now: float) -> Step:
        """Only of a session that has not expired, by the very clock of whoever asks."""
        ttl = int(self._epoch(now)) + self.param["lifetime_seconds"]
        request = {
            "TableName": TABLE,
            "Key": {"session_id": {"S": session.id}},
            "UpdateExpression": "SET #ttl = :ttl",
            "ConditionExpression": "#ttl > :now",
            "ExpressionAttributeNames": {"#ttl": TTL},
            "ExpressionAttributeValues": {":ttl": {"N": str(ttl)}, ":now": {"N": str(int(self._epoch(now)))}},
            **_MORE,
        }
        session.changes += 1

        def done(success: bool) -> None:
            session.changes += 1
            if success:
                session.ttl = ttl

        return Step(REFRESH, "UpdateItem", request, now, expected=frozenset({_FAILED}), done=done)

    def _sign_out(self, session: Session, now: float) -> Step:
        session.unknown = True  # nothing more is expected of it
        self._sessions.remove(session)
        request = {"TableName": TABLE, "Key": {"session_id": {"S": session.id}}, **_MORE}
        return Step(SIGN_OUT, "DeleteItem", request, now)

    def _of_user(self, now: float) -> Step:
        second = int(self._epoch(now))
        request = {
            "TableName": TABLE,
            "IndexName": INDEX,
            "KeyConditionExpression": "user_id = :user",
            "FilterExpression": "#ttl > :now",
            "ExpressionAttributeNames": {"#ttl": TTL},
            "ExpressionAttributeValues": {":user": {"S": self._user()}, ":now": {"N": str(second)}},
            **_MORE,
        }

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            through = any(float(item[TTL]["N"]) <= second for item in response.get("Items", ()))
            return "the filter let an expired session through" if through else None

        return Step(OF_USER, "Query", request, now, check)

    def failed(self, step: Step, error: Exception, ended: float) -> None:
        """A session of whose refresh nobody knows is no longer judged."""
        super().failed(step, error, ended)
        if step.pattern == REFRESH and not getattr(error, "code", "").startswith(("Conditional", "Throttling")):
            key = step.request["Key"]["session_id"]["S"]
            for session in self._sessions:
                session.unknown = session.unknown or session.id == key
