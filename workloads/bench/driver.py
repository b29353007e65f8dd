"""The closed loop: a few connections, each with one request under way, from bytes made before.

Rule: run as a process of its own (`python -m dynarig.workloads.bench.driver`, a job as JSON lines on standard input, an
answer line each); between answer and next request nothing happens but a look at length and status, so that the driver
costs a fraction of what it drives. With a core of its own it never sleeps (see Awake). It reports how busy it was:
where it had hardly an idle moment, it was the bottleneck.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from array import array
from base64 import b64decode
from functools import partial
from typing import Any

import orjson

from dynarig.emulator.http.server import new_loop
from dynarig.workloads.histogram import Histogram

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_ANSWER_SECONDS = 30.0
_STRETCH = 12  # a slow server gets up to so many times the time


class Run:
    """One measurement: the requests, in turn, over all connections until the time is up.

    least: so many requests are sent in any case, as a figure of a handful of answers is none; but not for longer than
    `_STRETCH` times the time.
    """

    def __init__(
        self, messages: list[bytes], first: int, seconds: float, least: int = 0, clock: Any = time.perf_counter
    ) -> None:
        self.messages = messages
        self.position = first % len(messages)
        self.clock = clock
        self.least = least
        began = clock()
        self.until = began + seconds
        self.at_latest = began + seconds * _STRETCH
        self.sent = 0
        self.answers = 0
        self.failures = 0
        self.sample = ""
        self.latencies = array("d")

    def is_over(self) -> bool:
        """Whether no more is to be sent."""
        now = self.clock()
        return now >= self.until and (self.sent >= self.least or now >= self.at_latest)

    def next_message(self) -> bytes | None:
        """The next request's bytes, or None when the time is up."""
        if self.is_over():
            return None
        self.sent += 1
        position = self.position
        self.position = position + 1 if position + 1 < len(self.messages) else 0
        return self.messages[position]


class Loop(asyncio.Protocol):
    """One connection: answer in, next request out."""

    def __init__(self, run: Run, done: asyncio.Future[None]) -> None:
        self._run = run
        self._done = done
        self._data = b""
        self._length = -1
        self._last = False
        self._sent = 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins."""
        self._transport = transport
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends; too early if the time is not up, which the caller sees."""
        if not self._done.done():
            self._done.set_result(None)

    def data_received(self, data: bytes) -> None:
        """A piece of an answer, mostly all of it."""
        if self._data:
            data = self._data + data
        if len(data) != self._length:
            length, self._last = message_length(data)
            if length is None or len(data) < length:
                self._data = data
                return
            self._length = length
        self._data = b""
        run = self._run
        run.latencies.append(run.clock() - self._sent)
        run.answers += 1
        if data[9:12] != b"200":
            run.failures += 1
            run.sample = run.sample or data[:400].decode("latin-1")
        self._send()

    def _send(self) -> None:
        # A server that says it will close must get nothing more: moto's would wait for the end of it for ever.
        message = None if self._last else self._run.next_message()
        if message is None:
            self._transport.close()
            return
        self._sent = self._run.clock()
        self._transport.write(message)


def message_length(data: bytes) -> tuple[int | None, bool]:
    """(bytes of the whole answer that `data` begins, or None while its head is not there; whether it is the last)."""
    end = data.find(_END)
    if end < 0:
        return None, False
    head = data[:end].lower()
    last = b"\r\nconnection: close" in head
    at = head.find(_LENGTH)
    if at < 0:
        return end + len(_END), last
    line = head[at + len(_LENGTH) : at + len(_LENGTH) + 20]
    return end + len(_END) + int(line.split(b"\r", 1)[0]), last


class Awake:
    """Keeps the driver from sleeping, and counts the time in which it had nothing to do.

    Why: a write to a process that sleeps wakes it, at the writer's cost. A fast server never lets its clients sleep; a
    slower one would pay for every answer what the fast one pays for none, and the measure would be of wake-ups.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, run: Run) -> None:
        self.idle_seconds = 0.0
        self._loop = loop
        self._run = run
        self._seen = -1
        self._at = run.clock()
        self._ended = False
        loop.call_soon(self._turn)

    def _turn(self) -> None:
        now = self._run.clock()
        if self._run.answers == self._seen:
            self.idle_seconds += now - self._at
        self._seen, self._at = self._run.answers, now
        if not self._ended:
            self._loop.call_soon(self._turn)

    def end(self) -> None:
        """Sleep again."""
        self._ended = True


async def drive(job: dict[str, Any], messages: list[bytes]) -> dict[str, Any]:
    """Run one job: port, connections, seconds, least (requests in any case), first (index of the first one), awake (has
    a core of its own)."""
    loop = asyncio.get_running_loop()
    run = Run(messages, job["first"], job["seconds"], job["least"])
    busy, began = time.process_time(), time.perf_counter()
    awake = Awake(loop, run) if job["awake"] else None
    loops = asyncio.gather(*(_keep_open(loop, run, job["port"]) for _ in range(job["connections"])))
    try:
        await asyncio.wait_for(loops, job["seconds"] * _STRETCH + _ANSWER_SECONDS)
    except TimeoutError:
        run.failures += 1
        run.sample = run.sample or f"an answer did not come within {_ANSWER_SECONDS:g} s"
    elapsed, busy = time.perf_counter() - began, time.process_time() - busy
    if awake is not None:
        awake.end()
        busy = elapsed - awake.idle_seconds
    histogram = Histogram()
    for seconds in run.latencies:
        histogram.record(seconds)
    return {
        "answers": run.answers,
        "failures": run.failures,
        "sample": run.sample,
        "elapsed_seconds": elapsed,
        "per_second": run.answers / elapsed,
        "driver_busy": busy / elapsed,
        "latency": histogram.to_json(),
    }


async def _keep_open(loop: asyncio.AbstractEventLoop, run: Run, port: int) -> None:
    """One connection after the other until the time is up: some servers close after each answer."""
    while not run.is_over():
        done = loop.create_future()
        await loop.create_connection(partial(Loop, run, done), "127.0.0.1", port)
        await done


def main() -> int:
    """Answer jobs from standard input, one JSON line each. A job with `messages` (base64) replaces what is kept."""
    kept: dict[str, list[bytes]] = {}
    loop = new_loop()
    for line in sys.stdin.buffer:
        job = orjson.loads(line)
        if "messages" in job:
            kept[job["name"]] = [b64decode(message) for message in job["messages"]]
            answer: dict[str, Any] = {"kept": len(kept[job["name"]])}
        else:
            gc.collect()
            gc.freeze()
            answer = loop.run_until_complete(drive(job, kept[job["name"]]))
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
