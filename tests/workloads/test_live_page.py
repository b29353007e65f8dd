"""The page in Locust's web UI: the target's figures, or the generator's own, and nothing that writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from dynarig.emulator.http.server import Server, assemble, running
from dynarig.emulator.settings import Settings
from dynarig.workloads.live_page import LivePage, add_page
from dynarig.workloads.measure import Measurements
from dynarig.workloads.target import Target

HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-date": "20251124T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=x/20251124/us-east-1/dynamodb/aws4_request, SignedHeaders=host, "
    f"Signature={'0' * 64}",
}
TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


class WebUI:
    """As much of Locust's as the page needs."""

    def __init__(self) -> None:
        self.app = Flask(__name__)
        self.template_args: dict[str, Any] = {}
        self.guarded = 0
        self.app.add_url_rule("/base/", "index", lambda: "<html><body></body></html>")
        self.app.add_url_rule("/base/stats/requests", "stats", lambda: {"stats": []})

    def auth_required_if_enabled(self, view: Any) -> Any:
        self.guarded += 1
        return view


class Elsewhere:
    """A target that is not our emulator."""

    url = "http://127.0.0.1:9"

    def admin(self, path: str) -> None:
        return None


def measured() -> Measurements:
    made = Measurements()
    tally = made.tally("read hot")
    tally.succeeded, tally.throttles, tally.read_units = 7, {"ThrottlingException": 3}, 3.5
    for seconds in (0.001, 0.00101, 0.004):
        tally.from_intended.record(seconds)
    return made


def browser(target: Any) -> Any:
    web_ui = WebUI()
    add_page(web_ui, LivePage(target, measured), "/base")
    assert web_ui.guarded == 5
    assert web_ui.template_args["extended_tabs"] == [{"title": "DynamoDB", "key": "dynamodb"}]
    return web_ui.app.test_client()


@pytest.fixture
def server() -> Iterator[Server]:
    with running(assemble(Settings(port=0, capacity="observe"))) as started:
        yield started


@pytest.fixture
def over_ours(server: Server) -> Any:
    target = Target(server.url)
    target.call("CreateTable", TABLE)
    target.call("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}}})
    yield browser(target)
    target.close()


def ask(client: Any, operation: str, request: Any) -> tuple[int, Any]:
    headers = {**HEADERS, "x-amz-target": f"DynamoDB_20120810.{operation}"}
    body = request if isinstance(request, str) else json.dumps(request)
    answer = client.post("/base/dynamodb/call", data=body, headers=headers)
    return answer.status_code, json.loads(answer.data)


def test_the_targets_own_figures(over_ours: Any) -> None:
    live = over_ours.get("/base/dynamodb/live").json
    assert live["source"] == "emulator"
    assert [row["write_units"] for row in live["consumed"]] == [1.0]
    assert over_ours.get("/base/dynamodb/cost").json["run_usd"] > 0
    assert [each["table"] for each in over_ours.get("/base/dynamodb/heat?table=orders").json["tables"]] == ["orders"]
    [tab] = over_ours.get("/base/stats/requests").json["extended_stats"]
    figures = {row["figure"][3:]: row["value"] for row in tab["data"]}
    assert figures["Answered"] == "1"
    assert figures["Consumed, orders"] == "0.0 read, 1.0 write"
    assert any(name.startswith("Partition orders p") for name in figures)


def test_the_page_and_its_files(over_ours: Any) -> None:
    page = over_ours.get("/base/dynamodb/")
    assert b'<meta name="dynarig-calls" content="call">' in page.data
    assert b'<a href="../">Locust</a>' in page.data
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert over_ours.get("/base/dynamodb/page/main.js").mimetype == "text/javascript"
    assert over_ours.get("/base/dynamodb/page/nothing.js").status_code == 404
    assert b'href="./dynamodb/"' in over_ours.get("/base/").data


def test_questions_are_handed_on(over_ours: Any) -> None:
    assert ask(over_ours, "ListTables", {}) == (200, {"TableNames": ["orders"]})
    status, told = ask(over_ours, "ExecuteStatement", {"Statement": " select * from orders"})
    assert (status, told["Items"]) == (200, [{"pk": {"S": "a"}}])
    assert ask(over_ours, "Scan", {"TableName": "nothing"})[0] == 400


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("DeleteTable", {"TableName": "orders"}),
        ("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "b"}}}),
        ("ExecuteStatement", {"Statement": "DELETE FROM orders WHERE pk = 'a'"}),
        (
            "ExecuteStatement",
            '{"Statement": "SELECT * FROM orders", "Statement": "DELETE FROM orders WHERE pk = \'a\'"}',
        ),
        ("ExecuteStatement", {}),
        ("Scan", "[]"),
        ("Scan", "{"),
        ("", {}),
    ],
)
def test_nothing_that_writes_is(operation: str, request_: Any, over_ours: Any) -> None:
    status, told = ask(over_ours, operation, request_)
    assert (status, told["__type"]) == (403, "dynarig#NotAllowed")
    assert ask(over_ours, "Scan", {"TableName": "orders"})[1]["Count"] == 1


def test_another_target_has_the_generators_figures() -> None:
    client = browser(Elsewhere())
    live = client.get("/base/dynamodb/live").json
    assert (live["source"], live["answered"], live["throttled"]) == ("generator", 7, {"ThrottlingException": 3})
    assert live["latency"] == {"read hot": [[992, 2], [3968, 1]]}
    assert (live["heat"], client.get("/base/dynamodb/cost").json) == ([], None)
    assert ask(client, "ListTables", {})[0] == 403
