"""HTTP answers out of bytes: whole only when all of it is there, by any of the three ways to say where it ends."""

import pytest

from dynarig.workloads.answers import whole

TIMES = b"X-Dynarig-Service-Microseconds: 250\r\nx-dynarig-modelled-microseconds: 4100\r\n"
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n" + TIMES + b'\r\n{"a":1}'
CHUNKED = b'HTTP/1.1 400 Bad\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n'


@pytest.mark.parametrize(("received", "status"), [(LENGTH, 200), (CHUNKED, 400)])
def test_an_answer_is_there_with_its_last_byte(received, status):
    cut = len(received) - (1 if status == 200 else 4)
    assert all(whole(received[:end]) is None for end in range(cut))
    answer = whole(received)
    assert (answer.status, answer.body, answer.closes) == (status, b'{"a":1}', False)


def test_what_the_head_says():
    assert (whole(LENGTH).service_seconds, whole(LENGTH).modelled_seconds) == (0.00025, 0.0041)
    assert (whole(CHUNKED).service_seconds, whole(CHUNKED).modelled_seconds) == (-1.0, -1.0)
    assert whole(LENGTH.replace(b"250", b"x")).service_seconds < 0
    assert whole(LENGTH.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")).closes
    assert whole(LENGTH.replace(b"HTTP/1.1", b"HTTP/1.0")).closes


def test_without_a_length_the_end_of_the_connection_ends_the_answer():
    received = b"HTTP/1.1 200 OK\r\n\r\n{}"
    assert whole(received) is None
    answer = whole(received, ended=True)
    assert (answer.body, answer.closes) == (b"{}", True)


@pytest.mark.parametrize("received", [b"SSH-2.0\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"x" * 70_000])
def test_what_is_no_http_has_no_status(received):
    assert whole(received).status == 0
