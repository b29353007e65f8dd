"""The ACS load: mail comes in and is answered, by account, conversation, message and response.

Rule: the mix is data; only patterns that the schema serves (the document's login by responseEmail finds nobody, and its
active sessions of a user are no Query). A message goes to five indexes. The document gives no rates: two reads to one
write, as Miyabi's has it.
"""

from __future__ import annotations

from collections import deque

from dynarig.workloads.ledger import Item
from dynarig.workloads.scenarios.base import Step
from dynarig.workloads.scenarios.estate import EstateScenario, Maker

_GOING_ON = 500  # of the newest threads, those that get further messages


class Acs(EstateScenario):
    """The mix of the development stage, the one that is documented."""

    name = "acs"
    question = "Do threads, messages and limits answer by account and conversation while mail comes in?"
    estate = "acs"
    reads = {
        "ACS-Q2": 40,
        "ACS-Q3": 24,
        "ACS-I01": 14,
        "ACS-I06": 8,
        "ACS-I07": 14,
        "ACS-I08": 10,
        "ACS-I09": 20,
        "ACS-I10": 14,
        "ACS-I11": 8,
        "ACS-I12": 4,
        "ACS-I13": 4,
        "ACS-I14": 4,
        "ACS-I15": 12,
        "ACS-I16": 6,
        "ACS-I17": 6,
        "ACS-I18": 6,
        "ACS-I19": 2,
        "ACS-I20": 8,
        "ACS-I21": 4,
    }

    def writes(self) -> list[tuple[int, Maker]]:
        """A thread opens and goes on with messages; each is scored, and functions are invoked."""
        self._threads: deque[Item] = deque(maxlen=_GOING_ON)
        return [(15, self._thread), (35, self._message), (25, self._goes_on), (10, self._score), (15, self._invocation)]

    def _thread(self, now: float) -> Step | None:
        shelf, number, stamp = self.shelves["Threads"], self.new_number(), {"S": self.stamp(now)}
        new = {"conversation_id": {"S": f"conversation-{number}"}, "thread_id": {"S": f"thread-{number}"}}
        item = {**self.sample(shelf), **new, "created_at": stamp, "last_message_at": stamp, "message_count": {"N": "1"}}
        return self.put("W1 thread opens", shelf, item, now, self.remembering(shelf, item, self._threads))

    def _message(self, now: float) -> Step | None:
        """Of one of the newest threads, where there is one; else in a conversation that was there."""
        shelf, number = self.shelves["Conversations"], self.new_number()
        new = {
            "response_id": {"S": f"response-{number}"},
            "message_id": {"S": f"message-{number}"},
            "timestamp": {"S": self.stamp(now)},
            "is_first_email": {"S": "false"},
        }
        item = {**self.sample(shelf), **new}
        if self._threads:
            thread = self._threads[-1]
            item |= {name: thread[name] for name in ("conversation_id", "associated_account", "thread_id")}
        return self.put("W2 message arrives", shelf, item, now, self.remembering(shelf, item))

    def _goes_on(self, now: float) -> Step | None:
        def other(item: Item) -> Item:
            count = str(int(item["message_count"]["N"]) + 1)
            return {"message_count": {"N": count}, "last_message_at": {"S": self.stamp(now)}}

        return self.change("W3 thread goes on", self.shelves["Threads"], self._threads, other, now)

    def _score(self, now: float) -> Step | None:
        shelf = self.shelves["EVDataCollection"]
        new = {"conversation_id": {"S": f"conversation-scored-{self.new_number()}"}}
        item = {**self.sample(shelf), **new, "calculation_date": {"S": self.stamp(now)}}
        return self.put("W4 conversation is scored", shelf, item, now, self.remembering(shelf, item))

    def _invocation(self, now: float) -> Step | None:
        shelf, number = self.shelves["Invocations"], self.new_number()
        new = {"id": {"S": f"invocation-{number}"}, "request_id": {"S": f"request-{number}"}}
        item = {**self.sample(shelf), **new, "invoked_at": {"S": self.stamp(now)}}
        return self.put("W5 function is invoked", shelf, item, now, self.remembering(shelf, item))
