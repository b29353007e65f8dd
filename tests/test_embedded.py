"""boto3 in process: who answers which call, and what is left behind."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED, useragent
from botocore.config import Config
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError
from botocore.signers import RequestSigner

from dynarig.emulator import interception
from dynarig.emulator.clock import ManualClock
from dynarig.emulator.embedded import EmbeddedClient, embedded
from dynarig.emulator.model.call import Call, Reply
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.settings import Settings

TABLE: dict[str, Any] = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def tables(client: Any) -> list[str]:
    names: list[str] = client.list_tables()["TableNames"]
    return names


def test_a_round_trip_of_the_client_and_the_resource() -> None:
    with embedded():
        client = boto3.client("dynamodb")
        client.create_table(**TABLE)
        client.get_waiter("table_exists").wait(TableName="orders")
        client.put_item(TableName="orders", Item={"pk": {"S": "a"}, "n": {"N": "1"}, "b": {"B": b"\x00\xff"}})
        found = client.get_item(TableName="orders", Key={"pk": {"S": "a"}})
        assert found["Item"] == {"pk": {"S": "a"}, "n": {"N": "1"}, "b": {"B": b"\x00\xff"}}
        assert len(found["ResponseMetadata"]["RequestId"]) == 52
        assert found["ResponseMetadata"]["RetryAttempts"] == 0  # so the checksum held
        table = boto3.resource("dynamodb").Table("orders")
        assert table.get_item(Key={"pk": "a"})["Item"]["n"] == 1
        assert boto3.client("dynamodbstreams").list_streams()["Streams"] == []


def test_errors_are_botocores() -> None:
    with embedded():
        client = boto3.client("dynamodb")
        with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
            client.get_item(TableName="nothing", Key={"pk": {"S": "a"}})
        assert caught.value.response["Error"]["Message"] == "Requested resource not found"
        with pytest.raises(ClientError, match="ExportNotFoundException"):
            client.describe_export(ExportArn="arn:aws:dynamodb:us-east-1:000000000000:table/nothing/export/0")


def test_each_use_starts_empty() -> None:
    for _ in range(2):
        with embedded():
            client = boto3.client("dynamodb")
            assert tables(client) == []
            client.create_table(**TABLE)


@embedded()
def created() -> list[str]:
    """Creates a table and lists all."""
    client = boto3.client("dynamodb")
    client.create_table(**TABLE)
    return tables(client)


def test_each_call_of_a_decorated_function_starts_empty() -> None:
    assert created() == ["orders"]
    assert created() == ["orders"]
    assert created.__name__ == "created"
    with pytest.raises(TypeError, match="Cases has no method that begins with 'test'"):
        embedded()(type("Cases", (), {}))
    with pytest.raises(TypeError, match="functions and classes of tests can be decorated, not 5"):
        embedded(5)


@embedded
def bare() -> list[str]:
    """Decorated without parentheses."""
    return created.__wrapped__()  # type: ignore[attr-defined, no-any-return]


def test_the_bare_decorator_calls_the_function() -> None:
    assert bare() == ["orders"]
    assert bare() == ["orders"]
    assert bare.__doc__ == "Decorated without parentheses."


def test_a_decorated_coroutine() -> None:
    @embedded()
    async def work(name: str) -> list[str]:
        client = boto3.client("dynamodb")
        client.create_table(**{**TABLE, "TableName": name})
        await asyncio.sleep(0)
        return tables(client)

    async def both() -> list[list[str]]:
        return await asyncio.gather(work("one"), work("two"))

    assert asyncio.run(both()) == [["one"], ["two"]]


def test_clients_made_before_are_answered_even_without_credentials() -> None:
    early = boto3.client("dynamodb", region_name="eu-west-1")
    with embedded() as rig:
        early.create_table(**TABLE)
        assert rig.call("ListTables", {}, region="eu-west-1")["TableNames"] == ["orders"]
        assert rig.call("ListTables", {})["TableNames"] == []
    with pytest.raises(NoCredentialsError):
        early.list_tables()


def test_unsigned_clients_are_answered() -> None:
    with embedded():
        assert tables(boto3.client("dynamodb", config=Config(signature_version=UNSIGNED))) == []


def test_nothing_is_left_behind() -> None:
    before = dict(os.environ)
    methods = Endpoint.make_request, RequestSigner.sign, useragent.sanitize_user_agent_string_component
    with embedded():
        client = boto3.client("dynamodb")
        assert os.environ["AWS_ACCESS_KEY_ID"]
        assert tables(client) == []
    assert dict(os.environ) == before
    assert (Endpoint.make_request, RequestSigner.sign, useragent.sanitize_user_agent_string_component) == methods
    assert interception.current() is None
    with pytest.raises(NoRegionError):
        boto3.client("dynamodb")
    assert boto3.Session().get_credentials() is None


def test_a_users_own_credentials_and_region_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    with embedded() as rig:
        boto3.client("dynamodb").create_table(**TABLE)
        assert rig.call("ListTables", {}, account="123456789012", region="ap-south-1")["TableNames"] == ["orders"]


def test_accounts_and_regions_are_apart_unless_shared() -> None:
    for shared in (False, True):
        with embedded(settings=Settings(shared_db=shared)):
            boto3.client("dynamodb", region_name="eu-west-1").create_table(**TABLE)
            other = boto3.client("dynamodb", aws_access_key_id="1" * 12, aws_secret_access_key="x")
            assert tables(other) == (["orders"] if shared else [])


def test_other_services_are_not_touched() -> None:
    with embedded():
        other = boto3.client("sts", config=Config(retries={"max_attempts": 0}))
        other.meta.events.register("before-send.sts", lambda **_: (_ for _ in ()).throw(RuntimeError("sent")))
        with pytest.raises(RuntimeError, match="sent"):
            other.get_caller_identity()


def test_the_innermost_use_answers() -> None:
    client = boto3.client("dynamodb", region_name="us-east-1")
    with embedded() as outer:
        client.create_table(**TABLE)
        with embedded() as inner:
            assert tables(client) == []
            assert interception.current() is inner
        assert tables(client) == ["orders"]
        assert interception.current() is outer


def test_one_object_entered_twice_is_two_uses() -> None:
    again = embedded()
    client = boto3.client("dynamodb", region_name="us-east-1")
    with again:
        client.create_table(**TABLE)
        with again:
            assert tables(client) == []
        assert tables(client) == ["orders"]


def test_parallel_uses_are_apart() -> None:
    start = threading.Barrier(4, timeout=10)

    def use(number: int) -> list[str]:
        with embedded():
            client = boto3.session.Session().client("dynamodb")
            start.wait()
            client.create_table(**{**TABLE, "TableName": f"table{number}"})
            start.wait()
            return tables(client)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(4))) == [[f"table{number}"] for number in range(4)]
    assert "AWS_ACCESS_KEY_ID" not in os.environ


def test_threads_started_inside_share_the_use() -> None:
    with embedded() as rig:
        rig.call("CreateTable", TABLE)
        client = boto3.client("dynamodb")
        count = {"#n": "n"}, {":one": {"N": "1"}}

        def add(_: int) -> None:
            client.update_item(
                TableName="orders",
                Key={"pk": {"S": "count"}},
                UpdateExpression="ADD #n :one",
                ExpressionAttributeNames=count[0],
                ExpressionAttributeValues=count[1],
            )

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, range(100)))
        found = rig.call("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "count"}}})
        assert found["Item"]["n"] == {"N": "100"}


def test_settings_are_given_by_name() -> None:
    with embedded(consistency="eventual", table_create_seconds=60.0, clock=1_000.0) as rig:
        assert rig.settings == Settings(consistency="eventual", table_create_seconds=60.0)
        assert (rig.clock.frozen, rig.clock.now()) == (True, 1_000.0)
        client = boto3.client("dynamodb")
        assert client.create_table(**TABLE)["TableDescription"]["TableStatus"] == "CREATING"
        rig.clock.advance(60)
        assert client.describe_table(TableName="orders")["Table"]["TableStatus"] == "ACTIVE"
        seen = []
        for n in range(400):
            key = {"pk": {"S": str(n)}}
            client.put_item(TableName="orders", Item=key)
            seen.append("Item" in client.get_item(TableName="orders", Key=key))
        assert 0 < seen.count(False) < 200  # seeded, so the same each time
    with embedded(settings=Settings(seed=7, shared_db=True), seed=8) as rig:
        assert rig.settings == Settings(seed=8, shared_db=True)


@embedded(clock="frozen")
def times() -> tuple[bool, float]:
    """How the clock stands."""
    use: Any = interception.current()
    return use.clock.frozen, use.clock.now()


def test_a_clock_may_start_frozen_each_time() -> None:
    first, second = times(), times()
    assert first[0]
    assert second[0]
    assert second[1] > first[1] > 1_700_000_000


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"consistancy": "eventual"}, "no setting 'consistancy'; did you mean consistency?"),
        ({"consistency": "evantual"}, "consistency: 'evantual' is not one of strong, eventual"),
        ({"clock": "held"}, "a clock is a ManualClock, epoch seconds to be held at, or 'frozen'; not 'held'"),
    ],
)
def test_a_wrong_argument_is_told_at_once(arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        embedded(**arguments)
    with pytest.raises(TypeError, match="an engine has its settings already"):
        embedded(engine=SlowEngine(), seed=1)  # type: ignore[call-overload]


def test_the_clock_is_the_tests() -> None:
    with embedded() as rig:
        rig.clock.freeze(1_000_000_000)
        made = boto3.client("dynamodb").create_table(**TABLE)
        assert made["TableDescription"]["CreationDateTime"].timestamp() == 1_000_000_000


def test_the_plain_client() -> None:
    client = EmbeddedClient(clock=ManualClock(1_000_000_000.0))
    client.call("CreateTable", TABLE)
    item = {"pk": {"S": "a"}, "m": {"M": {"x": {"N": "1"}}}}
    client.call("PutItem", {"TableName": "orders", "Item": item})
    item["m"]["M"]["x"] = {"N": "2"}  # type: ignore[index]
    found = client.call("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "a"}}})["Item"]
    assert found["m"] == {"M": {"x": {"N": "1"}}}
    found["m"]["M"]["x"] = {"N": "3"}
    again = client.call("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "a"}}})["Item"]
    assert again["m"] == {"M": {"x": {"N": "1"}}}
    assert client.call("ListStreams", {})["Streams"] == []
    client.reset()
    assert client.call("ListTables", {})["TableNames"] == []
    assert not client.clock.frozen


def test_the_plain_clients_errors() -> None:
    client = EmbeddedClient()
    with pytest.raises(DynamoDBError) as caught:
        client.call("DescribeTable", {"TableName": "nothing"})
    assert (caught.value.code, caught.value.status) == ("ResourceNotFoundException", 400)
    assert caught.value.message == "Requested resource not found: Table: nothing not found"
    client.call("CreateTable", TABLE)
    put = {
        "TableName": "orders",
        "Item": {"pk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    client.call("PutItem", put)
    with pytest.raises(DynamoDBError) as caught:
        client.call("PutItem", put)
    assert caught.value.members == {"Item": {"pk": {"S": "a"}}}
    with pytest.raises(DynamoDBError, match="UnknownOperationException"):
        client.call("Nothing", {})
    for request in ({"TableName": object()}, {"a": float("nan"), "b": {1, 2}}, [], None):
        with pytest.raises(DynamoDBError, match="SerializationException"):
            client.call("GetItem", request)  # type: ignore[arg-type]


class IdleEngine:
    """Has nothing to do by itself."""

    def finish_due(self, now: float) -> None:
        """Nothing."""


class SlowEngine(IdleEngine):
    """Answers each call with a wait of a day."""

    def execute(self, call: Call, now: float) -> Reply:
        return Reply(200, {"TableNames": []}, delay_seconds=86_400.0)


@pytest.mark.parametrize("frozen", [True, False])
def test_modelled_latency_is_waited_for_while_the_clock_runs(frozen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("dynarig.emulator.embedded.time.sleep", waited.append)
    clock = ManualClock(1000.0) if frozen else ManualClock()
    EmbeddedClient(SlowEngine(), clock).call("ListTables", {})  # type: ignore[arg-type]
    assert waited == ([] if frozen else [86_400.0])


class BrokenEngine(IdleEngine):
    """Holds a bug."""

    def execute(self, call: Call, now: float) -> Reply:
        raise RuntimeError("our own bug")


def test_our_own_bug_is_told_at_once_and_not_retried() -> None:
    with embedded(engine=BrokenEngine()), pytest.raises(RuntimeError, match="our own bug"):  # type: ignore[arg-type]
        boto3.client("dynamodb").list_tables()
