"""The Callytics load: calls come in, are analysed, and are looked up by brand, store, number, direction and outcome.

Rule: the mix is data; every write of call-analysis goes to up to eleven indexes. The documents give no ratio of reads
to writes: two to one is ours, as Miyabi's document has it.
"""

from __future__ import annotations

from collections import deque

from dynarig.workloads.ledger import Item
from dynarig.workloads.scenarios.base import Step
from dynarig.workloads.scenarios.estate import EstateScenario, Maker

_CORRECTED = 500  # of the newest analyses, those that may be corrected
_OUTCOMES = ("booked", "resolved", "no_answer", "lost")


class Callytics(EstateScenario):
    """The mix of the production stage."""

    name = "callytics"
    question = "Do the call tables and their 11 indexes answer while calls come in and are analysed?"
    estate = "callytics"
    reads = {
        "CAL-AP01": 8,
        "CAL-AP04": 10,
        "CAL-AP05": 10,
        "CAL-AP06": 4,
        "CAL-AP08": 6,
        "CAL-AP11": 10,
        "CAL-AP12": 24,
        "CAL-AP13": 20,
        "CAL-AP14": 8,
        "CAL-AP15": 6,
        "CAL-AP16": 10,
        "CAL-AP20": 6,
        "CAL-AP21": 6,
        "CAL-AP22": 10,
        "CAL-AP23": 14,
        "CAL-AP26": 6,
        "CAL-AP30": 6,
        "CAL-AP31": 8,
        "CAL-AP32": 6,
        "CAL-AP33": 6,
        "CAL-AP40": 8,
        "CAL-AP42": 8,
    }

    def writes(self) -> list[tuple[int, Maker]]:
        """A call's events, its analysis, and a correction of one of the newest analyses."""
        self._newest: deque[Item] = deque(maxlen=_CORRECTED)
        return [(40, self._call), (40, self._analysis), (20, self._correction)]

    def _call(self, now: float) -> Step | None:
        shelf, number = self.shelves["CallEvents"], self.new_number()
        item = {**self.sample(shelf), **_identity(number), "sessionId": {"S": number}}
        return self.put("W1 call ends", shelf, item, now, self.remembering(shelf, item))

    def _analysis(self, now: float) -> Step | None:
        shelf = self.shelves["CallAnalysis"]
        began = {"callStartTime": {"S": self.stamp(now)}}
        item = {**self.sample(shelf), **_identity(self.new_number()), **began}
        return self.put("W2 call is analysed", shelf, item, now, self.remembering(shelf, item, self._newest))

    def _correction(self, now: float) -> Step | None:
        """An attribute that is in no index's key: all the indexes that hold the item are written nevertheless."""

        def other(item: Item) -> Item:
            word = _OUTCOMES[int(self.draw.random() * len(_OUTCOMES))]
            return {"call_outcome": {"M": {"outcome_category": {"S": word}, "resolved": {"BOOL": word == "resolved"}}}}

        return self.change("W3 analysis is corrected", self.shelves["CallAnalysis"], self._newest, other, now)


def _identity(number: str) -> Item:
    return {"telephonySessionId": {"S": f"s-{number}"}, "transcriptionJobName": {"S": f"transcribe-s-{number}"}}
