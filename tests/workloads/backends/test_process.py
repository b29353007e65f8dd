"""Child processes: started, found ready, and gone afterwards, however their parent ends."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from dynarig.workloads.backends import BackendError
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http

SERVER = [sys.executable, "-I", "-S", "-m", "http.server", "--bind", HOST]


def server(port: int = 0, **options: object) -> ServerProcess:
    return ServerProcess("the server", lambda chosen: [*SERVER, str(chosen)], answers_http, port=port, **options)


def wait_until_silent(port: int) -> bool:
    deadline = time.monotonic() + 10
    while answers_http(port):
        if time.monotonic() > deadline:
            return False
    return True


def test_starts_and_stops():
    running = server().start()
    assert running.running
    assert answers_http(running.port)
    running.stop()
    running.stop()
    assert not running.running
    assert wait_until_silent(running.port)


def test_a_port_in_use_is_told():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BackendError, match=f"^port {port} of 127.0.0.1 is in use"):
            server(port).start()


def test_a_child_that_ends_gives_its_last_words():
    command = [sys.executable, "-I", "-S", "-c", "print('first'); print('no such thing'); raise SystemExit(3)"]
    with pytest.raises(BackendError, match=r"^the server ended at once: no such thing$"):
        ServerProcess("the server", lambda port: command, answers_http).start()


def test_a_child_that_never_answers_is_stopped():
    silent = ServerProcess("the server", lambda port: [*SERVER, str(port)], lambda port: False, timeout_seconds=0.3)
    with pytest.raises(BackendError, match=r"did not answer on port \d+ within 0.3 s"):
        silent.start()
    assert not silent.running
    assert wait_until_silent(silent.port)


def test_a_killed_parent_leaves_nothing_behind():
    program = (
        "import sys, time; from tests.workloads.backends.test_process import server;"
        "print(server().start().port, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with parent:
        port = int(parent.stdout.readline())
        assert answers_http(port)
        os.kill(parent.pid, signal.SIGKILL)
    assert wait_until_silent(port)
