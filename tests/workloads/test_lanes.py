"""Lanes against small servers of our own: answers, connections that end, and what a fault of a scenario does."""

import socket
import time

import gevent
import pytest
from gevent.server import StreamServer

from dynarig.workloads.client import signer_of
from dynarig.workloads.lanes import Lanes
from dynarig.workloads.mixture import Mixture
from dynarig.workloads.pacing import Constant
from dynarig.workloads.recorder import Recorder
from dynarig.workloads.scenarios.base import Scenario, Setting, Step
from dynarig.workloads.schedule import Schedule

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Gets(Scenario):
    name = ""

    def next(self, now):
        return Step("get", "GetItem", {"TableName": "T", "Key": {"id": {"S": "x" * self.setting.now}}}, now)


def run(answer, count=20, size=10, lanes=4, scenario=Gets, timeout_seconds=5.0):
    """Send `count` requests, a millisecond apart; `answer(number, connection)` says how each is answered."""
    seen = []

    def serve(connection, _):
        buffer = b""
        while data := connection.recv(65_536):
            buffer += data
            while (cut := buffer.find(b"\r\n\r\n")) >= 0:
                length = int(buffer[:cut].rpartition(b"Content-Length: ")[2])
                if len(buffer) < cut + 4 + length:
                    break
                seen.append(length)
                buffer = buffer[cut + 4 + length :]
                if answer(len(seen), connection):
                    return

    with StreamServer(("127.0.0.1", 0), serve) as server:
        server.start()
        url = f"http://127.0.0.1:{server.server_port}"
        mixture = Mixture([(scenario(Setting(now=size)), 1.0)], 1)
        recorder = Recorder(mixture, lambda *told: None)
        schedule = Schedule(Constant(1_000.0))
        signers = {"us-east-1": signer_of(url, "us-east-1")}
        sender = Lanes(recorder, schedule, ("127.0.0.1", server.server_port), signers, lanes, timeout_seconds)
        schedule.start()
        sender.start()
        deadline = time.monotonic() + 20
        while recorder.sent < count and sender.fault is None and time.monotonic() < deadline:
            gevent.sleep(0.002)
        schedule.close()
        sender.close()
        assert sender.ended.wait(20)
    return recorder.measured.total(), seen, sender


def say(connection, text=OK):
    connection.sendall(text)


def test_every_request_is_sent_whole_and_counted_once():
    total, seen, _ = run(lambda number, connection: say(connection))
    assert total.succeeded == total.requests == len(seen) >= 20
    assert total.from_intended.total == total.succeeded


def test_large_requests_go_out_in_parts():
    total, seen, _ = run(lambda number, connection: say(connection), count=5, size=3_000_000, lanes=2)
    assert total.succeeded == len(seen)
    assert min(seen) > 3_000_000


def test_answers_that_come_in_parts_are_put_together():
    def slowly(number, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(OK), 10):
            say(connection, OK[at : at + 10])
            gevent.sleep(0)

    assert run(slowly)[0].succeeded >= 20


def test_a_connection_that_ends_costs_one_request_and_another_is_opened():
    def ends(number, connection):
        if number % 5:
            say(connection)
            return False
        return True

    total, seen, _ = run(ends, count=40)
    assert total.errors == {"ConnectionError": len(seen) // 5}
    assert total.succeeded == len(seen) - len(seen) // 5


def test_a_server_that_closes_after_each_answer_is_served_all_the_same():
    closing = OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")

    def ends(number, connection):
        say(connection, closing)
        return True

    total, seen, _ = run(ends)
    assert total.succeeded == len(seen)


def test_no_answer_in_time_is_an_error():
    total, _, _ = run(lambda number, connection: None, count=4, timeout_seconds=0.1)
    assert total.errors == {"Timeout": total.requests}
    assert total.requests >= 4


def test_nobody_there_is_an_error_of_each_request():
    def refuse(number, connection):
        raise AssertionError

    mixture = Mixture([(Gets(Setting(now=1)), 1.0)], 1)
    recorder, schedule = Recorder(mixture, lambda *told: None), Schedule(Constant(1_000.0))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening
        place = taken.getsockname()
        sender = Lanes(recorder, schedule, place, {"us-east-1": signer_of("http://x:1", "us-east-1")}, 2, 1.0)
        schedule.start()
        sender.start()
        while recorder.sent < 5:
            gevent.sleep(0.002)
        schedule.close()
        sender.close()
        assert sender.ended.wait(10)
    assert recorder.measured.total().errors == {"ConnectionError": recorder.sent}


class Broken(Gets):
    name = ""

    def answered(self, step, response, ended):
        raise KeyError("a mistake of the scenario")


def test_a_fault_of_a_scenario_ends_the_run(caplog):
    _, seen, sender = run(lambda number, connection: say(connection), scenario=Broken)
    assert isinstance(sender.fault, KeyError)
    assert "ended by a fault of a scenario" in caplog.text
    assert len(seen) < 20


def test_lanes_are_few_and_what_is_overdue_waits_its_turn():
    open_at_once = []

    def slowly(number, connection):
        open_at_once.append(connection.fileno())
        gevent.sleep(0.005)
        say(connection)

    total, _, _ = run(slowly, count=20, lanes=2)
    assert len(set(open_at_once)) <= 2
    assert total.from_intended.max_seconds > total.from_actual.percentile(50.0)


@pytest.mark.parametrize("text", [b"SSH-2.0-none\r\n\r\n", b"HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone"])
def test_what_is_no_dynamodb_is_an_error(text):
    total, _, _ = run(lambda number, connection: say(connection, text), count=5)
    assert total.failed == total.requests
