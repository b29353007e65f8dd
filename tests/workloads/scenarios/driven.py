"""A scenario against the engine itself: no Locust, no sockets, a clock that stands or is moved by hand.

    driven = Driven(HotKey, share=0.5)
    driven.run(2_000)
    verdict = driven.verify()

Requests go one after the other, `gap_seconds` apart by the load's clock, and are recorded as in a run.
"""

import threading

import orjson

from dynarig.emulator.engine import Engine
from dynarig.emulator.http.admin import serve
from dynarig.emulator.http.admin_request import Rig
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import Settings
from dynarig.workloads.backends.base import target_of
from dynarig.workloads.measure import Notes
from dynarig.workloads.mixture import Mixture, patterns_of
from dynarig.workloads.recorder import Recorder, request
from dynarig.workloads.scenarios.base import Setting
from dynarig.workloads.scenarios.run import Run
from dynarig.workloads.target import Target
from tests.http.fake_engine import whole

NOW = 1_764_417_600


class EngineClient:
    """`call` on an engine of its own, at a clock that is moved by hand."""

    def __init__(self, engine=None, **settings):
        self.engine = engine or Engine(Settings(**settings))
        self.now = float(NOW)
        self._lock = threading.Lock()  # seeding calls from several threads; an engine takes one call at a time

    def call(self, operation, request):
        with self._lock:
            call = Call(operation, orjson.loads(orjson.dumps(request)), target_of(operation).partition(".")[0])
            reply = self.engine.execute(call, self.now)
        payload = orjson.loads(orjson.dumps(reply.payload))
        if reply.error_code is not None:
            text = payload.pop("message", payload.pop("Message", ""))
            raise DynamoDBError(reply.error_code, str(text), members=payload)
        return payload

    def close(self):
        pass


class Clock:
    """The client's clock, as the administrative routes ask for it."""

    def __init__(self, client):
        self._client = client

    def now(self):
        return self._client.now


class EngineTarget(Target):
    """A target that is the engine, as if a load had started it; every region is the same."""

    ours = True

    def __init__(self, client, scale=0.05):
        super().__init__("http://engine", scale=scale)
        self.client = client

    def now(self):
        return self.client.now

    def admin(self, path):
        return self._ask(b"GET", path, b"")

    def set_capacity(self, **orders):
        return self._ask(b"POST", "/_dynarig/capacity", orjson.dumps(orders))

    def _ask(self, method, path, body):
        route, _, query = path.partition("?")
        rig = Rig(self.client.engine, Clock(self.client), self.client.engine.settings)
        answer = whole(serve(rig, method, (route.encode(), query.encode()), {}, body))
        return orjson.loads(answer.body) if answer.status == 200 else None

    def _client(self, region):
        return self.client


class AnotherTarget(EngineTarget):
    """The same as if it were another emulator at a --host, which tells nothing beside DynamoDB's answers."""

    ours = False

    def admin(self, path):
        return None

    def set_capacity(self, **orders):
        return None


class Driven:
    """One scenario's run. parameters: as --param sets them. changes: of its Setting. target: its class."""

    def __init__(self, scenario, client=None, changes=None, gap_seconds=0.01, target=EngineTarget, **parameters):
        self.client = client or EngineClient(**_flags(scenario))
        self.target = target(self.client)
        given = {each.name: each.default for each in scenario.parameters} | parameters
        fixed = {"scale": 0.05, "now": NOW, "clock_offset_seconds": float(NOW), "rate": 100.0, "run_seconds": 60.0}
        setting = Setting(**{**fixed, "parameters": given, **(changes or {})})
        self.clock = 0.0
        self.gap_seconds = gap_seconds
        self.preparing = scenario(setting)
        self.prepared = orjson.loads(orjson.dumps(self.preparing.prepare(self.target)))
        self.loading = scenario(setting)
        self.loading.begin(self.prepared)
        self.recorder = Recorder(Mixture([(self.loading, 1.0)], 1), lambda *told: None, self._tick, float(NOW))
        self.began = self.clock

    def _tick(self):
        self.clock += self.gap_seconds / 2  # a request begins and ends: two looks at the clock
        self.client.now = NOW + self.clock
        return self.clock

    def run(self, count):
        """So many requests; each is due when the one before has ended."""
        for _ in range(count):
            request(self.recorder, {self.loading.region: self.client}, self.clock)
        return self

    def verify(self):
        """The verdict, and the measurements for whoever looks closer."""
        self.measured = self.recorder.take()
        self.measured.intended = self.measured.started
        self.measured.elapsed_seconds = self.clock - self.began
        name = self.loading.name
        notes = self.measured.notes.get(name, Notes())
        self.evidence = Run(patterns_of(self.measured, name, False), notes, self.measured, self.target, self.prepared)
        return self.preparing.verify(self.evidence)


def _flags(scenario):
    """The settings that a load would start the emulator with."""
    flags = iter(scenario.emulator_flags)
    named = {flag.removeprefix("--").replace("-", "_"): float(value) for flag, value in zip(flags, flags, strict=True)}
    return {"capacity": scenario.capacity, **named}
