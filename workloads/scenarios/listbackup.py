"""The ListBackup load: accounts and their sources are looked up while backup jobs run, log and report.

Rule: the mix is data. Of a job's life each step is a write: it is queued, its status changes (which moves it in the
index by status), it logs, its account's activity and the user's notification follow. The document gives no rates: two
reads to one write, as Miyabi's has it.
"""

from __future__ import annotations

from collections import deque

from dynarig.workloads.ledger import Item
from dynarig.workloads.scenarios.base import Step
from dynarig.workloads.scenarios.estate import EstateScenario, Maker

_RUNNING = 500  # of the newest jobs, those whose status may change
_NEXT = {"pending": "running", "running": "completed"}


class ListBackup(EstateScenario):
    """The mix of the development stage, the one that is documented."""

    name = "listbackup"
    question = "Do accounts, sources and jobs answer by all their indexes while jobs run, log and report?"
    estate = "listbackup"
    reads = {
        "LBK-Q01": 12,
        "LBK-Q02": 12,
        "LBK-Q03": 12,
        "LBK-Q04": 12,
        "LBK-Q05": 4,
        "LBK-Q06": 6,
        "LBK-Q08": 8,
        "LBK-Q10": 14,
        "LBK-Q12": 14,
        "LBK-I02": 8,
        "LBK-I04": 4,
        "LBK-I06": 12,
        "LBK-I08": 4,
        "LBK-I12": 4,
        "LBK-I14": 10,
        "LBK-I15": 6,
        "LBK-I18": 4,
        "LBK-I21": 6,
        "LBK-I22": 12,
        "LBK-I23": 10,
        "LBK-I28": 10,
        "LBK-I30": 4,
        "LBK-I31": 6,
        "LBK-I34": 4,
        "LBK-I38": 2,
    }

    def writes(self) -> list[tuple[int, Maker]]:
        """A job's life, and what it leaves behind."""
        self._jobs: deque[Item] = deque(maxlen=_RUNNING)
        return [(20, self._queued), (30, self._status), (30, self._log), (15, self._activity), (5, self._notification)]

    def _queued(self, now: float) -> Step | None:
        shelf = self.shelves["Jobs"]
        stamp = {"S": self.stamp(now)}
        new = {"jobId": {"S": f"job-{self.new_number()}"}, "status": {"S": "pending"}, "createdAt": stamp}
        item = {**self.sample(shelf), **new}
        return self.put("W1 job is queued", shelf, item, now, self.remembering(shelf, item, self._jobs))

    def _status(self, now: float) -> Step | None:
        """The next status; a job that is completed changes no more."""

        def other(item: Item) -> Item | None:
            status = _NEXT.get(item["status"]["S"])
            return {"status": {"S": status}, "lastRunAt": {"S": self.stamp(now)}} if status else None

        return self.change("W2 job changes status", self.shelves["Jobs"], self._jobs, other, now)

    def _log(self, now: float) -> Step | None:
        return self._recorded("W3 job logs", "JobLogs", "logId", {"timestamp": self._epoch(now)}, now)

    def _activity(self, now: float) -> Step | None:
        return self._recorded("W4 account is active", "Activity", "eventId", {"timestamp": self._epoch(now)}, now)

    def _notification(self, now: float) -> Step | None:
        written = {"createdAt": {"S": self.stamp(now)}, "status": {"S": "unread"}}
        return self._recorded("W5 user is notified", "Notifications", "notificationId", written, now)

    def _recorded(self, pattern: str, table: str, key: str, written: Item, now: float) -> Step | None:
        """A new item, made like one that was there."""
        shelf = self.shelves[table]
        item = {**self.sample(shelf), key: {"S": f"{table.lower()}-{self.new_number()}"}, **written}
        return self.put(pattern, shelf, item, now, self.remembering(shelf, item))

    def _epoch(self, now: float) -> dict[str, str]:
        return {"N": str(int(now + self.setting.clock_offset_seconds))}
