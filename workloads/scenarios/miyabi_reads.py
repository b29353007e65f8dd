"""AP1 to AP10 of the Miyabi document as calls with their judges.

Rule: lists are read a page at a time, as a screen or an API would, newest first where the order is time; so a Query
costs what it shows. AP4 and AP8 are read with strong consistency: somebody waits for the state that was just written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.workloads.judge import Page, judge_item, judge_page
from dynarig.workloads.ledger import key_text
from dynarig.workloads.scenarios.base import Step
from dynarig.workloads.scenarios.miyabi_state import INDEXES, State

PAGE_ITEMS = 20
STATUSES = ("pending", "running", "completed", "failed")
_BASE = ("PK", "SK")


class Reads:
    """The read patterns on one process's state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._settle_seconds = state.setting.settle_seconds

    def patterns(self) -> dict[str, Callable[[float], Step]]:
        """Each pattern's maker by its name in the mix."""
        return {
            "AP1 user": self._user,
            "AP2 repositories of user": self._repositories,
            "AP3 executions of repository": self._executions,
            "AP4 execution": self._execution,
            "AP5 executions by status": self._by_status,
            "AP6 tasks of user": self._tasks,
            "AP7 dependencies of task": self._dependencies,
            "AP8 connection": self._connection,
            "AP9 users of organization": self._organization,
            "AP10 workflows of repository": self._workflows,
        }

    def _user(self, now: float) -> Step:
        return self._get("AP1 user", f"USER#{self._state.any(self._state.users)[0]}", now)

    def _repositories(self, now: float) -> Step:
        _, user = self._state.any(self._state.repositories)
        return self._query("AP2 repositories of user", self._page(f"USER#{user}", "REPO#"), now)

    def _executions(self, now: float) -> Step:
        _, repository = self._state.newest(self._state.executions)
        page = self._page(f"REPO#{repository}", "EXEC#", newest_first=True)
        return self._query("AP3 executions of repository", page, now)

    def _execution(self, now: float) -> Step:
        execution, _ = self._state.newest(self._state.executions)
        return self._get("AP4 execution", f"EXEC#{execution}", now, consistent=True)

    def _by_status(self, now: float) -> Step:
        page = Page(
            names=INDEXES["GSI1"],
            partition=f"STATUS#{self._state.one_of(STATUSES)}",
            index="GSI1",
            newest_first=True,
            limit=PAGE_ITEMS,
            closed=self._state.alone,
            settle_seconds=self._settle_seconds,
        )
        return self._query("AP5 executions by status", page, now)

    def _tasks(self, now: float) -> Step:
        _, user = self._state.newest(self._state.tasks)
        return self._query("AP6 tasks of user", self._page(f"USER#{user}", "TASK#"), now)

    def _dependencies(self, now: float) -> Step:
        (task,) = self._state.newest(self._state.dependencies)
        return self._query("AP7 dependencies of task", self._page(f"TASK#{task}", "DEP#"), now)

    def _connection(self, now: float) -> Step:
        (connection,) = self._state.newest(self._state.connections)
        return self._get("AP8 connection", f"WS#{connection}", now, consistent=True)

    def _organization(self, now: float) -> Step:
        page = Page(
            names=INDEXES["GSI2"],
            partition=f"ORG#{self._state.any(self._state.users)[1]}",
            prefix="USER#",
            index="GSI2",
            limit=PAGE_ITEMS,
            closed=self._state.alone,
            settle_seconds=self._settle_seconds,
        )
        return self._query("AP9 users of organization", page, now)

    def _workflows(self, now: float) -> Step:
        _, repository = self._state.any(self._state.workflows)
        return self._query("AP10 workflows of repository", self._page(f"REPO#{repository}", "WORKFLOW#"), now)

    def _page(self, partition: str, prefix: str, newest_first: bool = False) -> Page:
        return Page(
            names=_BASE,
            partition=partition,
            prefix=prefix,
            newest_first=newest_first,
            limit=PAGE_ITEMS,
            closed=self._state.closed,
            settle_seconds=self._settle_seconds,
        )

    def _get(self, pattern: str, partition: str, now: float, consistent: bool = False) -> Step:
        state = self._state
        ledger, key = state.ledger, key_text(partition, "METADATA")
        settle_seconds = 0.0 if consistent else self._settle_seconds
        request: dict[str, Any] = {
            "TableName": state.table,
            "Key": state.key(partition),
            "ReturnConsumedCapacity": "TOTAL",
        }
        if consistent:
            request["ConsistentRead"] = True

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            return judge_item(ledger, key, response, began - settle_seconds, ended)

        return Step(pattern, "GetItem", request, now, check)

    def _query(self, pattern: str, page: Page, now: float) -> Step:
        ledger = self._state.ledger
        partition, sort = page.names
        request: dict[str, Any] = {
            "TableName": self._state.table,
            "KeyConditionExpression": f"{partition} = :pk",
            "ExpressionAttributeValues": {":pk": {"S": page.partition}},
            "Limit": page.limit,
            "ReturnConsumedCapacity": "TOTAL",
        }
        if page.prefix:
            request["KeyConditionExpression"] = f"{partition} = :pk AND begins_with({sort}, :sk)"
            request["ExpressionAttributeValues"][":sk"] = {"S": page.prefix}
        if page.index:
            request["IndexName"] = page.index
        if page.newest_first:
            request["ScanIndexForward"] = False

        def check(response: dict[str, Any], began: float, ended: float) -> str | None:
            return judge_page(ledger, page, response, began, ended)

        return Step(pattern, "Query", request, now, check)
