"""The endpoint backend against a stub server: what it sends, and what it makes of each kind of answer."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends import FEATURES, BackendError, BackendUnreachable, open_backend
from dynarig.workloads.backends.embedded import EMULATOR_SUPPORTS
from dynarig.workloads.backends.endpoint import EndpointBackend, checked_url, is_aws
from dynarig.workloads.signing import Credentials
from tests.workloads.backends.stub_server import stub_server


@pytest.fixture
def server():
    with stub_server() as running:
        yield running


def error_body(code: str, **members: object) -> bytes:
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", **members}).encode()


def test_signs_for_its_region_and_target(server):
    server.answers["DynamoDB_20120810.ListTables"] = (200, b'{"TableNames":["orders"]}')
    server.answers["DynamoDBStreams_20120810.ListStreams"] = (200, b'{"Streams":[]}')
    with EndpointBackend(server.url, "eu-west-1", credentials=Credentials("key", "secret")) as backend:
        assert backend.call("ListTables", {"Limit": 1}) == {"TableNames": ["orders"]}
        with backend.in_region("us-west-2") as sibling:
            assert sibling.call("ListStreams", {}) == {"Streams": []}
        assert backend.call("ListTables", {}) == {"TableNames": ["orders"]}
    regions = [headers["Authorization"].split("/")[2] for _, headers, _ in server.asked]
    assert regions == ["eu-west-1", "us-west-2", "eu-west-1"]
    assert server.asked[0][2] == b'{"Limit":1}'


def test_an_error_of_the_service_comes_as_it_is_and_once(server):
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}]
    body = error_body("TransactionCanceledException", Message="Transaction cancelled", CancellationReasons=reasons)
    server.answers["DynamoDB_20120810.TransactWriteItems"] = (400, body)
    with open_backend(server.url) as backend, pytest.raises(DynamoDBError) as caught:
        backend.call("TransactWriteItems", {})
    error = caught.value
    assert (error.code, error.message, error.status) == ("TransactionCanceledException", "Transaction cancelled", 400)
    assert error.members == {"CancellationReasons": reasons}
    assert len(server.asked) == 1


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_throttles_are_not_retried(server, code):
    server.answers["DynamoDB_20120810.PutItem"] = (400, error_body(code, message="slow down"))
    with open_backend(server.url) as backend, pytest.raises(DynamoDBError, match=code):
        backend.call("PutItem", {})
    assert len(server.asked) == 1


def test_a_failing_server_is_an_internal_server_error(server):
    server.answers["DynamoDB_20120810.PutItem"] = (502, b"<h1>Bad gateway</h1>")
    with open_backend(server.url) as backend, pytest.raises(DynamoDBError) as caught:
        backend.call("PutItem", {})
    assert (caught.value.code, caught.value.status) == ("InternalServerError", 502)


@pytest.mark.parametrize("answer", [(200, b"<html>"), (200, b"[]"), (404, b"nothing here"), (400, b'{"code": 3}')])
def test_what_is_not_dynamodb_is_told_in_one_line(server, answer):
    server.answers["DynamoDB_20120810.GetItem"] = answer
    with open_backend(server.url) as backend, pytest.raises(BackendError) as caught:
        backend.call("GetItem", {})
    assert "\n" not in str(caught.value)
    assert str(answer[0]) in str(caught.value)


def test_nobody_there():
    with pytest.raises(BackendUnreachable, match=r"^nothing answers at http://127\.0\.0\.1:1: Connection refused$"):
        open_backend("http://127.0.0.1:1")


def test_a_broken_connection(server):
    server.answers["DynamoDB_20120810.ListTables"] = None
    with open_backend(server.url) as backend, pytest.raises(BackendUnreachable, match="does not answer ListTables: "):
        backend.call("ListTables", {})
    assert len(server.asked) == 1


def test_not_open():
    with pytest.raises(BackendError, match="is not open"):
        EndpointBackend("http://127.0.0.1:1").call("ListTables", {})


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://host:0", "http://host:x", "http://host/path", "x://"])
def test_not_a_url(url):
    with pytest.raises(BackendError, match="not an endpoint URL"):
        open_backend(url)


def test_urls_and_hosts():
    assert checked_url("http://127.0.0.1:8000/") == "http://127.0.0.1:8000"
    assert is_aws("dynamodb.eu-west-1.amazonaws.com")
    assert is_aws("dynamodb.eu-west-1.amazonaws.com:443")
    assert not is_aws("amazonaws.com.example.org")


@pytest.mark.parametrize(
    ("page", "supports"),
    [
        (b'{"supports": ["capacity", "no-such-feature"]}', {"capacity"}),
        (b'{"status": "ok"}', set(EMULATOR_SUPPORTS)),
        (b"fine", {"partiql", "transactions"}),
    ],
)
def test_asks_a_server_what_it_is(server, page, supports):
    server.answers["/_dynarig/health"] = (200, page)
    with open_backend(server.url) as backend:
        assert backend.supports == supports
        assert set(backend.report()) == set(FEATURES) - supports


def test_many_threads_share_one_backend(server):
    server.answers["DynamoDB_20120810.ListTables"] = (200, b'{"TableNames":[]}')
    with open_backend(server.url) as backend, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: backend.call("ListTables", {}), range(100)))
    assert answers == [{"TableNames": []}] * 100


def test_the_environment_signs_local_requests(server, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111122223333")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    server.answers["DynamoDB_20120810.ListTables"] = (200, b"{}")
    with open_backend(server.url) as backend:
        backend.call("ListTables", {})
    assert "Credential=111122223333/" in server.asked[0][1]["Authorization"]


def test_a_request_that_json_cannot_carry(server):
    with open_backend(server.url) as backend, pytest.raises(BackendError, match="not JSON"):
        backend.call("PutItem", {"Item": {"pk": {"B": b"bytes"}}})
