"""The page at /_dynarig/ and the figures that it asks for once a second."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import orjson
import pytest
from botocore.config import Config

from dynarig.emulator.http import static_page
from dynarig.emulator.http.admin import serve as answer_of
from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings
from tests.http.fake_engine import whole

BROWSER = {b"accept": b"text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def server() -> Iterator[Server]:
    # A thousandth of the service's ceilings: a partition takes one write unit a second.
    with running(assemble(Settings(port=0, capacity="enforce", capacity_scale=0.001))) as started:
        yield started


def client(server: Server) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=server.url,
        region_name="eu-west-2",
        aws_access_key_id="111122223333",
        aws_secret_access_key="s",
        config=Config(retries={"total_max_attempts": 1}),
    )


def create(dynamodb: Any, name: str) -> None:
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def live(server: Server) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.url}/_dynarig/live") as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def test_an_idle_server_tells_nothing(server: Server) -> None:
    told = live(server)
    assert (told["source"], told["mode"], told["scale"]) == ("emulator", "enforce", 0.001)
    assert (told["answered"], told["throttled"], told["heat"], told["latency"]) == (0, {}, [], {})


def test_sums_of_what_clients_did(server: Server) -> None:
    dynamodb = client(server)
    create(dynamodb, "orders")
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "hot"}})
    dynamodb.get_item(TableName="orders", Key={"pk": {"S": "hot"}})
    for _ in range(30):
        try:
            dynamodb.put_item(TableName="orders", Item={"pk": {"S": "hot"}})
        except dynamodb.exceptions.ThrottlingException:
            continue
    told = live(server)
    throttles = sum(told["throttled"].values())
    assert throttles > 20
    assert told["answered"] == 32 - throttles  # CreateTable is of no table's metrics
    assert told["namespaces"] == [{"account": "111122223333", "region": "eu-west-2", "tables": 1}]
    [consumed] = told["consumed"]
    assert (consumed["table"], consumed["index"], consumed["read_units"]) == ("orders", None, 0.5)
    assert consumed["write_units"] == 31 - throttles
    assert sum(times for _, times in told["latency"]["PutItem"]) == 31 - throttles
    [heat] = told["heat"]
    hottest = heat["partitions"][0]
    assert (heat["table"], heat["mode"]) == ("orders", "enforce")
    assert hottest["throttled"] == throttles
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(
            TableName="orders", Item={"pk": {"S": f"cold{throttles}"}}, ConditionExpression="attribute_exists(pk)"
        )
    assert live(server)["errors"]["condition"] == 1


def test_the_answer_is_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    dynamodb = client(server)
    for name in ("first", "second"):
        create(dynamodb, name)
        dynamodb.put_item(TableName=name, Item={"pk": {"S": "a"}})
    whole = live(server)
    partitions = sum(len(each["partitions"]) for each in whole["heat"])
    assert (whole["heat_left_out"], whole["consumed_left_out"]) == (0, 0)
    monkeypatch.setattr("dynarig.emulator.http.live.PARTITIONS_MAX", 1)
    monkeypatch.setattr("dynarig.emulator.http.live.CONSUMERS_MAX", 1)
    told = live(server)
    assert [len(each["partitions"]) for each in told["heat"]] == [1]
    assert (told["heat_left_out"], told["consumed_left_out"]) == (partitions - 1, 1)


def ask(server: Server, path: bytes, headers: dict[bytes, bytes], method: bytes = b"GET") -> Any:
    return whole(answer_of(server.rig, method, (path, b""), headers, b""))


def test_who_asks_for_html_is_shown_the_page_and_others_the_routes(server: Server) -> None:
    shown = ask(server, b"/_dynarig/", BROWSER)
    assert (shown.status, shown.content_type) == (200, b"text/html; charset=utf-8")
    assert b"<title>dynarig</title>" in shown.body
    assert b"content-security-policy: default-src 'self';" in shown.lines
    moved = ask(server, b"/_dynarig", BROWSER)
    assert (moved.status, moved.lines) == (301, b"location: /_dynarig/\r\n")
    for headers in ({}, {b"accept": b"*/*"}, {b"accept": b"application/json"}):
        assert "routes" in orjson.loads(ask(server, b"/_dynarig/", headers).body)


def test_every_file_that_the_page_names_is_served_and_none_from_elsewhere(server: Server) -> None:
    wanted = {"index.html"}
    for name in static_page.names():
        text = (static_page.FOLDER / name).read_text()
        assert not re.search(r"""(src|href|from|import|url)\s*[=(]?\s*["']?https?:""", text), name
        wanted |= set(re.findall(r"""page/([\w.]+)["']""", text)) | set(re.findall(r"""from "\./([\w.]+)";""", text))
    assert wanted == static_page.names()
    for name in wanted:
        answer = ask(server, b"/_dynarig/page/" + name.encode(), {})
        assert (answer.status, answer.body) == (200, (static_page.FOLDER / name).read_bytes())


@pytest.mark.parametrize("name", [b"nothing.js", b"../admin.py", b"%2e%2e/admin.py", b"", b"page.css/", b"\xff"])
def test_no_other_file_is(server: Server, name: bytes) -> None:
    assert ask(server, b"/_dynarig/page/" + name, BROWSER).status == 404


def test_the_page_is_read_only_by_get(server: Server) -> None:
    assert ask(server, b"/_dynarig/", BROWSER, b"POST").status == 405
