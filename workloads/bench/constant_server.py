"""A server that gives one fixed answer, on the emulator's own HTTP stack:
`python -m dynarig.workloads.bench.constant_server`.

Rule: same event loop, same protocol class, same parser as the emulator; only what an emulator adds to HTTP is missing.
What it answers per second is what the stack can do, and the measure that servers are held against.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import signal
import sys

import orjson

from dynarig.emulator.http.protocol import Connection
from dynarig.emulator.http.server import COLLECT_AFTER, new_loop
from dynarig.emulator.http.turn import Turn
from dynarig.emulator.http.wire import Answer, Headers
from dynarig.emulator.settings import Settings
from dynarig.workloads import items
from dynarig.workloads.bench.calls import ITEM_BYTES


class Constant:
    """The exchange that a Connection needs, with one answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.settings = Settings()
        self.loop = loop
        self.turn = Turn(loop)
        self.connections: set[Connection] = set()
        body = orjson.dumps({"Item": items.make(0, ITEM_BYTES)})
        head = (
            "HTTP/1.1 200 OK\r\nserver: Server\r\ndate: Sat, 29 Nov 2025 12:00:00 GMT\r\n"
            "content-type: application/x-amz-json-1.0\r\nx-amzn-requestid: " + "A" * 52 + "\r\n"
            f"x-amz-crc32: 1234567890\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self._reply = head.encode() + body, 0.0

    def respond(self, method: bytes, url: bytes, headers: Headers, body: bytes) -> tuple[bytes, float]:
        """The answer."""
        return self._reply

    def encode(self, answer: Answer, headers: Headers) -> bytes:
        """The same answer to what is not a request."""
        return self._reply[0]


def main(argv: list[str] | None = None) -> int:
    """Serve on 127.0.0.1 until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m dynarig.workloads.bench.constant_server")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args(argv).port
    loop = new_loop()
    exchange = Constant(loop)
    server = loop.run_until_complete(loop.create_server(lambda: Connection(exchange), "127.0.0.1", port))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, loop.stop)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)  # as the emulator: what is compared is collected alike
    with contextlib.closing(server):
        loop.run_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
