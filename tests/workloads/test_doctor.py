"""`dynarig doctor`: each finding, the page, the exit status."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dynarig.emulator.clock import ManualClock
from dynarig.emulator.http.server import assemble, running
from dynarig.emulator.settings import Settings
from dynarig.workloads import doctor
from dynarig.workloads import doctor_checks as checks
from dynarig.workloads.doctor_checks import FAULT, MISSING, OK, Finding


def only(check: Callable[[], Iterator[Finding]]) -> Finding:
    [finding] = check()
    return finding


def hide(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    there = checks._there
    monkeypatch.setattr(checks, "_there", lambda name: name not in modules and there(name))


def test_the_page_and_its_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 50
    for subject in ("python", "core", "boto3", "[load]", "port 8000", "docker", "java", "maven", "browser", "clock"):
        assert any(line.split()[1:2] == subject.split()[:1] for line in lines if line[:2] in ("ok", "--", "!!")), (
            subject
        )


def test_the_findings_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (checks.python, checks.core))
    assert doctor.main(["--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(finding["subject"], finding["state"]) for finding in told] == [("python", OK), ("core", OK)]


def test_a_core_that_cannot_run_is_the_exit_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (checks.core,))
    hide(monkeypatch, "msgspec")
    assert doctor.main([]) == 1
    out = capsys.readouterr().out
    assert "!!  core  without msgspec\n" in out
    assert "→ pip install --force-reinstall dynarig\n" in out


def test_what_is_optional_is_no_fault(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (checks.sdk, checks.extras))
    hide(monkeypatch, "boto3", "locust", "moto", "yaml", "docker")
    assert doctor.main([]) == 0
    out = capsys.readouterr().out
    for extra in ("fixtures", "load", "moto", "docker"):
        assert f"→ pip install 'dynarig[{extra}]'\n" in out
    assert "→ pip install boto3\n" in out
    assert "0 work, 5 optional things are missing, 0 are at fault" in out


def test_a_check_that_fails_is_a_finding() -> None:
    def broken() -> Iterator[Finding]:
        raise RuntimeError("no luck")

    assert doctor.examined(broken) == [Finding("broken", FAULT, "could not look: RuntimeError: no luck")]


def test_settings() -> None:
    def told(**environment: str) -> Finding:
        return only(lambda: checks.settings(environment))

    assert told(DYNARIG_SEED="1", HOME="x") == Finding("settings", OK, "DYNARIG_SEED")
    assert told().state == OK
    slip = told(DYNARIG_SED="1")
    assert (slip.state, slip.detail) == (FAULT, "no variable DYNARIG_SED; did you mean DYNARIG_SEED?")


def test_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind((checks.HOST, 0))
        free = other.getsockname()[1]
        monkeypatch.setattr(checks, "_PORTS", {free: "somebody"})
        assert only(checks.ports) == Finding(f"port {free}", OK, "free, for somebody")
        other.listen()
        monkeypatch.setattr(checks, "_health", lambda port: None)
        assert only(checks.ports).state == MISSING


@pytest.mark.parametrize(("at", "state", "told"), [(None, OK, "this machine's"), (1e9, MISSING, "behind by")])
def test_a_server_and_its_clock(at: float | None, state: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(assemble(Settings(port=0), clock=ManualClock(at))) as server:
        monkeypatch.setattr(checks, "_PORTS", {server.port: "dynarig serve"})
        finding = only(checks.ports)
    assert finding.state == state
    assert told in finding.detail


def test_what_other_programs_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    states = {finding.subject: finding for check in (checks.docker, checks.java, checks.browser) for finding in check()}
    assert {finding.state for finding in states.values()} == {MISSING}
    assert states["java"].mend == "apt-get install openjdk-17-jre-headless"
    assert states["maven"].mend == "apt-get install maven"
    assert "no Docker engine" in states["docker"].detail


class Ticks:
    """A clock that tells what it is given, the last again and again."""

    def __init__(self, *times: float) -> None:
        self.times = list(times)

    def __call__(self) -> float:
        return self.times.pop(0) if len(self.times) > 1 else self.times[0]


@pytest.mark.parametrize(
    ("monotonic", "wall", "state"),
    [
        ((0.0, 0.0, 1e-3, 0.01, 0.02, 0.03, 0.3), (5.0, 5.3), MISSING),  # held up for 270 ms
        ((0.0, 0.0, *(n / 100 for n in range(1, 22))), (5.0, 5.2 + 60), FAULT),  # set by a minute
        ((0.0, 0.0, *(n / 100 for n in range(1, 22))), (5.0, 5.2), OK),
    ],
)
def test_the_clock(monotonic: Any, wall: Any, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.time, "perf_counter", Ticks(*monotonic))
    monkeypatch.setattr(checks.time, "time", Ticks(*wall))
    assert only(checks.clock).state == state
