"""No input breaks the server. The invariant, in one sentence: an answer is a 200, a DynamoDB 4xx with a known
``__type``, or a closed connection for broken HTTP; never a 500, a hang or a dead process.

An attempt is made of a seed and a number alone, and its round starts from fresh state, so a failure is told by those
two and repeats: ``DYNARIG_FUZZ_SEED=7 pytest tests/fuzz``.
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from random import Random
from typing import Any

import botocore.session
import orjson
import pytest

from tests.fuzz.child import Answer, Child, Hang, Wire, ask, post, serving
from tests.fuzz.corpus import CORPUS, SETUP, STREAMS_OPERATIONS
from tests.fuzz.http_mutators import damaged, oversized, with_wrong_headers
from tests.fuzz.json_mutators import mutated

SEED = int(os.environ.get("DYNARIG_FUZZ_SEED", "1"))
ROUND = 250  # attempts on one state
RESIDENT_BYTES_MAX = 512 * 1024 * 1024
_PREFIXES = ("com.amazon.coral.validate#", "com.amazon.coral.service#", "com.amazon.coral.availability#")
_DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
_CORAL = {
    "ValidationException", "SerializationException", "UnknownOperationException",
    "MissingAuthenticationTokenException",
    "IncompleteSignatureException", "InvalidSignatureException", "ThrottlingException",
    "RequestEntityTooLargeException",
}  # fmt: skip
_NOT_FOUND = b"<UnknownOperationException/>\n"


def _known_types() -> set[str]:
    """Every ``__type`` of the service: the models' exceptions and those before them."""
    names = {"AccessDeniedException", "ItemCollectionSizeLimitExceededException"}
    for service in ("dynamodb", "dynamodbstreams"):
        model = botocore.session.get_session().get_service_model(service)
        names |= {shape.name for shape in model.error_shapes}
    names -= {"InternalServerError"}
    return {_DYNAMODB + name for name in names} | {prefix + name for prefix in _PREFIXES for name in _CORAL}


KNOWN_TYPES = _known_types()


def judge(answer: Answer) -> str:
    """The kind of an answer that the invariant allows; AssertionError for any other."""
    if answer.status == 200:
        return "200"
    assert 400 <= answer.status < 500, f"status {answer.status}: {answer.body[:300]!r}"
    if answer.body == _NOT_FOUND:
        return "404"
    body = orjson.loads(answer.body)
    if "__type" not in body:
        assert "error" in body or "message" in body, body  # a path of our own
        return "admin"
    assert body["__type"] in KNOWN_TYPES, f"an unknown type: {answer.body[:300]!r}"
    name: str = body["__type"].partition("#")[2]
    return name


class Fuzz:
    """One client of one child: sends attempts, judges what comes, counts the kinds."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._wire = child.connect()
        self._marks: dict[str, str] = {}
        self.kinds: Counter[str] = Counter()
        self.attempts = 0
        self.resident_bytes_max = 0

    def run(self, count: int, *, heavy: int) -> None:
        """`count` attempts, and `heavy` ones of 20 MB."""
        for number in range(count):
            if number % ROUND == 0:
                self._prepare()
            self._attempt(number, number % (count // heavy) == 7)
        self._prepare()

    def close(self) -> None:
        """Ends the connection that is kept."""
        self._wire.close()

    def _prepare(self) -> None:
        """Fresh state, and the names that it gave."""
        self._wire.close()
        self._wire = self._child.connect()
        self._wire.send(b"POST /_dynarig/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        answer = self._wire.receive()
        assert answer is not None
        assert answer.status == 200, answer
        for operation, request in SETUP:
            ask(self._wire, operation, request)
        table: Any = ask(self._wire, "DescribeTable", {"TableName": "things"})["Table"]
        stream = table["LatestStreamArn"]
        shards: Any = ask(self._wire, "DescribeStream", {"StreamArn": stream}, True)["StreamDescription"]
        shard = shards["Shards"][0]["ShardId"]
        asked: dict[str, object] = {"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        iterator: Any = ask(self._wire, "GetShardIterator", asked, True)["ShardIterator"]
        self._marks = {"@ARN@": table["TableArn"], "@STREAM@": stream, "@SHARD@": shard, "@ITERATOR@": iterator}
        self._measure()

    def _measure(self) -> None:
        resident_bytes = self._child.resident_bytes or 0
        self.resident_bytes_max = max(self.resident_bytes_max, resident_bytes)
        assert resident_bytes < RESIDENT_BYTES_MAX, f"{resident_bytes} bytes of memory"

    def _attempt(self, number: int, heavy: bool) -> None:
        draw = Random(f"{SEED}:{number}")
        operation, request = draw.choice(CORPUS)
        streams = operation in STREAMS_OPERATIONS
        kind = draw.random()
        body = mutated(self._marked(request), draw) if kind < 0.8 else orjson.dumps(self._marked(request))
        if draw.random() < 0.02:
            operation = draw.choice(CORPUS)[0]
        data = post(operation, body, streams)
        try:
            if heavy:
                self._broken(oversized(data, draw))
            elif kind < 0.75:
                self._whole(data)
            elif kind < 0.85:
                self._broken(with_wrong_headers(data, draw))
            else:
                self._broken(damaged(data, draw))
        except (AssertionError, KeyError, ValueError) as fault:
            what = "a hang" if isinstance(fault, Hang) else "broken"
            pytest.fail(
                f"{what}, seed {SEED}, attempt {number}, {operation}: {fault}\n{data[:3000]!r}\n{self._child.trace()}"
            )
        self.attempts += 1

    def _marked(self, request: dict[str, Any]) -> dict[str, Any]:
        text = orjson.dumps(request)
        if b"@" in text:
            for mark, value in self._marks.items():
                text = text.replace(mark.encode(), value.encode())
        return orjson.loads(text)

    def _whole(self, data: bytes) -> None:
        """A well-formed HTTP request on the connection that is kept: it earns exactly one answer."""
        self._wire.send(data)
        answer = self._wire.receive()
        assert answer is not None, "a well-formed request was answered with a closed connection"
        self.kinds[judge(answer)] += 1
        if answer.status == 413:
            self._wire.close()
            self._wire = self._child.connect()

    def _broken(self, data: bytes) -> None:
        """Whatever bytes, on a connection of their own: answers, then the end."""
        wire = self._child.connect()
        try:
            wire.send(data, last=True)
            if data.startswith(b"HEAD"):
                wire.receive(bodiless=True)
                return
            answers = wire.drain()
        finally:
            wire.close()
        self.kinds.update(judge(each) for each in answers)
        self.kinds["closed"] += not answers
        assert self._child.alive, "the process has ended"


def _fuzz(count: int, heavy: int) -> Fuzz:
    with serving() as child:
        fuzz = Fuzz(child)
        try:
            fuzz.run(count, heavy=heavy)
        finally:
            fuzz.close()
        assert child.alive
        assert child.trace() == ""
        print(f"seed {SEED}: {fuzz.attempts} attempts, memory {fuzz.resident_bytes_max / 2**20:.0f} MB")
        print(dict(fuzz.kinds.most_common()))
    return fuzz


def _covers(fuzz: Fuzz) -> None:
    """The attempts reach what they should: successes, both layers of refusal, and the ends of connections."""
    wanted = {"200", "404", "closed", "ValidationException", "SerializationException", "UnknownOperationException"}
    assert wanted <= set(fuzz.kinds)
    assert fuzz.kinds["200"] > fuzz.attempts // 20


def test_no_input_breaks_the_server() -> None:
    _covers(_fuzz(1_500, heavy=3))


@pytest.mark.slow
def test_no_input_breaks_the_server_at_length() -> None:
    fuzz = _fuzz(20_000, heavy=20)
    _covers(fuzz)
    assert fuzz.attempts >= 20_000


def test_unread_answers_and_slow_senders_stop_nobody() -> None:
    """A client that pipelines and never reads, and one that sends a byte and waits, beside one that works."""
    request = post("DescribeLimits", b"{}")
    with serving() as child:
        deaf, slow, working = child.connect(), child.connect(), child.connect()
        deaf.send(request * 2000)
        slow.send(request[:1])
        for _ in range(50):
            ask(working, "DescribeLimits", {})
        slow.send(request[1:])
        answer = slow.receive()
        assert answer is not None
        assert judge(answer) == "200"
        for each in (deaf, slow, working):
            each.close()
        assert child.alive


def test_a_failure_is_seen() -> None:
    """The judge itself: a 500, an unknown type and a cut answer do not pass."""
    for status, body in ((500, b"{}"), (302, b"{}"), (400, b'{"__type":"x#Nope"}'), (400, b'{"__type":"' + b'"}')):
        with pytest.raises(AssertionError):
            judge(Answer(status, {}, body))
    left, right = socket.socketpair()
    right.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-amz-crc32: 0\r\n\r\nabc")
    right.close()
    with pytest.raises(AssertionError, match="cut short"):
        Wire(left).receive()
    left.close()
