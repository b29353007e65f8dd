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

@pytest.mark.dynamodb(clock=1_000_000_000, table_create_seconds=30.0)
class TestMarks:
    def test_a_class_has_a_mark(self, dynamodb_client, dynamodb_clock):
        assert dynamodb_clock.now() == 1_000_000_000
        made = dynamodb_client.create_table(**TABLE)["TableDescription"]
        assert made["TableStatus"] == "CREATING"
        dynamodb_clock.advance(30)
        assert dynamodb_client.describe_table(TableName="orders")["Table"]["TableStatus"] == "ACTIVE"

    @pytest.mark.dynamodb(table_create_seconds=0.0, consistency="eventual")
    def test_a_nearer_mark_wins(self, dynamodb_rig):
        assert dynamodb_rig.clock.now() == 1_000_000_000
        assert dynamodb_rig.settings.table_create_seconds == 0
        assert dynamodb_rig.settings.consistency == "eventual"

class TestOverridden:
    @pytest.fixture
    def dynamodb_settings(self):
        return {"clock": "frozen", "seed": 7}

    def test_settings(self, dynamodb_rig):
        assert (dynamodb_rig.clock.frozen, dynamodb_rig.settings.seed) == (True, 7)

    @pytest.mark.dynamodb(seed=8)
    def test_a_mark_wins(self, dynamodb_rig):
        assert (dynamodb_rig.clock.frozen, dynamodb_rig.settings.seed) == (True, 8)

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
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-W",
        "error",
        "--strict-markers",
        "-p",
        "dynarig.emulator.pytest_plugin",
    ]
    argv += ["test_user.py"]
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout


@pytest.mark.parametrize("module", ["boto3", "botocore", "orjson", "dynarig.emulator.engine", "asyncio"])
def test_loading_the_plugin_loads_nothing_else(module: str) -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import dynarig.emulator.pytest_plugin;"
        f"sys.exit({module!r} in set(sys.modules) - before)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_wrong_mark_is_told(tmp_path: Path) -> None:
    (tmp_path / "test_user.py").write_text(
        "import pytest\n@pytest.mark.dynamodb(consistancy='eventual')\ndef test_it(dynamodb): ...\n"
    )
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_user.py"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no setting 'consistancy'; did you mean consistency?" in done.stdout
