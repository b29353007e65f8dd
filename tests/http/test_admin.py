"""The routes under /_dynarig/, without a socket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.http.admin import ROUTES, is_admin, reset, serve
from dynarig.emulator.http.admin_request import Rig
from dynarig.emulator.settings import Settings
from tests.http.fake_engine import FakeEngine, fake_server


def rig() -> Rig:
    return Rig(FakeEngine(), ManualClock(100.0), Settings())


def ask(under_test: Rig, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, Any]]:
    wired = {name.encode(): value.encode() for name, value in headers.items()}
    answer = serve(under_test, method.encode(), (path.encode(), b""), wired, body)
    assert answer.content_type == b"application/json"
    return answer.status, json.loads(answer.body)


def test_health() -> None:
    assert ask(rig(), "GET", "/_dynarig/health") == (
        200,
        {"status": "ok", "now": 100.0, "capacity": {"mode": "off", "scale": 1.0}},
    )


def test_reset_forgets_state_and_lets_the_clock_run() -> None:
    under_test = rig()
    assert ask(under_test, "POST", "/_dynarig/reset") == (200, {"status": "reset"})
    assert under_test.engine.resets == 1  # type: ignore[attr-defined]
    assert not under_test.clock.frozen


def test_clock() -> None:
    under_test = rig()
    assert ask(under_test, "GET", "/_dynarig/clock") == (200, {"now": 100.0, "frozen": True})
    assert ask(under_test, "POST", "/_dynarig/clock", b'{"advance": 5}') == (200, {"now": 105.0, "frozen": True})
    assert ask(under_test, "POST", "/_dynarig/clock", b'{"freeze": 7.5}') == (200, {"now": 7.5, "frozen": True})
    assert under_test.engine.due == [105.0, 7.5]  # type: ignore[attr-defined]
    assert ask(under_test, "POST", "/_dynarig/clock", b'{"resume": true}')[1]["frozen"] is False
    assert ask(under_test, "POST", "/_dynarig/clock", b'{"freeze": true}')[1]["frozen"] is True


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"{",
        b'{"freeze": 1, "advance": 1}',
        b'{"freeze": "now"}',
        b'{"freeze": false}',
        b'{"freeze": -1}',
        b'{"freeze": 1e300}',
        b'{"advance": -1}',
        b'{"advance": true}',
        b'{"advance": null}',
        b'{"advance": 99999999999999999999999999}',
        b'{"resume": false}',
        b'{"stop": true}',
    ],
)
def test_bad_input_is_one_clear_line(body: bytes) -> None:
    under_test = rig()
    status, answer = ask(under_test, "POST", "/_dynarig/clock", body)
    assert status == 400
    assert answer["error"]
    assert "\n" not in answer["error"]
    assert under_test.clock.now() == 100.0


@pytest.mark.parametrize("path", ["/_dynarig/", "/_dynarig"])
def test_the_routes_are_listed(path: str) -> None:
    assert is_admin(path.encode())
    status, answer = ask(rig(), "GET", path)
    assert status == 200
    assert {"method": "POST", "path": "/_dynarig/reset", "does": reset.__doc__} in answer["routes"]
    listed = {(route["path"].encode(), route["method"].encode()) for route in answer["routes"]}
    assert listed == {(path, method) for path, methods in ROUTES.items() for method in methods}
    assert all(route["does"] for route in answer["routes"])


@pytest.mark.parametrize("path", ["/_dynarig/clok", "/shell", "/shell/"])
def test_an_unknown_path_says_what_there_is(path: str) -> None:
    assert is_admin(path.encode())
    hint = "GET /_dynarig/ lists what there is"
    assert ask(rig(), "GET", path) == (404, {"error": f"no such path: {path}; {hint}"})


def test_unknown_paths_and_methods() -> None:
    status, answer = ask(rig(), "GET", "/_dynarig/reset")
    assert (status, answer) == (405, {"error": "/_dynarig/reset takes POST"})
    assert is_admin(b"/_dynarig/clock")
    assert not is_admin(b"/_dynari")


def test_a_page_of_another_origin_is_refused() -> None:
    assert ask(rig(), "POST", "/_dynarig/reset", origin="http://evil.example", host="127.0.0.1:8000")[0] == 403
    assert ask(rig(), "POST", "/_dynarig/reset", origin="http://127.0.0.1:8000", host="127.0.0.1:8000")[0] == 200


@pytest.mark.parametrize("url", [b"/_dynarig/health", b"/_dynarig/health?x=1", b"http://h:1/_dynarig/health"])
def test_the_server_brings_requests_here(url: bytes) -> None:
    data, delay_seconds = fake_server(FakeEngine()).respond(b"GET", url, {}, b"")
    assert data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert delay_seconds == 0
