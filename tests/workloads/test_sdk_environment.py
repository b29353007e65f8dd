"""`dynarig env`: the lines mean what they should to a shell and to an SDK."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import boto3
import pytest

from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings
from dynarig.workloads.sdk_environment import main

URL = "http://127.0.0.1:8000"


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(argv) == 0
    return capsys.readouterr().out


def test_a_shell_takes_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--region", "eu-west-1", "--account", "1" * 12)
    script = f"export AWS_PROFILE=mine\n{lines}\nenv"
    shown = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    seen = dict(line.partition("=")[::2] for line in shown.stdout.splitlines())
    assert {name: value for name, value in seen.items() if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL_DYNAMODB": URL,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": URL,
        "AWS_ACCESS_KEY_ID": "1" * 12,
        "AWS_SECRET_ACCESS_KEY": "dynarig",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }


@pytest.mark.parametrize(
    ("shell", "line", "last"),
    [
        ("bash", f"export AWS_ENDPOINT_URL_DYNAMODB={URL}", "unset AWS_PROFILE "),
        ("fish", f"set -gx AWS_ENDPOINT_URL_DYNAMODB {URL}", "set -e AWS_"),
        ("powershell", f"$Env:AWS_ENDPOINT_URL_DYNAMODB = '{URL}'", "Remove-Item Env:AWS_"),
        ("dotenv", f"AWS_ENDPOINT_URL_DYNAMODB={URL}", "AWS_DEFAULT_REGION=us-east-1"),
    ],
)
def test_each_shell_has_its_syntax(shell: str, line: str, last: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--shell", shell).splitlines()
    assert lines[0] == line
    assert lines[-1].startswith(last)


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["--url", "localhost"], "--url: not an endpoint URL: 'localhost' (expected http://host:port)"),
        (["--account", "12"], "--account: '12' is not 12 digits"),
        (["--shel", "fish"], "no flag --shel; did you mean --shell?"),
    ],
)
def test_a_wrong_flag_is_one_line(argv: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(argv)
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"dynarig env: {text}\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with running(assemble(Settings(port=0))) as started:
        yield started


def test_boto3_goes_there(server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    values = json.loads(told(capsys, "--url", server.url, "--shell", "json", "--also", "cloudwatch"))
    assert values["AWS_ENDPOINT_URL_CLOUDWATCH"] == server.url
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    session = boto3.session.Session()
    clients = [session.client(name) for name in ("dynamodb", "dynamodbstreams")]
    assert clients[0].list_tables()["TableNames"] == []
    assert clients[1].list_streams()["Streams"] == []
    for client in clients:
        client.close()
