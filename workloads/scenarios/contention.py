"""Contention: transactions, optimistic locking and counters on few items, by many at once.

The Miyabi document, "Transaction": a user is created together with its membership of an organization; here the
organization's count goes up in the same transaction. Rule: what is refused is a finding (cancelled transactions with
their reasons, lost races by version); what was acknowledged must be in the tables at the end: each counter equals the
additions, each version the updates, each organization's count its members.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.measure import Tally
from dynarig.workloads.outcomes import throttle_code
from dynarig.workloads.scenarios.base import Parameter, Step
from dynarig.workloads.scenarios.counted import CountedScenario, held, items, patient
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import Target
from dynarig.workloads.verdict import Finding, ScenarioVerdict

TABLE = "dynarig-contention"
JOIN, READ, LOCK, COUNT, BOTH = "join", "read version", "update by version", "count", "read both"
_CONFLICT, _CANCELLED = "TransactionConflictException", "TransactionCanceledException"
_FAILED = "ConditionalCheckFailedException"
_WHY = "cancelled by "
_MORE = {"ReturnConsumedCapacity": "TOTAL"}


class Contention(CountedScenario):
    """Writers who want the same items."""

    name = "contention"
    question = "What do transactions, optimistic locks and counters on the same few items cost, and do they add up?"
    tags = ("transactions",)
    emulator_flags = (
        "--transaction-seconds",
        "0.005",
    )  # so that some overlap: by itself a call takes none of the clock
    parameters = (
        Parameter("organizations", 4, "that users join", minimum=1),
        Parameter("documents", 4, "that are updated by version", minimum=1),
        Parameter("counters", 2, "that are counted up", minimum=1),
    )

    def prepare(self, target: Target) -> dict[str, Any]:
        """Fresh organizations, documents and counters, whatever was there before."""
        target.make_table(create_table(TABLE, "PK SK"))
        run = f"{self.setting.now}"
        for kind, count in self._kinds():
            for number in range(count):
                item = {**_key(run, kind, number), "count": {"N": "0"}, "version": {"N": "0"}}
                patient(target, "PutItem", {"TableName": TABLE, "Item": item})
        return {"run": run}

    def begin(self, prepared: dict[str, Any]) -> None:
        """No version has been read yet."""
        self._run = prepared["run"]
        self._counter = 0
        self._updates: deque[tuple[int, str]] = deque()  # document, version

    def next(self, now: float) -> Step:
        """An update of a version that was read; else one of the four others."""
        if self._updates:
            return self._update(now, *self._updates.popleft())
        made = (self._join, self._read_version, self._count, self._read_both)[int(self.draw.random() * 4)]
        return made(now)

    def failed(self, step: Step, error: Exception, ended: float) -> None:
        """Count why a transaction was cancelled."""
        super().failed(step, error, ended)
        if isinstance(error, DynamoDBError) and error.code == _CANCELLED and throttle_code(error) is None:
            given = (error.members or {}).get("CancellationReasons") or [{"Code": "no reason"}]
            for code in {reason.get("Code", "None") for reason in given} - {"None"}:
                self.notes.count(f"{_WHY}{code}")

    def verify(self, run: Run) -> ScenarioVerdict:
        """Cancellations and lost races as findings; sums that do not add up as failures."""
        joins, locks, counts = (run.patterns.get(name, Tally()) for name in (JOIN, LOCK, COUNT))
        why = {name.removeprefix(_WHY): int(count) for name, count in run.notes.counts.items() if name.startswith(_WHY)}
        reasons = ", ".join(f"{code} {count:,}" for code, count in sorted(why.items())) or "none"
        lost = locks.refusals.get(_FAILED, 0)
        units = joins.write_units / joins.succeeded if joins.succeeded else 0.0
        failures = [*self.faults(run), *self._sums(run)]
        text = (
            f"{joins.refused:,} of {joins.requests:,} transactions were cancelled (by reason: {reasons}), {lost:,} of "
            f"{locks.requests:,} updates lost the race for their version, {counts.refused:,} of {counts.requests:,} "
            f"additions met a transaction; {'what was acknowledged adds up' if not failures else 'it does not add up'}"
        )
        figures = {"cancelled": joins.refused, "reasons": why, "lost": lost, "added": counts.succeeded}
        findings = [Finding(text, figures)]
        if units:
            cost = f"a transaction of 3 writes takes {units:.1f} write units, twice as many as they take alone"
            findings.append(Finding(cost, {"units": units}))
        return ScenarioVerdict(tuple(findings), tuple(failures))

    def _sums(self, run: Run) -> list[str]:
        found: dict[str, float] = {"ORG": 0, "DOC": 0, "COUNTER": 0, "member": 0}
        prefix = f"{run.prepared['run']}#"
        for item in items(run.target, "Scan", {"TableName": TABLE}):
            place = item["PK"]["S"]
            if not place.startswith(prefix):
                continue
            kind = place.split("#")[1]
            if item["SK"]["S"].startswith("MEMBER#"):
                found["member"] += 1
            elif kind in found:
                found[kind] += float(item["version" if kind == "DOC" else "count"]["N"])
        sums = [
            held(run, JOIN, found["ORG"], "members by the organizations' counts"),
            held(run, JOIN, found["member"], "members by their items"),
            held(run, LOCK, found["DOC"], "updates by the documents' versions"),
            held(run, COUNT, found["COUNTER"], "additions by the counters"),
        ]
        if found["ORG"] != found["member"]:
            sums.append(f"organizations count {found['ORG']:,.0f} members, of which {found['member']:,.0f} exist")
        return [each for each in sums if each]

    # requests

    def _kinds(self) -> tuple[tuple[str, int], ...]:
        return tuple(
            (kind, self.param[name])
            for kind, name in (("ORG", "organizations"), ("DOC", "documents"), ("COUNTER", "counters"))
        )

    def _one(self, name: str) -> int:
        return int(self.draw.random() * self.param[name])

    def _join(self, now: float) -> Step:
        self._counter += 1
        user = f"{self.setting.process:03d}-{self._counter:08d}"
        organization = _key(self._run, "ORG", self._one("organizations"))
        new = {"TableName": TABLE, "ConditionExpression": "attribute_not_exists(PK)"}
        request = {
            "TransactItems": [
                {"Put": {"Item": {"PK": {"S": f"{self._run}#USER#{user}"}, "SK": {"S": "METADATA"}}, **new}},
                {"Put": {"Item": {"PK": organization["PK"], "SK": {"S": f"MEMBER#{user}"}}, **new}},
                {
                    "Update": {
                        "TableName": TABLE,
                        "Key": organization,
                        "UpdateExpression": "ADD #count :one",
                        "ExpressionAttributeNames": {"#count": "count"},
                        "ExpressionAttributeValues": {":one": {"N": "1"}},
                    }
                },
            ],
            **_MORE,
        }
        return Step(JOIN, "TransactWriteItems", request, now, expected=frozenset({_CANCELLED}))

    def _read_version(self, now: float) -> Step:
        document = self._one("documents")
        request = {"TableName": TABLE, "Key": _key(self._run, "DOC", document), "ConsistentRead": True, **_MORE}
        return Step(READ, "GetItem", request, now, partial(self._was_read, document))

    def _was_read(self, document: int, response: dict[str, Any], began: float, ended: float) -> str | None:
        item = response.get("Item")
        if item is None:
            return f"document {document} is absent"
        self._updates.append((document, item["version"]["N"]))
        return None

    def _update(self, now: float, document: int, version: str) -> Step:
        request = {
            "TableName": TABLE,
            "Key": _key(self._run, "DOC", document),
            "UpdateExpression": "SET version = :next",
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": {":next": {"N": str(int(version) + 1)}, ":read": {"N": version}},
            **_MORE,
        }
        return Step(LOCK, "UpdateItem", request, now, expected=frozenset({_FAILED, _CONFLICT}))

    def _count(self, now: float) -> Step:
        request = {
            "TableName": TABLE,
            "Key": _key(self._run, "COUNTER", self._one("counters")),
            "UpdateExpression": "ADD #count :one",
            "ExpressionAttributeNames": {"#count": "count"},
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            **_MORE,
        }
        return Step(COUNT, "UpdateItem", request, now, expected=frozenset({_CONFLICT}))

    def _read_both(self, now: float) -> Step:
        keys = (_key(self._run, "ORG", self._one("organizations")), _key(self._run, "DOC", self._one("documents")))
        request = {"TransactItems": [{"Get": {"TableName": TABLE, "Key": key}} for key in keys], **_MORE}
        return Step(BOTH, "TransactGetItems", request, now, _both_there, frozenset({_CANCELLED}))


def _both_there(response: dict[str, Any], began: float, ended: float) -> str | None:
    there = [each.get("Item") for each in response.get("Responses", ())]
    return None if len(there) == 2 and all(there) else "a transaction did not read both of its items"


def _key(run: str, kind: str, number: int) -> dict[str, Any]:
    return {"PK": {"S": f"{run}#{kind}#{number}"}, "SK": {"S": "METADATA"}}
