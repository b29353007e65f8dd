"""An engine of a few lines for the shells' tests: it echoes, waits or breaks as the request asks."""

from __future__ import annotations

from collections.abc import Generator

from dynarig.emulator.capacity.admission import Admission
from dynarig.emulator.clock import ManualClock
from dynarig.emulator.http import wire
from dynarig.emulator.http.admin_request import Rig
from dynarig.emulator.http.server import Server
from dynarig.emulator.http.wire import Answer
from dynarig.emulator.metrics.activity import Activity
from dynarig.emulator.metrics.store import Store
from dynarig.emulator.model.call import Call, Reply, Spliced
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.catalog import Catalog


class NoServices:
    """None of the other services has any operation."""

    def call(self, service: str, operation: str, namespace: object, request: object, now: float) -> object:
        raise KeyError(operation)

    def count_unread(self, region: str) -> None:
        """Nothing is counted."""

    def count_broken(self, call: Call) -> None:
        """Nothing is counted."""


class FakeEngine:
    """`{"echo": x}` is answered; `{"delay": seconds}` makes the reply wait; `{"break": true}` raises.

    `{"long": n}` is answered with a text of n characters that is there as bytes.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.due: list[float] = []
        self.resets = 0
        self.services = NoServices()
        self.activity = Activity(Store(5, 1))
        self.admission = Admission(Settings())
        self.catalogs: dict[tuple[str, str], Catalog] = {}

    def execute(self, call: Call, now: float) -> Reply:
        self.calls.append(call)
        if call.request.get("break"):
            raise RuntimeError("broken on request")
        if "unencodable" in call.request:
            return Reply(200, {"echo": object()})
        payload = {"echo": call.request.get("echo")}
        if "long" in call.request:
            payload = Spliced("echo", b'"%b"' % (b"x" * call.request["long"]))
        return Reply(200, payload, delay_seconds=call.request.get("delay", 0.0))

    def run_due(self, now: float) -> float | None:
        self.due.append(now)
        return None

    def finish_due(self, now: float) -> None:
        self.due.append(now)

    def reset(self) -> None:
        self.resets += 1


def fake_server(engine: FakeEngine, **values: object) -> Server:
    """A server over the fake, on a free port, with settings as given."""
    settings = Settings(**{"port": 0, **values})
    return Server(Rig(engine, ManualClock(), settings), wire.targets(["GetItem"], []))


def whole(answer: Answer | Generator[None, None, Answer]) -> Answer:
    """An answer of `admin.serve`, its steps taken."""
    while not isinstance(answer, Answer):
        try:
            next(answer)
        except StopIteration as end:
            answer = end.value
    return answer
