"""The fixtures as their users have them, and what loading the plugin costs a session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

USERS_TEST = """
import pytest

TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}

@pytest.mark.parametrize("turn", [1, 2])
def test_fresh_state_shared_by_the_fixtures(turn, dynamodb, dynamodb_client, dynamodbstreams_client):
    assert dynamodb_client.list_tables()["TableNames"] == []
    table = dynamodb.create_table(**TABLE)
    table.put_item(Item={"pk": "a", "turn": turn})
    assert dynamodb_client.get_item(TableName="orders", Key={"pk": {"S": "a"}})["Item"]["turn"] == {"N": str(turn)}
    assert len(dynamodbstreams_client.list_streams()["Streams"]) == 1

def test_clock(dynamodb_clock, dynamodb_client):
    dynamodb_clock.freeze(1_000_000_000)
    made = dynamodb_client.create_table(**TABLE)["TableDescription"]["CreationDateTime"]
    assert made.timestamp() == 1_000_000_000

def test_no_fixture_no_emulator():
    import boto3
    from botocore.exceptions import NoRegionError
    with pytest.raises(NoRegionError):
        boto3.client("dynamodb")
"""


def test_the_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_user.py").write_text(USERS_TEST)
    environment = {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    argv = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "dynarig.emulator.pytest_plugin", "test_user.py"]
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


@pytest.mark.parametrize("module", ["boto3", "botocore", "orjson", "dynarig.emulator.engine", "asyncio"])
def test_loading_the_plugin_loads_nothing_else(module: str) -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import dynarig.emulator.pytest_plugin;"
        f"sys.exit({module!r} in set(sys.modules) - before)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
