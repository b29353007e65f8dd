"""The engine: execute(call, now) → reply. Plan, admit, apply, meter; the only composer of the rooms below it.

Rule: a call either answers an error and changes nothing, or its plan is admitted whole and applied; nothing runs
between the two. Time comes in as `now`, randomness from a seed. Knows no socket, no thread and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, Protocol

from dynarig.emulator.capacity.admission import Admission
from dynarig.emulator.capacity.contributors import count_contributors
from dynarig.emulator.cost.meter import Meter
from dynarig.emulator.latency.model import LatencyModel
from dynarig.emulator.latency.requests import delayed
from dynarig.emulator.metrics.activity import Activity
from dynarig.emulator.metrics.refusals import throttles_of
from dynarig.emulator.metrics.store import Store
from dynarig.emulator.model import errors
from dynarig.emulator.model.buckets import Buckets, NoBuckets
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.model.errors import DynamoDBError, Throttle
from dynarig.emulator.operations import OPERATIONS, STREAMS_OPERATIONS
from dynarig.emulator.operations.operation import LIST, SINGLE, TRANSACTION_READ, TRANSACTION_WRITE, Context, Operation
from dynarig.emulator.planning import consumption
from dynarig.emulator.planning.plan import BatchPlan, Charge, Plan
from dynarig.emulator.planning.writes import plan_expiry
from dynarig.emulator.services import Services
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.agenda import NEVER, Agenda
from dynarig.emulator.storage.catalog import Catalog, forget_idle
from dynarig.emulator.storage.follower import Lag
from dynarig.emulator.storage.lifecycle import run_lifecycle
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.work import Work

_TRANSACTIONS = (TRANSACTION_READ, TRANSACTION_WRITE)
# While long work is under way each call does some of it, so that it ends without a shell that comes back for it; a
# tenth of a millisecond or so.
_ITEMS_BESIDE_A_CALL = 10
_METRICS_OF_A_NAME = 4  # consumed units, latency, returned items and one for refusals


class Watcher(Protocol):
    """Who looks on: at each answered call with what it was charged, and at each throttle, counted or answered."""

    def answered(self, call: Call, reply: Reply, charges: Sequence[Charge]) -> None: ...

    def throttled(self, throttle: Throttle) -> None: ...


class Engine:
    """All tables of all accounts and regions, and what runs on them.

    settings: how it behaves. buckets: of S3, by default none. `execute` never raises for what a user sends.
    """

    def __init__(self, settings: Settings | None = None, buckets: Buckets | None = None) -> None:
        self.settings = settings or Settings()
        self._buckets = buckets or NoBuckets()
        self._agenda: Agenda[Any] = Agenda()
        self._watchers: tuple[Watcher, ...] = ()
        self._clear()

    def reset(self) -> None:
        """Forget every table, token and total. What they held is freed bit by bit, as due work."""
        for catalog in self.catalogs.values():
            catalog.throw_away()
        self._agenda.forget(self.services)
        self._clear()

    def _clear(self) -> None:
        self._is_behind = False
        self.admission = Admission(self.settings, self._tell_throttle)
        self.catalogs: dict[tuple[str, str], Catalog] = {}
        self._contexts: dict[tuple[str, str], Context] = {}
        self._names_until_looked_at = self.settings.idle_namespaces_max  # any access key may bring a new one
        self.activity = _activity(self.settings)
        self.meter = Meter(self.activity.series)
        self.services = Services(self, self.settings)
        self._random = Random(self.settings.seed)
        modelled = self.settings.latency == "service"
        self._latency = LatencyModel(self.settings.seed, self.settings.latency_scale) if modelled else None
        self._is_alone = self._latency is None and not self._watchers
        eventual = self.settings.consistency == "eventual"
        self._lag = Lag(self._random, self.settings.lag_scale) if eventual else None

    def watch(self, watcher: Watcher) -> None:
        """Let it look on, a reset notwithstanding, until `unwatch`."""
        self._watchers = (*self._watchers, watcher)
        self._is_alone = False

    def unwatch(self, watcher: Watcher) -> None:
        """Let it look on no longer."""
        self._watchers = tuple(each for each in self._watchers if each is not watcher)
        self._is_alone = self._latency is None and not self._watchers

    def _tell_throttle(self, throttle: Throttle) -> None:
        for watcher in self._watchers:
            watcher.throttled(throttle)

    def catalog(self, account: str, region: str) -> Catalog:
        """The tables of this namespace."""
        if self.settings.shared_db:
            account, region = "000000000000", self.settings.default_region
        catalog = self.catalogs.get((account, region))
        if catalog is None:
            catalog = Catalog(account, region, self._lag, self._agenda, self.settings)
            self.catalogs[(account, region)] = catalog
        return catalog

    def execute(self, call: Call, now: float) -> Reply:
        """Answer one call at `now` (epoch seconds)."""
        operations = OPERATIONS if call.service == "DynamoDB_20120810" else STREAMS_OPERATIONS
        operation = operations.get(call.operation)
        if operation is None:
            return _refuse(errors.unknown_operation())
        if now >= self._agenda.next_due:
            self._run_beside_a_call(now)
        context = self._contexts.get((call.account, call.region)) or self._new_context(call)
        context.now = now
        charges: Sequence[Charge] = ()
        try:
            plan = operation.plan(call.request, context)
            if not isinstance(plan, Plan):
                return self._execute_batch(call, operation, plan, context)
            refusal = self._carry_out(plan, now)
            if context.catalog.counts_keys:
                count_contributors(operation.name, plan.charges, refusal, now)
            if refusal is None:
                charges, refusal = plan.charges, plan.refusal
                if refusal is None:
                    if plan.capacity is not None and plan.response is not None:
                        plan.response["ConsumedCapacity"] = _consumed(operation, charges, plan.capacity)
                    return self._succeed(call, operation, context, charges, plan.response, plan.delay_seconds)
        except DynamoDBError as error:
            refusal = error
        self.activity.refused(call, context.catalog, refusal, charges)
        reply = _refuse(refusal)
        return reply if self._is_alone else self._finish(reply, call, charges)

    def _succeed(
        self,
        call: Call,
        operation: Operation,
        context: Context,
        charges: Sequence[Charge],
        response: Any,
        delay_seconds: float = 0.0,
    ) -> Reply:
        if operation.streams:
            if operation.name != "GetRecords":
                return Reply(200, response)
            timings = self.activity.read_stream(context.catalog, call.request, response["Records"])
        else:
            timings = self.activity.succeeded(operation.name, context.catalog, charges, response)
        reply = Reply(200, response, None, delay_seconds, timings)
        return reply if self._is_alone else self._finish(reply, call, charges)

    def _finish(self, reply: Reply, call: Call, charges: Sequence[Charge]) -> Reply:
        """Tell who looks on, and have the answer wait as the latency model says."""
        for watcher in self._watchers:
            watcher.answered(call, reply, charges)
        return reply if self._latency is None else delayed(reply, self._latency, call, charges)

    def _new_context(self, call: Call) -> Context:
        """The context of all calls in one namespace; each sets its time."""
        if self._names_until_looked_at == 0:
            idle_max = self.settings.idle_namespaces_max
            self._names_until_looked_at = max(idle_max - forget_idle(self.catalogs, idle_max // 2), 1)
            self._contexts.clear()
        self._names_until_looked_at -= 1
        context = Context(self.catalog(call.account, call.region), 0.0, self.settings, self._random, self._buckets)
        self._contexts[(call.account, call.region)] = context
        return context

    def _execute_batch(self, call: Call, operation: Operation, batch: BatchPlan, context: Context) -> Reply:
        outcomes = [self._carry_out(part, context.now) for part in batch.parts]
        applied = list(zip(batch.parts, outcomes, strict=True))
        if context.catalog.counts_keys:
            for part, outcome in applied:
                count_contributors(operation.name, part.charges, outcome, context.now)
        charges = [charge for part, throttle in applied if throttle is None for charge in part.charges]
        throttles = [throttle for outcome in outcomes for throttle in throttles_of(outcome)]
        try:
            response = batch.respond(outcomes)
        except DynamoDBError as error:
            self.activity.refused(call, context.catalog, error, charges, throttles)
            return _refuse(error)
        if throttles:
            self.activity.throttled(context.catalog, throttles)
        if operation.name == "BatchExecuteStatement":
            self.activity.answered_statements(context.catalog, response)
        if batch.capacity is not None:
            response["ConsumedCapacity"] = _consumed(operation, charges, batch.capacity)
        return self._succeed(call, operation, context, charges, response)

    def _carry_out(self, plan: Plan, now: float) -> DynamoDBError | None:
        """Admit, apply, meter; answers the throttle where the charges are not taken, and nothing happened."""
        if self.admission.is_on:
            throttle = self.admission.admit(plan.charges, now)
            if throttle is not None:
                return throttle if plan.on_throttle is None else plan.on_throttle(throttle)
        for table, change in plan.changes:
            table.apply(change, now)
        if plan.effect is not None:
            self.services.look(now)
            plan.effect()
            self.admission.look_again()
            self.activity.forget_targets()
            self.wake_services()
            if now >= self._agenda.next_due:
                self._run_beside_a_call(now)
        return None

    def run_due(self, now: float) -> float | None:
        """Run what is due at `now`, a bounded part of it: life cycles, expiries, trimming, what is thrown away.

        Answers when to come back, None for never: where work was left over, at a time that has come already.
        """
        return self._run_due(now, Work(self.settings.work_items))

    def wake_services(self) -> None:
        """From now on there are minutes to count, and maybe alarms to judge."""
        self._agenda.note(self.services, self.services.next_due)

    def finish_due(self, now: float) -> None:
        """Run all that is due at `now`, however long it takes: for who has nobody else waiting."""
        while self._agenda.next_due <= now:
            self.run_due(now)

    def _run_beside_a_call(self, now: float) -> None:
        """What is due must be done before a call sees it; of work that is long each call does a small part."""
        self._run_due(now, Work(_ITEMS_BESIDE_A_CALL if self._is_behind else self.settings.work_items))

    def _run_due(self, now: float, work: Work) -> float | None:
        agenda = self._agenda
        again = []
        for owner in agenda.take(now):
            left = work.left
            if isinstance(owner, Table):
                self._run_table(owner, now, work)
            else:
                owner.run_due(now, work)
            again.append((work.left < left, owner))
        self.admission.look_again()
        again.sort(key=lambda turn: turn[0])  # who has had a turn of what is long goes behind those who have not
        for _, owner in again:
            due_at = owner.next_due
            agenda.note(owner, None if due_at is None else max(due_at, now))
        self._is_behind = agenda.next_due <= now
        return None if agenda.next_due == NEVER else agenda.next_due

    def _run_table(self, table: Table, now: float, work: Work) -> None:
        catalog = self.catalogs[table.namespace]
        run_lifecycle(catalog, table, now, work)
        table.run_due(now, work)
        expired = 0
        for place, item in table.take_expired(now, work):
            table.apply(plan_expiry(table, place, item), now)
            expired += 1
        if expired:
            self.activity.expired(catalog, table.name, expired)

    def check(self) -> None:
        """Assert the invariants of everything held."""
        self.activity.check()
        for catalog in self.catalogs.values():
            catalog.check()
            for table in catalog:
                self.admission.check((table.target, *(index.target for index in table.indexes.values())))


def _activity(settings: Settings) -> Activity:
    names_max = settings.metrics_names_max
    store = Store(settings.metrics_minutes, settings.metrics_hours, names_max * _METRICS_OF_A_NAME)
    return Activity(store, names_max)


def _refuse(error: DynamoDBError) -> Reply:
    return Reply(error.status, error.body(), error.code)


def _consumed(operation: Operation, charges: Iterable[Charge], detail: str) -> Any:
    """ConsumedCapacity as the operation shapes it."""
    if operation.capacity == SINGLE:
        charges = tuple(charges)
        return consumption.of_table(charges[0].target.table, charges, detail)
    assert operation.capacity == LIST or operation.capacity in _TRANSACTIONS
    return consumption.by_table(charges, detail, names_axis=operation.capacity in _TRANSACTIONS)
