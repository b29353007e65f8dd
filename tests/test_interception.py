"""Beside moto: DynamoDB answers here and only here, everything else there, in either nesting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from dynarig.emulator.embedded import EmbeddedClient, embedded
from dynarig.emulator.emitters import Emitter

TABLE: dict[str, Any] = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}
NOT_RETRIED = Config(retries={"max_attempts": 0})


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(params=["moto inside", "moto outside"])
def rig(request: pytest.FixtureRequest) -> Iterator[EmbeddedClient]:
    order = (embedded, mock_aws) if request.param == "moto inside" else (mock_aws, embedded)
    with ExitStack() as stack:
        entered = [stack.enter_context(enter()) for enter in order]  # type: ignore[operator]
        [client] = [each for each in entered if isinstance(each, EmbeddedClient)]
        yield client


def test_each_answers_what_is_its_own(rig: EmbeddedClient) -> None:
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(**TABLE)
    client.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    assert rig.call("Scan", {"TableName": "orders"})["Count"] == 1
    streams = boto3.client("dynamodbstreams", region_name="us-east-1")
    [stream] = streams.list_streams()["Streams"]
    assert stream["StreamArn"].startswith("arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/")
    bucket = boto3.client("s3", region_name="us-east-1")
    bucket.create_bucket(Bucket="orders")
    bucket.put_object(Bucket="orders", Key="k", Body=b"v")
    assert bucket.get_object(Bucket="orders", Key="k")["Body"].read() == b"v"
    assert boto3.client("sts", region_name="us-east-1").get_caller_identity()["Account"] == "123456789012"


def test_moto_keeps_nothing_of_what_is_answered_here(rig: EmbeddedClient) -> None:
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(**TABLE)
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends

    assert not dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.create_table(**TABLE)


def test_moto_answers_again_once_the_use_is_left() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(**TABLE)
        with embedded():
            assert client.list_tables()["TableNames"] == []
        assert client.list_tables()["TableNames"] == ["orders"]


def test_other_handlers_see_a_call_once_no_use_is_entered() -> None:
    seen: list[str] = []

    def answer(**_: Any) -> None:
        seen.append("asked")
        raise RuntimeError("sent")

    client = boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b", config=NOT_RETRIED
    )
    client.meta.events.register("before-send.dynamodb", answer)
    with embedded():
        client.list_tables()
        assert isinstance(client._endpoint._event_emitter, Emitter)
    assert seen == []
    with pytest.raises(RuntimeError, match="sent"):
        client.list_tables()


def test_a_session_kept_from_before_another_librarys_handlers_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from botocore import handlers

    with embedded():
        first = boto3._get_default_session()
    with embedded():
        assert boto3._get_default_session() is first
    monkeypatch.setattr(handlers, "BUILTIN_HANDLERS", [*handlers.BUILTIN_HANDLERS, ("before-send.x", lambda **_: None)])
    with embedded():
        assert boto3._get_default_session() is not first
