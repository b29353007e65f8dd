"""Master and workers before a run: nobody starts until all are ready, whoever comes late, and faults are told."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import gevent
import pytest

from dynarig.workloads.agreement import END, FIGURES, HERE, PLAN, READY, Agreement, Member
from dynarig.workloads.plan import Plan


class Runner:
    """Locust's runner as the agreement sees it: what was sent, and who is there."""

    def __init__(self, *workers: str) -> None:
        self.clients = Clients(workers)
        self.sent: list[tuple[str, Any, str | None]] = []
        self.listeners: dict[str, Any] = {}

    def register_message(self, kind: str, listener: Any) -> None:
        self.listeners[kind] = listener

    def send_message(self, kind: str, data: Any = None, client_id: str | None = None) -> None:
        self.sent.append((kind, data, client_id))

    def hears(self, kind: str, data: Any = None, node_id: str = "") -> None:
        self.listeners[kind](environment=None, msg=Namespace(data=data, node_id=node_id))


class Clients(dict[str, Any]):
    """All of them are ready."""

    def __init__(self, workers: tuple[str, ...]) -> None:
        super().__init__({worker: Namespace(id=worker, state="ready") for worker in workers})

    @property
    def ready(self) -> list[Any]:
        return list(self.values())


def planned(processes: int) -> Plan:
    return Plan("http://127.0.0.1:1", processes, 0, 0.0, (), {})


def agreeing(runner: Runner, options: Namespace) -> tuple[Agreement, gevent.Greenlet]:
    """A master that has sent its plan and waits."""
    agreement = Agreement(runner, [].append, look_seconds=0.01)
    waiting = gevent.spawn(agreement.agree, options, planned)
    gevent.sleep(0)
    return agreement, waiting


def ready(runner: Runner, worker: str, fault: str = "", serial: int = 1) -> None:
    runner.hears(READY, {"serial": serial, "fault": fault}, worker)


def test_the_run_begins_when_the_last_worker_is_ready() -> None:
    runner, options = Runner("a", "b"), Namespace(rate=100.0)
    agreement, waiting = agreeing(runner, options)
    assert [(kind, data["number"], worker) for kind, data, worker in runner.sent] == [(PLAN, 0, "a"), (PLAN, 1, "b")]
    assert runner.sent[0][1]["options"]["dynarig_plan"]["processes"] == 2
    assert Plan.kept(options).processes == 2
    ready(runner, "b")
    ready(runner, "b")
    ready(runner, "a", serial=0)  # of another plan
    gevent.sleep(0.02)
    assert not waiting.ready()
    ready(runner, "a")
    waiting.get(timeout=5)
    assert agreement.holds


def test_a_worker_that_listens_only_later_gets_the_plan_again_under_its_number() -> None:
    runner = Runner("a", "b")
    _, waiting = agreeing(runner, Namespace())
    ready(runner, "a")
    runner.hears(HERE, node_id="b")
    runner.hears(HERE, node_id="a")  # has answered
    runner.hears(HERE, node_id="stranger")
    assert [(data["number"], worker) for _, data, worker in runner.sent] == [(0, "a"), (1, "b"), (1, "b")]
    ready(runner, "b")
    waiting.get(timeout=5)


def test_a_workers_fault_is_the_runs() -> None:
    runner = Runner("a", "b")
    _, waiting = agreeing(runner, Namespace())
    ready(runner, "a")
    ready(runner, "b", "raise --scale")
    with pytest.raises(ValueError, match="worker 1: raise --scale"):
        waiting.get(timeout=5)


def test_a_worker_that_is_lost_is_not_waited_for() -> None:
    runner = Runner("a", "b")
    _, waiting = agreeing(runner, Namespace())
    ready(runner, "a")
    del runner.clients["b"]
    with pytest.raises(ValueError, match="1 of 2 workers were lost"):
        waiting.get(timeout=5)


def test_who_comes_or_goes_ends_an_agreement() -> None:
    runner = Runner("a")
    agreement, waiting = agreeing(runner, Namespace())
    assert not Agreement(Runner(), [].append).holds
    ready(runner, "a")
    waiting.get(timeout=5)
    runner.clients["b"] = Namespace(id="b", state="ready")
    assert not agreement.holds


def test_a_worker_makes_ready_once_by_the_masters_options() -> None:
    runner, options, numbers = Runner(), Namespace(rate=1.0, master_host="here"), []
    Member(runner, options, numbers.append, dict, kept=("master_host",))
    assert runner.sent == [(HERE, None, None)]
    told = {"serial": 7, "number": 1, "options": {"rate": 500.0, "master_host": "there"}}
    runner.hears(PLAN, told)
    runner.hears(PLAN, told)
    assert numbers == [1]
    assert (options.rate, options.master_host) == (500.0, "here")
    assert runner.sent[1:] == [(READY, {"serial": 7, "fault": ""}, None)] * 2


def test_what_a_worker_cannot_do_is_its_answer() -> None:
    def fail(number: int) -> None:
        raise ValueError(f"process {number} has no items")

    runner = Runner()
    Member(runner, Namespace(), fail, dict)
    runner.hears(PLAN, {"serial": 1, "number": 3, "options": {}})
    assert runner.sent[-1] == (READY, {"serial": 1, "fault": "process 3 has no items"}, None)


def test_a_run_is_over_when_every_worker_that_is_there_has_told_its_figures() -> None:
    runner, taken = Runner("a", "b", "c"), []
    agreement = Agreement(runner, taken.append, look_seconds=0.01)
    starting = gevent.spawn(agreement.agree, Namespace(), planned)
    gevent.sleep(0)
    for worker in "abc":
        ready(runner, worker)
    starting.get(timeout=5)
    ending = gevent.spawn(agreement.collect, 60.0)
    gevent.sleep(0)
    assert [(kind, worker) for kind, _, worker in runner.sent[3:]] == [(END, "a"), (END, "b"), (END, "c")]
    runner.hears(FIGURES, {"sent": 1}, "a")
    runner.clients["c"].state = "missing"
    gevent.sleep(0.02)
    assert not ending.ready()
    runner.hears(FIGURES, {"sent": 2}, "b")
    ending.get(timeout=5)
    assert taken == [{"sent": 1}, {"sent": 2}]


def test_a_worker_that_never_tells_is_waited_for_only_so_long() -> None:
    runner = Runner("a")
    agreement, waiting = agreeing(runner, Namespace())
    ready(runner, "a")
    waiting.get(timeout=5)
    agreement.collect(0.01)


def test_a_worker_that_is_told_the_end_answers_with_its_figures() -> None:
    runner = Runner()
    Member(runner, Namespace(), lambda number: None, lambda: {"started": 3})
    runner.hears(END, {"serial": 1})
    assert runner.sent[-1] == (FIGURES, {"started": 3}, None)
