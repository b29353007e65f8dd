"""The clients against a small server of our own: what goes out, what comes back, and what cannot."""

import json
import socketserver
import threading
from contextlib import contextmanager

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads.backends.base import BackendError, NoAnswer
from dynarig.workloads.client import Boto3Client, LeanClient, connect

THROTTLE = {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "slow down"}
CANCELLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "cancelled",
    "CancellationReasons": [{"Code": "None"}],
}


class FakeServer(socketserver.ThreadingTCPServer):
    """Answers each POST with the next of `answers`: (status, body bytes), or None to close without a word."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = list(answers)
        self.requests = []
        self.connections = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        while line := self.rfile.readline():
            headers = {"": line.decode().strip()}
            while (line := self.rfile.readline().strip()) != b"":
                name, _, value = line.decode().partition(": ")
                headers[name.lower()] = value
            body = self.rfile.read(int(headers["content-length"]))
            self.server.requests.append((headers, body))
            answer = self.server.answers.pop(0)
            if answer is None:
                return
            status, content = answer
            head = f"HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.0\r\n"
            self.wfile.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)


@contextmanager
def serving(*answers):
    with FakeServer(answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def encoded(answer, status=200):
    return status, json.dumps(answer).encode()


@pytest.mark.parametrize("kind", ["lean", "boto3"])
def test_a_call_is_one_signed_post_on_a_kept_connection(kind):
    answer = {"Item": {"PK": {"S": "a"}}}
    with serving(encoded(answer), encoded(answer)) as server:
        client = connect(kind, server.url, connections=1)
        request = {"TableName": "T", "Key": {"PK": {"S": "a"}}}
        assert client.call("GetItem", request) == answer
        assert client.call("GetItem", request) == answer
        client.close()
    assert server.connections == 1
    headers, body = server.requests[0]
    assert headers[""] == "POST / HTTP/1.1"
    assert headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=")
    assert json.loads(body) == request


@pytest.mark.parametrize("kind", ["lean", "boto3"])
@pytest.mark.parametrize(
    ("answer", "code", "members"),
    [
        (THROTTLE, "ProvisionedThroughputExceededException", None),
        (CANCELLED, "TransactionCanceledException", [{"Code": "None"}]),
    ],
)
def test_errors_bear_the_services_code_and_are_not_retried(kind, answer, code, members):
    with serving(encoded(answer, 400)) as server:
        client = connect(kind, server.url, connections=1)
        with pytest.raises(DynamoDBError) as caught:
            client.call("PutItem", {"TableName": "Tab", "Item": {"PK": {"S": "a"}}})
        client.close()
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert caught.value.message == answer.get("message", answer.get("Message"))
    if members:
        assert caught.value.members["CancellationReasons"] == members
    assert len(server.requests) == 1


def test_a_connection_that_is_cut_is_no_answer_and_the_next_call_opens_another():
    with serving(None, encoded({})) as server:
        client = LeanClient(server.url, connections=1)
        with pytest.raises(NoAnswer, match="ConnectionError"):
            client.call("ListTables", {})
        assert client.call("ListTables", {}) == {}
        client.close()
    assert server.connections == 2


def test_nobody_there_is_no_answer():
    with serving() as server:
        url = server.url
    for client in (LeanClient(url), Boto3Client(url)):
        with pytest.raises(NoAnswer):
            client.call("ListTables", {})
        client.close()


def test_silence_is_a_timeout():
    class Silent(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(1 << 16)
            released.wait(5)

    released = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        client = LeanClient(f"http://127.0.0.1:{server.server_address[1]}", timeout_seconds=0.05)
        with pytest.raises(NoAnswer) as caught:
            client.call("ListTables", {})
        released.set()
        client.close()
        server.shutdown()
    assert caught.value.code == "Timeout"


def test_what_is_not_dynamodbs_is_told():
    with serving((200, b"<html>")) as server:
        client = LeanClient(server.url)
        with pytest.raises(BackendError):
            client.call("ListTables", {})
        client.close()


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://a", "http://", ""])
def test_an_endpoint_is_a_url(url):
    with pytest.raises(ValueError, match="endpoint"):
        LeanClient(url)


def test_boto3_sends_again_only_where_it_is_told_and_says_how_often():
    throttled, answer = encoded(THROTTLE, 400), {"TableNames": []}
    with serving(throttled, encoded(answer), throttled, throttled) as server:
        client = connect("boto3", server.url, connections=1, attempts=2)
        assert client.call("ListTables", {}) == answer
        assert client.last_retries == 1
        with pytest.raises(DynamoDBError):
            client.call("ListTables", {})
        assert client.last_retries == 1
        client.close()
    assert len(server.requests) == 4
