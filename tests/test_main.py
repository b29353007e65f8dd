"""The server as a process, and the `dynarig` command in front of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dynarig.emulator.__main__ import main, translate
from dynarig.emulator.settings import SettingsError
from dynarig.workloads import cli


@contextmanager
def serving(*argv: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "dynarig.emulator", *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"dynarig listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert found, (line, process.stderr.read() if process.stderr and not line else "")
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_told_to_stop(number: signal.Signals) -> None:
    with serving("--port", "0") as (process, url):
        with urllib.request.urlopen(url + "/_dynarig/health") as answer:
            assert answer.status == 200
        held = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))
        process.send_signal(number)
        assert process.wait(5) == 0
        held.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", int(url.rpartition(":")[2])))


def test_dynamodb_locals_command_line() -> None:
    argv = ("-port", "0", "-inMemory", "-sharedDb", "-disableTelemetry", "-cors", "*")
    with serving(*argv) as (_, url), urllib.request.urlopen(url) as answer:
        assert answer.read() == b"healthy: dynamodb.us-east-1.amazonaws.com "


def test_translation() -> None:
    assert translate(["-port", "1", "-sharedDb", "-dbPath", "x"]) == ["--port", "1", "--shared-db", "--db-path", "x"]
    assert translate(["-inMemory", "-delayTransientStatuses", "-optimizeDbBeforeStartup", "-disableTelemetry"]) == []
    assert translate(["-help"]) == ["--help"]
    with pytest.raises(SettingsError, match="-port needs a value"):
        translate(["-port"])


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["--port", "x"], "dynarig serve: --port: 'x' is not a whole number\n"),
        (["-port"], "dynarig serve: -port needs a value\n"),
        (["--port", "70000"], "dynarig serve: port: 70000 is above 65535\n"),
        (["--prot", "1"], "dynarig serve: no flag --prot; did you mean --port?\n"),
        (["--cosistency=eventual"], "dynarig serve: no flag --cosistency; did you mean --consistency?\n"),
        (["-inMemroy"], "dynarig serve: no flag -inMemroy; did you mean -inMemory?\n"),
        (["--fly"], "dynarig serve: no flag --fly; `dynarig serve --help` lists them\n"),
        (["8000"], "dynarig serve: nothing takes '8000'; `dynarig serve --help` shows what there is\n"),
        (["--port"], "dynarig serve: argument --port: expected one argument\n"),
    ],
)
def test_bad_flags_are_one_line(argv: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _status(argv) == 2
    assert capsys.readouterr().err == text


def _status(argv: list[str]) -> int:
    try:
        return main(argv)
    except SystemExit as stop:  # argparse's own
        return int(stop.code or 0)


def test_a_taken_port_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"dynarig serve: cannot listen on 127.0.0.1:{port}: ")
    assert error.count("\n") == 1


def test_db_path_is_told_to_keep_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["-dbPath", "here", "-port", str(taken.getsockname()[1])]) == 1
    first, *_ = capsys.readouterr().err.splitlines()
    assert first == "dynarig serve: tables live in memory; nothing is kept in here"


def test_the_command_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name}" in out for name in cli.COMMANDS)
    assert cli.main([]) == 2


def test_an_unknown_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sreve"]) == 2
    assert capsys.readouterr().err == "dynarig: no command 'sreve'; did you mean serve?\n"
    assert cli.main(["fly"]) == 2
    assert capsys.readouterr().err == f"dynarig: no command 'fly'; one of {', '.join(cli.COMMANDS)}\n"


@pytest.mark.parametrize(
    ("argv", "missing", "line"),
    [
        (["seed", "miyabi"], "yaml", "dynarig seed: yaml is not installed: pip install 'dynarig[fixtures]'\n"),
        (["unseed", "--all"], "rich", "dynarig unseed: rich is not installed: pip install 'dynarig[fixtures]'\n"),
        (["verify"], "numpy", "dynarig verify: numpy is not installed: pip install 'dynarig[fixtures]'\n"),
        (["bench", "http"], "rich", "dynarig bench: rich is not installed: pip install 'dynarig[load]'\n"),
        (["bench", "http"], "psutil", "dynarig bench: psutil is not installed: pip install 'dynarig[load]'\n"),
    ],
)
def test_a_command_without_its_extra_names_what_installs_it(argv: list[str], missing: str, line: str) -> None:
    hide = (
        f"import sys; sys.modules[{missing!r}] = None; from dynarig.workloads.cli import main; sys.exit(main({argv}))"
    )
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert re.fullmatch(r"dynarig \S.*\n", capsys.readouterr().out)


def test_a_command_hands_its_flags_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--port", "x"]) == 2
    assert "--port" in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dynarig.workloads.cli import main; main(['--help']);"
        "heavy = {'boto3', 'botocore', 'locust', 'gevent', 'dynarig.emulator.engine'} & set(sys.modules);"
        "sys.exit(bool(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env={**os.environ}, check=False)
    assert done.returncode == 0, done.stderr


def test_the_installed_load_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["locustfile"]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.is_absolute()
    assert "import LoadUser" in path.read_text()
    done = subprocess.run(
        [sys.executable, "-m", "locust", "-f", str(path), "--list"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "LoadUser" in done.stdout


def test_what_a_command_comes_to_need_is_told_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def main(argv: list[str]) -> int:
        raise ModuleNotFoundError("No module named 'docker.errors'", name="docker.errors")

    monkeypatch.setattr("dynarig.workloads.doctor.main", main)
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().err == "dynarig doctor: docker is not installed: pip install 'dynarig[docker]'\n"


def test_a_reader_that_has_read_enough_meets_no_trace() -> None:
    program = "import sys; from dynarig.workloads.cli import main; sys.exit(main(['env']))"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


EACH_COMMAND = """
import contextlib, io, json
from dynarig.workloads import cli
told = {}
for name in cli.COMMANDS:
    with contextlib.redirect_stderr(io.StringIO()) as error:
        try:
            status = cli.main([name, "--no-such-flag"])
        except SystemExit as stop:
            status = stop.code
    told[name] = (status, error.getvalue())
print(json.dumps(told))
"""


def test_every_command_tells_a_mistyped_flag_in_one_line() -> None:
    done = subprocess.run([sys.executable, "-c", EACH_COMMAND], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.keys() == cli.COMMANDS.keys()
    for name, (status, error) in told.items():
        assert status == 2, (name, error)
        assert re.fullmatch(rf"dynarig {name}\b.*: .*\n", error), error
