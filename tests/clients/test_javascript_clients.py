"""JavaScript's clients: the SDK v3, and dynamodb-admin showing a table in a real browser."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from dynarig.emulator.http.server import Server
from dynarig.workloads.backends.process import HOST, ServerProcess, answers_http
from tests.clients.conftest import REGION
from tests.clients.installs import chromium, node, node_modules

pytestmark = pytest.mark.peers
SCRIPTS = Path(__file__).with_name("scripts")
_SDK = ("@aws-sdk/client-dynamodb", "@aws-sdk/client-dynamodb-streams", "@aws-sdk/lib-dynamodb")
_BROWSER_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=5000",
)  # fmt: skip


def test_the_sdk_v3(environment: dict[str, str]) -> None:
    folder = node_modules("sdk3", *_SDK)
    done = subprocess.run(
        [node(), str(SCRIPTS / "with_sdk3.mjs")],
        env={**environment, "MODULES_FOLDER": str(folder)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {
        "bytes": [0, 255],
        "nested": {"list": [1, "two", None, True]},
        "set": ["x", "y"],
        "paged": 25,
        "n": 42,
        "refused": [True, "42", 400],
        "records": 27,
        "created": True,
    }


@pytest.fixture
def seeded(server: Server) -> Iterator[Any]:
    client = boto3.client(
        "dynamodb", endpoint_url=server.url, region_name=REGION, aws_access_key_id="CLIENT", aws_secret_access_key="s"
    )
    client.create_table(
        TableName="orchard",
        KeySchema=[{"AttributeName": "tree", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "tree", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for tree, apples in (("boskoop", 17), ("elstar", 23), ("topaz", 31)):
        client.put_item(TableName="orchard", Item={"tree": {"S": tree}, "apples": {"N": str(apples)}})
    yield client
    client.close()


@pytest.fixture
def admin(environment: dict[str, str], seeded: Any) -> Iterator[str]:
    """The address of dynamodb-admin in front of the server."""
    folder = node_modules("admin", "dynamodb-admin")
    package = folder / "node_modules" / "dynamodb-admin"
    program = package / json.loads((package / "package.json").read_text())["bin"]["dynamodb-admin"]
    variables = [f"{name}={environment[name]}" for name in sorted(environment) if name.startswith("AWS_")]
    command = ["env", *variables, f"DYNAMO_ENDPOINT={environment['AWS_ENDPOINT_URL']}", node(), str(program)]
    process = ServerProcess(
        "dynamodb-admin", lambda port: [*command, "--host", HOST, "--port", str(port)], answers_http
    )
    process.start()
    try:
        yield f"http://{HOST}:{process.port}"
    finally:
        process.stop()


def _page(url: str) -> str:
    """What a browser makes of a page, scripts run."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [chromium(), *_BROWSER_FLAGS, f"--user-data-dir={profile}", "--dump-dom", url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_dynamodb_admin_shows_a_table(admin: str) -> None:
    listed = _page(admin)
    assert "orchard" in listed
    shown = _page(f"{admin}/tables/orchard")
    for text in ("tree", "apples", "boskoop", "elstar", "topaz", "17", "23", "31"):
        assert text in shown, text
