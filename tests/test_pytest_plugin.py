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


BUDGETED_TEST = """
import boto3
import pytest

TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
FROZEN = pytest.mark.dynamodb(clock="frozen", capacity_scale=0.01)

@pytest.fixture
def orders(dynamodb):
    table = dynamodb.create_table(**TABLE)
    for number in range(5):
        table.put_item(Item={"pk": "seed"})
    return table

@pytest.mark.capacity_budget(read=0, write=1)
@pytest.mark.cost_per_million(0.625)
@pytest.mark.latency(p99=100)
@pytest.mark.no_throttle
def test_kept(orders):
    orders.put_item(Item={"pk": "a"})

@pytest.mark.capacity_budget(write=5)
class TestNearest:
    @pytest.mark.capacity_budget(write=0)
    def test_wins(self, orders):
        orders.put_item(Item={"pk": "a"})

    @pytest.mark.capacity_budget(write=0, table="orders")
    def test_one_table_beside_all(self, orders):
        orders.put_item(Item={"pk": "a"})

    def test_class(self, orders):
        for number in range(6):
            orders.put_item(Item={"pk": str(number)})

@pytest.mark.capacity_budget(write=0)
@pytest.mark.cost_per_million(0.5)
@pytest.mark.latency(p50=1)
def test_all_are_told(orders):
    orders.put_item(Item={"pk": "a"})

@pytest.mark.no_throttle
@FROZEN
def test_mark(orders):
    for number in range(11):
        orders.put_item(Item={"pk": "a"})

@FROZEN
def test_fixture(orders, no_throttle):
    for number in range(11):
        orders.put_item(Item={"pk": "a"})

@pytest.mark.no_throttle
@pytest.mark.dynamodb(clock="frozen", capacity="off")
def test_off_cannot_tell(orders): ...

def test_blocks(orders, capacity_budget, cost_per_million, latency):
    with capacity_budget(write=1), cost_per_million(1), latency(p99=100):
        orders.put_item(Item={"pk": "a"})
    with pytest.raises(AssertionError), capacity_budget(write=0):
        orders.put_item(Item={"pk": "a"})

@pytest.mark.capacity_budget(read=0)
def test_no_fixture_is_asked_for():
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []

@pytest.mark.capacity_budget()
def test_wrong_mark(orders): ...

@pytest.mark.capacity_budget(write=0)
def test_fails_by_itself(orders):
    orders.put_item(Item={"pk": "a"})
    assert "mine" == "yours"
"""


def test_budgets(tmp_path: Path) -> None:
    done = _run(tmp_path, BUDGETED_TEST)
    assert done.returncode == 1
    assert "9 failed, 3 passed" in done.stdout, done.stdout
    told = done.stdout.split("=== FAILURES ===")[1]
    assert "budgets.py" not in told, "the plugin's own lines are nobody's business"
    for name, text in {
        "TestNearest.test_wins": "over budget:\n1 write units consumed, budget 0\n  orders: 0 read, 1 write",
        "TestNearest.test_one_table_beside_all": "over budget:\n1 write units consumed, budget 0\n",
        "TestNearest.test_class": "over budget:\n6 write units consumed, budget 5\n",
        "test_mark": "over budget:\n6 throttles, budget none\n  6 × TableWriteKeyRangeThroughputExceeded, arn:",
        "test_fixture": "over budget:\n6 throttles, budget none\n",
        "test_off_cannot_tell": "@pytest.mark.no_throttle: no_throttle needs an emulator that counts throttles",
        "test_wrong_mark": "@pytest.mark.capacity_budget: capacity_budget takes read=…, write=… or both",
        "test_fails_by_itself": "'mine' == 'yours'",
    }.items():
        assert text in told.split(f"_ {name} _")[1].split("\n____")[0]
    together = told.split("_ test_all_are_told _")[1].split("\n____")[0]
    assert all(text in together for text in ("write units", "USD a million", "by the latency model"))


def test_the_fixtures(tmp_path: Path) -> None:
    done = _run(tmp_path, USERS_TEST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout


def _run(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    """A session of a user's, with our plugin and no other."""
    (tmp_path / "test_user.py").write_text(text)
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
    return subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


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
