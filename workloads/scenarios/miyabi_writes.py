"""The writes that feed AP1 to AP10 of the Miyabi document.

Rule: one request each. Items that must agree (an execution and its reverse look-up item, both sides of a connection,
a user and its membership) are written together. A record is changed by one request at a time: it is taken from its
list and put back when the answer is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dynarig.fixtures.making.names import person
from dynarig.fixtures.making.prose import slice_of
from dynarig.fixtures.miyabi import records
from dynarig.workloads.ledger import Item, Key
from dynarig.workloads.scenarios.base import Step
from dynarig.workloads.scenarios.miyabi_state import OPEN_EXECUTIONS, OPEN_KEPT, OPEN_TASKS, State
from dynarig.workloads.scenarios.recent import Recent, Record

AGENTS = ("codegen", "review", "issue", "pr", "test")
CONNECTION_SECONDS = 2 * 3_600
RETENTION_SECONDS = 30 * 86_400
_NEXT_TASK_STATUS = {"pending": "in_progress", "in_progress": "completed"}
_NEXT_EXECUTION_STATUS = {"pending": "running", "running": "completed"}
_EXISTS = ("attribute_exists(PK)", None)
Done = Callable[[bool], None]
When = tuple[float, Done | None]  # the instant in monotonic seconds, and who is told how it ended


class Writes:
    """The write patterns on one process's state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def patterns(self) -> dict[str, Callable[[float], Step | None]]:
        """Each pattern's maker by its name in the mix; a maker gives None where nothing is free to be changed."""
        return {
            "W1 create user": self._create_user,
            "W2 start execution": self._start_execution,
            "W3 append log": self._append_log,
            "W4 change execution status": self._change_execution,
            "W5 create task": self._create_task,
            "W6 change task status": self._change_task,
            "W7 add dependency": self._add_dependency,
            "W8 connect": self._connect,
            "W9 ping": self._ping,
            "W10 disconnect": self._disconnect,
            "W11 LINE message": self._line_message,
        }

    def _create_user(self, now: float) -> Step | None:
        state, stamp = self._state, self._state.stamp(now)
        identity, organization = state.new_user_id(), state.any(state.users)[1]
        who = person(state.draw.randrange(50), state.draw.randrange(40), "ja")
        user = records.User(
            id=identity,
            organization_id=organization,
            github_id=40_000_000 + state.draw.randrange(1_000_000),
            email=who.email("example.com", identity[-6:]),
            name=who.name,
            avatar_url=f"https://avatars.example.com/u/{identity[-6:]}?v=4",
            access_token=f"enc:v1:{state.draw.getrandbits(128):032x}",
            org_role="member",
            created_at=stamp,
            updated_at=stamp,
        )
        member = records.Member(organization, identity, "member", ("read",), stamp, stamp, stamp)
        items = user.items()
        actions = [self._put_new(item) for item in (*items, *member.items())]
        done = self._append(state.users, (user.id, user.organization_id), items)
        return self._transaction("W1 create user", actions, items, (now, done))

    def _start_execution(self, now: float) -> Step | None:
        state, stamp = self._state, self._state.stamp(now)
        execution = records.Execution(
            id=state.new_name("exec"),
            repository_id=state.any(state.executions)[1],
            issue_number=1 + state.draw.randrange(2_000),
            agent_type=state.one_of(AGENTS),
            status="pending",
            started_at=stamp,
            completed_at=None,
            result_summary=None,
            quality_score=None,
            pr_number=None,
            created_at=stamp,
            updated_at=stamp,
        )
        items = execution.items()
        record = (execution.id, execution.repository_id)
        done = self._append(state.executions, record, items, (state.open_executions, execution))
        return self._transaction("W2 start execution", [self._put_new(item) for item in items], items, (now, done))

    def _append_log(self, now: float) -> Step | None:
        state = self._state
        log = records.ExecutionLog(
            id=state.new_name("log"),
            execution_id=state.newest(state.executions)[0],
            log_level="INFO",
            message=slice_of(state.draw.randrange(80_000), 30 + state.draw.randrange(150)),
            module="agent_executor",
            function="execute",
            created_at=state.stamp(now),
            ttl=state.epoch(now) + RETENTION_SECONDS,
        )
        return self._put("W3 append log", log.items()[0], (now, None), known=False)

    def _change_execution(self, now: float) -> Step | None:
        state, stamp = self._state, self._state.stamp(now)
        execution = state.take(state.open_executions)
        if execution is None:
            return None
        status = _NEXT_EXECUTION_STATUS[execution.status]
        changed = replace(execution, status=status, updated_at=stamp)
        if status == "completed":
            summary = slice_of(state.draw.randrange(80_000), 90)
            score = 40 + state.draw.randrange(60)
            changed = replace(changed, completed_at=stamp, result_summary=summary, quality_score=score)
        items = changed.items()
        outcome = ("completedAt", "resultSummary", "qualityScore") if status == "completed" else ()
        condition = _status_is(execution.status)
        actions = [
            self._update(items[0], ("GSI1PK", "UpdatedAt"), ("status", *outcome), condition),
            self._update(items[1], ("UpdatedAt",), ("status",), condition),
        ]
        done = self._put_back(state.open_executions, execution, changed if status in OPEN_EXECUTIONS else None)
        return self._transaction("W4 change execution status", actions, items, (now, done))

    def _create_task(self, now: float) -> Step | None:
        state, stamp = self._state, self._state.stamp(now)
        repository, user = state.any(state.repositories)
        task = records.Task(
            id=state.new_name("task"),
            user_id=user,
            repository_id=repository,
            name="Fix login flow",
            description=slice_of(state.draw.randrange(80_000), 60 + state.draw.randrange(120)),
            priority=state.one_of(("P0", "P1", "P2", "P3")),
            status="pending",
            agent_type=state.one_of(AGENTS),
            issue_number=1 + state.draw.randrange(2_000),
            retry_count=0,
            max_retries=3,
            estimated_duration="30m",
            created_at=stamp,
            updated_at=stamp,
        )
        items = task.items()
        done = self._append(state.tasks, (task.id, task.user_id), items, (state.open_tasks, task))
        return self._put("W5 create task", items[0], (now, done))

    def _change_task(self, now: float) -> Step | None:
        state = self._state
        task = state.take(state.open_tasks)
        if task is None:
            return None
        status = _NEXT_TASK_STATUS[task.status]
        changed = replace(task, status=status, updated_at=state.stamp(now))
        item = changed.items()[0]
        action = self._update(item, ("GSI1PK", "UpdatedAt"), ("status",), _status_is(task.status))
        request = {**action["Update"], "ReturnValues": "ALL_NEW", "ReturnConsumedCapacity": "TOTAL"}

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            return None if response.get("Attributes") == item else f"task {task.id}: not the attributes written"

        done = self._put_back(state.open_tasks, task, changed if status in OPEN_TASKS else None)
        step = self._step("W6 change task status", "UpdateItem", request, [item], (now, done))
        if step is not None:
            step.check = check
        return step

    def _add_dependency(self, now: float) -> Step | None:
        state = self._state
        (task, _), (other, _) = state.newest(state.tasks), state.any(state.tasks)
        items = records.Dependency(task, other, state.stamp(now)).items()
        if task == other or state.ledger.knows(state.ledger.key_of(items[0])):
            return None
        return self._put("W7 add dependency", items[0], (now, self._append(state.dependencies, (task,), items)))

    def _connect(self, now: float) -> Step | None:
        state, stamp = self._state, self._state.stamp(now)
        connection = records.Connection(
            id=state.new_name("connection"),
            user_id=state.any(state.users)[0],
            connected_at=stamp,
            last_ping_at=stamp,
            ttl=state.epoch(now) + CONNECTION_SECONDS,
        )
        items = connection.items()
        requests = [{"PutRequest": {"Item": item}} for item in items]
        done = self._append(state.connections, (connection.id,), items, (state.open_connections, connection))
        return self._batch("W8 connect", requests, self._by_key(items), (now, done))

    def _ping(self, now: float) -> Step | None:
        state = self._state
        connection = state.take(state.open_connections)
        if connection is None:
            return None
        ttl = state.epoch(now) + CONNECTION_SECONDS
        pinged = replace(connection, last_ping_at=state.stamp(now), ttl=ttl)
        items = pinged.items()
        actions = [
            self._update(items[0], ("TTL", "UpdatedAt"), ("lastPingAt",), _EXISTS),
            self._update(items[1], ("TTL", "UpdatedAt"), (), _EXISTS),
        ]
        done = self._put_back(state.open_connections, connection, pinged)
        return self._transaction("W9 ping", actions, items, (now, done))

    def _disconnect(self, now: float) -> Step | None:
        state = self._state
        connection = state.take(state.open_connections)
        if connection is None:
            return None
        items = connection.items()
        keys = [{"PK": item["PK"], "SK": item["SK"]} for item in items]
        requests = [{"DeleteRequest": {"Key": key}} for key in keys]
        done = self._put_back(state.open_connections, connection, None)
        return self._batch("W10 disconnect", requests, dict.fromkeys(map(state.ledger.key_of, items)), (now, done))

    def _line_message(self, now: float) -> Step | None:
        state = self._state
        user, _ = state.any(state.users)
        message = records.Message(
            id=state.new_name("msg"),
            user_id=user,
            line_user_id=f"U{user.replace('-', '')[:15]}",
            message_type="text",
            content=slice_of(state.draw.randrange(80_000), 5 + state.draw.randrange(120)),
            reply_token=f"{state.draw.getrandbits(64):016x}",
            created_at=state.stamp(now),
            ttl=state.epoch(now) + RETENTION_SECONDS,
        )
        return self._put("W11 LINE message", message.items()[0], (now, None), known=False)

    # requests

    def _put(self, pattern: str, item: Item, when: When, known: bool = True) -> Step | None:
        """known: False for what no pattern reads, so that nobody needs to remember it."""
        request = {"TableName": self._state.table, "Item": item, "ReturnConsumedCapacity": "TOTAL"}
        if not known:
            return Step(pattern, "PutItem", request, when[0])
        return self._step(pattern, "PutItem", request, [item], when)

    def _put_new(self, item: Item) -> dict[str, Any]:
        condition = "attribute_not_exists(PK)"
        return {"Put": {"TableName": self._state.table, "Item": item, "ConditionExpression": condition}}

    def _update(
        self, item: Item, attributes: tuple[str, ...], members: tuple[str, ...], condition: tuple[str, str | None]
    ) -> dict[str, Any]:
        """Set `attributes`, and `members` of Data, to what they are in `item`. condition: text and a status in it."""
        names = {f"#{name}": name for name in (*attributes, *members)}
        values = {f":{name}": item[name] for name in attributes}
        values |= {f":{name}": item["Data"]["M"][name] for name in members}
        sets = [f"#{name} = :{name}" for name in attributes] + [f"#Data.#{name} = :{name}" for name in members]
        text, status = condition
        if status is not None:
            values[":was"] = {"S": status}
        if members:
            names["#Data"] = "Data"
        return {
            "Update": {
                "TableName": self._state.table,
                "Key": {"PK": item["PK"], "SK": item["SK"]},
                "UpdateExpression": f"SET {', '.join(sets)}",
                "ConditionExpression": text,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            }
        }

    def _transaction(self, pattern: str, actions: list[dict[str, Any]], items: list[Item], when: When) -> Step | None:
        request = {"TransactItems": actions, "ReturnConsumedCapacity": "TOTAL"}
        return self._step(pattern, "TransactWriteItems", request, items, when)

    def _batch(
        self, pattern: str, requests: list[dict[str, Any]], writes: dict[Key, Item | None], when: When
    ) -> Step | None:
        request = {"RequestItems": {self._state.table: requests}, "ReturnConsumedCapacity": "TOTAL"}
        return self._claimed(pattern, "BatchWriteItem", request, writes, when)

    def _step(
        self, pattern: str, operation: str, request: dict[str, Any], items: list[Item], when: When
    ) -> Step | None:
        return self._claimed(pattern, operation, request, self._by_key(items), when)

    def _claimed(
        self, pattern: str, operation: str, request: dict[str, Any], writes: dict[Key, Item | None], when: When
    ) -> Step | None:
        now, done = when
        write = self._state.ledger.claim(writes, now)
        if write is None:
            return None
        return Step(pattern, operation, request, now, write=write, done=done)

    def _by_key(self, items: list[Item]) -> dict[Key, Item | None]:
        return {self._state.ledger.key_of(item): item for item in items}

    # the scenario's lists

    def _append(
        self, known: Recent, record: Record, items: list[Item], opened: tuple[list[Any], Any] | None = None
    ) -> Done:
        """opened: a list of what may be changed, and what goes into it."""

        def done(success: bool) -> None:
            if success:
                self._state.add(known, record, items)
                if opened is not None and len(opened[0]) < OPEN_KEPT:
                    opened[0].append(opened[1])

        return done

    @staticmethod
    def _put_back(records_of_kind: list[Any], before: Any, after: Any | None) -> Done:
        def done(success: bool) -> None:
            record = after if success else before
            if record is not None:
                records_of_kind.append(record)

        return done


def _status_is(status: str) -> tuple[str, str]:
    return "#Data.#status = :was", status
