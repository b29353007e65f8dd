"""What the server reports of itself, over the wire: counters for Prometheus, and times beside an answer that waits."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings

TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=x/20251124/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
)


def call(server: Server, operation: str, request: Any) -> Any:
    """The open answer of one call."""
    headers = {
        "x-amz-target": f"DynamoDB_20120810.{operation}",
        "content-type": "application/x-amz-json-1.0",
        "authorization": AUTHORIZATION,
        "x-amz-date": "20251124T000000Z",
    }
    return urllib.request.urlopen(urllib.request.Request(server.url, json.dumps(request).encode(), headers))


def test_prometheus_reads_the_counters() -> None:
    with running(assemble(Settings(port=0))) as server:
        call(server, "CreateTable", TABLE).close()
        with call(server, "PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}}}) as answer:
            assert answer.headers["x-dynarig-service-microseconds"] is None
        with urllib.request.urlopen(f"{server.url}/metrics") as shown:
            assert shown.headers["content-type"].startswith("text/plain; version=0.0.4")
            text = shown.read().decode()
    labels = 'account="000000000000",region="us-east-1",table="orders"'
    assert f'dynarig_consumed_capacity_units_total{{{labels},index="",operation="PutItem",axis="write"}} 1' in text
    assert f'dynarig_successful_request_seconds_count{{{labels},operation="PutItem"}} 1' in text


def test_latency_since_the_start_by_operation() -> None:
    with running(assemble(Settings(port=0))) as server:
        call(server, "CreateTable", TABLE).close()
        for key in ("a", "b"):
            call(server, "PutItem", {"TableName": "orders", "Item": {"pk": {"S": key}}}).close()
        with urllib.request.urlopen(f"{server.url}/_dynarig/latency") as shown:
            told = json.load(shown)
    assert told["time"] == "service"
    assert list(told["operations"]) == ["PutItem"]
    assert sum(times for _, times in told["operations"]["PutItem"]) == 2
    assert all(microseconds > 0 for microseconds, _ in told["operations"]["PutItem"])


def test_an_answer_that_waits_tells_both_times() -> None:
    settings = Settings(port=0, latency="service", latency_scale=0.01)
    with running(assemble(settings)) as server:
        call(server, "CreateTable", TABLE).close()
        with call(server, "PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}}}) as answer:
            headers = answer.headers
        with urllib.request.urlopen(f"{server.url}/_dynarig/latency") as shown:
            assert json.load(shown)["time"] == "modelled"
    assert int(headers["x-dynarig-service-microseconds"]) > 0
    assert 29 <= int(headers["x-dynarig-modelled-microseconds"]) <= 500  # a hundredth of a put's


def test_errors_that_no_operation_sees_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("broken on purpose")

    server = assemble(Settings(port=0))
    with running(server):
        call(server, "CreateTable", TABLE).close()
        with pytest.raises(urllib.error.HTTPError) as unknown:
            call(server, "NoSuchOperation", {})
        unknown.value.close()
        monkeypatch.setattr(server.rig.engine.activity, "succeeded", fail)
        with pytest.raises(urllib.error.HTTPError) as fault:
            call(server, "PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}}})
        fault.value.close()
        assert fault.value.code == 500
        with urllib.request.urlopen(f"{server.url}/metrics") as shown:
            text = shown.read().decode()
    where = 'account="000000000000",region="us-east-1"'
    assert f"dynarig_user_errors_total{{{where}}} 1" in text
    assert f'dynarig_system_errors_total{{{where},operation="PutItem",table_name="orders"}} 1' in text


@pytest.mark.parametrize("day", ["soon", "2024-13-01", "20241031"])
def test_prices_of_what_is_no_day(day: str) -> None:
    with running(assemble(Settings(port=0))) as server, pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.url}/_dynarig/cost?date={day}")
    with refused.value as answer:
        assert (answer.code, json.load(answer)) == (400, {"error": "date is a day such as 2024-10-31"})
