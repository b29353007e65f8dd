"""The Natterbox load: sessions, states of calls, live analytics and feature flags, by the patterns of the estate.

Rule: the mix is data. The document gives no rates: two reads to one write, as Miyabi's has it, and dashboards and call
states most often. An organization's analytics are keyed by milliseconds, where two records would be one (what
`time-series` counts): here further digits tell them apart, so that every answer can be judged.
"""

from __future__ import annotations

import time
from collections import deque

from dynarig.fixtures.natterbox import COURSES
from dynarig.workloads.ledger import Item
from dynarig.workloads.scenarios.base import Step
from dynarig.workloads.scenarios.estate import EstateScenario, Maker

_GOING_ON = 500  # of the newest calls, those that go on; of the newest sessions, those that change
_PRESENCES = ("available", "busy", "away", "wrap_up")


class Natterbox(EstateScenario):
    """The mix of the one environment that the document describes."""

    name = "natterbox"
    question = "Do sessions, call states, dashboards and feature flags answer while calls go through their states?"
    estate = "natterbox"
    reads = {
        "NBX-AP1": 40,
        "NBX-AP2": 60,
        "NBX-AP3": 20,
        "NBX-AP4": 40,
        "NBX-AP5": 10,
        "NBX-AP6": 30,
    }

    def writes(self) -> list[tuple[int, Maker]]:
        """A call's next state, an analytics record, a session that begins and one that changes."""
        self._calls: deque[tuple[Item, tuple[str, ...]]] = deque(maxlen=_GOING_ON)  # last state, the ones to come
        self._sessions: deque[Item] = deque(maxlen=_GOING_ON)
        return [(45, self._state), (35, self._event), (5, self._session), (15, self._presence)]

    def _state(self, now: float) -> Step | None:
        """The next state of a call that goes on, or the first one of a new call."""
        shelf = self.shelves["CallState"]
        if self._calls and self.draw.random() < 0.7:
            before, states = self._calls.popleft()
            leg = int(before["leg"]["N"]) + 1
        else:
            before = {**self.sample(shelf), "callId": {"S": f"call-{self.new_number()}"}}
            leg, courses = 1, tuple(COURSES.values())
            states = courses[int(self.draw.random() * len(courses))]
        item = {**before, "timestamp": {"S": self._instant(now)}, "state": {"S": states[0]}, "leg": {"N": str(leg)}}
        remember = self.remembering(shelf, item)

        def done(success: bool) -> None:
            remember(success)
            if success and len(states) > 1:
                self._calls.append((item, states[1:]))

        return self.put("W1 call changes state", shelf, item, now, done)

    def _event(self, now: float) -> Step | None:
        shelf = self.shelves["AnalyticsRealtime"]
        item = {**self.sample(shelf), "timestamp": {"S": self._instant(now)}}
        return self.put("W2 organization reports", shelf, item, now, self.remembering(shelf, item))

    def _session(self, now: float) -> Step | None:
        shelf = self.shelves["Sessions"]
        began = {"sessionId": {"S": f"sess-{self.new_number()}"}, "startedAt": {"S": self.stamp(now)}}
        item = {**self.sample(shelf), **began}
        return self.put("W3 session begins", shelf, item, now, self.remembering(shelf, item, self._sessions))

    def _presence(self, now: float) -> Step | None:
        def other(item: Item) -> Item:
            word = _PRESENCES[int(self.draw.random() * len(_PRESENCES))]
            return {"state": {"M": {**item["state"]["M"], "presence": {"S": word}}}}

        return self.change("W4 presence changes", self.shelves["Sessions"], self._sessions, other, now)

    def _instant(self, now: float) -> str:
        """ISO 8601 with milliseconds, then digits that no other record has."""
        millis = int((now + self.setting.clock_offset_seconds) * 1e3)
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(millis // 1_000))
        return f"{text}.{millis % 1_000:03d}{self.new_number()[10:]}Z"
