"""What a load runs against, where it is lost while it is filled: over the wire, by a server that hangs up."""

import http.server
import json
import threading
from contextlib import contextmanager

import pytest

from dynarig.workloads.backends.base import BackendError
from dynarig.workloads.target import Target

TABLE = {
    "TableName": "t",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
FILLS = {
    "make_table": lambda target: target.make_table(TABLE),
    "load": lambda target: target.load("t", [{"id": {"S": "1"}}]),
    "seed": lambda target: target.seed("miyabi", "load"),
}


@contextmanager
def hangs_up_at(operation):
    """A server that knows no table and closes the connection of who asks for `operation`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["X-Amz-Target"].endswith(operation):
                self.close_connection = True
                return
            listing = self.headers["X-Amz-Target"].endswith("ListTables")
            answer = {"TableNames": []} if listing else {"__type": "x#ResourceNotFoundException", "message": "none"}
            body = json.dumps(answer).encode()
            self.send_response(200 if listing else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("fill", "operation"),
    [("make_table", "CreateTable"), ("load", "BatchWriteItem"), ("seed", "CreateTable"), ("seed", "DescribeTable")],
)
def test_a_target_that_is_lost_while_it_is_filled_is_named(fill, operation):
    with hangs_up_at(operation) as url, pytest.raises(BackendError) as raised:
        FILLS[fill](Target(url, seed=1, scale=0.01))
    assert str(raised.value).startswith(f"the target {url} was lost while it was filled: ")
