"""The envelope as a table: tests/cases/wire.json, then what bytes alone can show."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from dynarig.emulator.http.wire import Answer, Stamp, Wire, targets
from dynarig.emulator.model.call import LONG_BYTES, Call, Reply, Spliced
from dynarig.emulator.settings import Settings

CASES = json.loads((Path(__file__).parents[1] / "cases" / "wire.json").read_text())
KNOWN = targets(["GetItem"], ["ListStreams"])
STAMP = Stamp(b"Sat, 21 Nov 2026 09:45:00 GMT", b"A" * 40)
AMZ = {b"content-type": b"application/x-amz-json-1.0"}


def wire(**values: Any) -> Wire:
    return Wire(Settings(**values), KNOWN)


def body_of(case: dict[str, Any]) -> bytes:
    if "body_hex" in case:
        return bytes.fromhex(case["body_hex"])
    if "body_gzip" in case:
        return gzip.compress(case["body_gzip"].encode())
    if "body_nested" in case:
        return b'{"a":' + b"[" * case["body_nested"] + b"]" * case["body_nested"] + b"}"
    return case.get("body", CASES["defaults"]["body"]).encode()


def request_of(case: dict[str, Any]) -> tuple[bytes, bytes, bytes, dict[bytes, bytes], bytes]:
    defaults = CASES["defaults"]
    headers = {**defaults["headers"], **case.get("headers", {})}
    path, _, query = case.get("url", defaults["url"]).partition("?")
    wired = {name.encode(): value.encode() for name, value in headers.items() if value is not None}
    return case.get("method", defaults["method"]).encode(), path.encode(), query.encode(), wired, body_of(case)


def parse(data: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return int(status.split()[1]), {name.lower(): value for name, value in pairs}, body


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_decode(case: dict[str, Any]) -> None:
    parts = request_of(case)
    under_test = wire()
    for _ in range(2):  # the second time from memos
        decoded = under_test.decode(*parts)
        if "call" in case:
            assert isinstance(decoded, Call)
            assert [decoded.service, decoded.operation, decoded.account, decoded.region] == case["call"]
            continue
        assert isinstance(decoded, Answer)
        status, headers, body = parse(under_test.encode(decoded, parts[3], STAMP))
        assert status == case["status"]
        if "text" in case:
            assert body.decode() == case["text"]
        else:
            assert json.loads(body) == case["error"]
        if "type" in case:
            assert headers["content-type"] == case["type"]
        assert headers.items() >= case.get("sent", {}).items()


def test_every_answer_carries_the_services_headers() -> None:
    for data in (
        wire().encode_reply(Reply(200, {"a": 1}), AMZ, STAMP),
        wire().encode_reply(Reply(400, {"a": 1}), AMZ, STAMP),
        wire().encode_reply(Reply(200, {"a": 1}), {b"origin": b"x"}, STAMP),
    ):
        _, headers, body = parse(data)
        assert body == b'{"a":1}'
        assert headers["content-length"] == "7"
        assert headers["x-amz-crc32"] == str(zlib.crc32(body))
        assert headers["date"] == STAMP.date.decode()
        assert re.search(rb"x-amzn-RequestId: [0-9A-Z]{52}\r\n", data)


def test_request_ids_differ() -> None:
    under_test = wire()
    found = {parse(under_test.encode_reply(Reply(200, {}), AMZ, STAMP))[1]["x-amzn-requestid"] for _ in range(50)}
    assert len(found) == 50


def test_a_reply_echoes_the_content_type() -> None:
    given = {b"content-type": b"application/json;charset=utf-8"}
    assert parse(wire().encode_reply(Reply(200, {}), given, STAMP))[1]["content-type"] == "application/json"


def test_fragments_are_spliced() -> None:
    payload = {"Item": orjson.Fragment(b'{"pk":{"S":"a"}}')}
    assert parse(wire().encode_reply(Reply(200, payload), AMZ, STAMP))[2] == b'{"Item":{"pk":{"S":"a"}}}'


@pytest.mark.parametrize(
    "more",
    [
        {},
        {b"accept-encoding": b"identity"},
        {b"accept-encoding": b"gzip"},
        {b"origin": b"http://a"},
        {b"content-type": b"application/json"},
    ],
    ids=["usual", "identity", "gzip", "origin", "json"],
)
def test_a_long_payload_is_the_same_in_pieces(more: dict[bytes, bytes]) -> None:
    payload = Spliced("Items", b'["%b"]' % (b"x" * LONG_BYTES))
    payload["Count"] = 1
    data = wire().encode_reply(Reply(200, payload), AMZ | more, STAMP)
    assert isinstance(data, list) is (not more or b"identity" in more.values())
    status, headers, sent = parse(data if isinstance(data, bytes) else b"".join(data))
    assert int(headers["content-length"]) == len(sent)
    assert int(headers["x-amz-crc32"]) == zlib.crc32(sent)
    body = gzip.decompress(sent) if headers.get("content-encoding") == "gzip" else sent
    assert (status, body) == (200, orjson.dumps(payload))


def test_a_shared_database_has_one_namespace() -> None:
    decoded = wire(shared_db=True).decode(*request_of({}))
    assert isinstance(decoded, Call)
    assert (decoded.account, decoded.region) == ("000000000000", "us-east-1")


def test_memory_of_credentials_is_bounded() -> None:
    under_test = wire()
    for number in range(3000):
        text = f"AWS4-HMAC-SHA256 Credential=K{number}/1/eu-west-2/dynamodb/aws4_request, SignedHeaders=h, Signature=0f"
        assert isinstance(under_test.decode(*request_of({"headers": {"authorization": text}})), Call)
    assert len(under_test.credentials._known or {}) <= 1024


def test_an_answer_without_a_body() -> None:
    """TagResource and UntagResource answer so."""
    status, headers, body = parse(wire().encode_reply(Reply(200, None), AMZ, STAMP))
    assert (status, body) == (200, b"")
    assert (headers["content-length"], headers["x-amz-crc32"]) == ("0", "0")
