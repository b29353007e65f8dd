"""gzip and deflate both ways: what is read, what is answered, and where it ends."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from dynarig.emulator.http import compression
from dynarig.emulator.http.compression import DEFLATE, GZIP, TooLarge, compress, decompress
from dynarig.emulator.http.wire import Answer
from dynarig.emulator.model.call import Reply
from tests.http.fake_engine import FakeEngine, fake_server
from tests.http.fake_loop import on_fake_loop
from tests.http.test_delays import connect
from tests.http.test_server import post
from tests.http.test_wire import STAMP, parse, wire

BODY = b'{"TableName": "tab", "Key": {"pk": {"S": "a"}}}'


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        (GZIP, gzip.compress(BODY)),
        (GZIP, gzip.compress(BODY[:10]) + gzip.compress(b"") + gzip.compress(BODY[10:])),
        (DEFLATE, zlib.compress(BODY)),
        (DEFLATE, bare_deflate(BODY)),
    ],
    ids=["gzip", "three members", "deflate", "bare deflate"],
)
def test_bodies_that_are_read(encoding: bytes, packed: bytes) -> None:
    assert decompress(encoding, packed, len(BODY)) == BODY
    for cut in (0, 1, 5, len(packed) - 1):
        with pytest.raises(ValueError):
            decompress(encoding, packed[:cut], len(BODY))
    with pytest.raises(ValueError):
        decompress(encoding, packed + b"x", len(BODY))
    with pytest.raises(TooLarge):
        decompress(encoding, packed, len(BODY) - 1)


def test_members_have_a_bound() -> None:
    member = gzip.compress(b"")
    assert decompress(GZIP, member * compression._MEMBERS_MAX, 0) == b""
    with pytest.raises(ValueError, match="more than 1000 members"):
        decompress(GZIP, member * (compression._MEMBERS_MAX + 1), 0)


def test_another_encoding_is_left_as_it_is() -> None:
    assert decompress(b"br", BODY, 1) is None


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    refused = wire(max_body_bytes=10_000).decode(
        b"POST", b"/", b"", {b"content-encoding": b"gzip"}, gzip.compress(b" " * 1_000_000)
    )
    assert isinstance(refused, Answer)
    assert refused.status == 413


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (b"gzip", GZIP),
        (b"br, gzip;q=0.5", GZIP),
        (b"deflate", DEFLATE),
        (b"gzip, deflate, br", GZIP),
        (b"deflate, gzip", GZIP),
        (b"gzip;q=0.5, deflate", DEFLATE),
        (b"GZIP ; Q=0.1", GZIP),
        (b"gzip; q=0, deflate;q=0.1", DEFLATE),
        (b"gzip; q=0", None),
        (b"gzipped", None),
        (b"identity, *", None),
        (b"", None),
    ],
)
def test_what_a_client_accepts(given: bytes, wanted: bytes | None) -> None:
    assert compression.accepted(given) == wanted


@pytest.mark.parametrize("encoding", [GZIP, DEFLATE])
@pytest.mark.parametrize(("more", "is_packed"), [(-1, False), (0, True), (1, True)])
def test_answers_are_packed_from_the_threshold_on(encoding: bytes, more: int, is_packed: bool) -> None:
    threshold = 100
    payload = {"a": "x" * (threshold + more - len('{"a":""}'))}
    headers = {b"accept-encoding": encoding, b"content-type": b"application/x-amz-json-1.0"}
    data = wire(gzip_min_bytes=threshold).encode_reply(Reply(200, payload), headers, STAMP)
    _, sent, body = parse(data)
    assert sent.get("content-encoding") == (encoding.decode() if is_packed else None)
    assert int(sent["x-amz-crc32"]) == zlib.crc32(body)
    assert json.loads(unpacked(encoding, body) if is_packed else body) == payload


def unpacked(encoding: bytes, body: bytes) -> bytes:
    return gzip.decompress(body) if encoding == GZIP else zlib.decompress(body)


def test_packing_gives_the_same_bytes_each_time() -> None:
    assert all(compress(encoding, BODY) == compress(encoding, BODY) for encoding in (GZIP, DEFLATE))


@pytest.mark.parametrize("lines", ["Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n", "Accept-Encoding: gzip, br\r\n"])
def test_several_lines_of_accept_encoding_count_as_one(lines: str) -> None:
    server = fake_server(FakeEngine(), gzip_min_bytes=10)
    loop = on_fake_loop(server)
    for text in (lines, "\r\n".join(reversed(lines.rstrip().split("\r\n"))) + "\r\n"):
        connection, out = connect(server)
        connection.data_received(post(json.dumps({"echo": "x" * 50}), more=text))
        loop.run_to(loop.at)
        assert b"content-encoding: gzip" in out.written
