"""The course of the sharding curve sent to a server of our own over HTTP, at its real times: all tables at once.

Rule: an open loop; what is late is sent at once, rates are over the time that sending took, and how late the latest was
is told. Must not know how it is shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from heapq import merge
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.workloads import admin
from dynarig.workloads.backends.process import HOST
from dynarig.workloads.client import LeanClient
from dynarig.workloads.experiments.sharding import UNITS, Course, Taken, Write, writes
from dynarig.workloads.scenarios.tables import create_table
from dynarig.workloads.target import emulator_process

_ACCOUNT_UNITS = 1_000_000
_AFTER_THE_SECOND = 0.005  # so that no write of it is taken for the one before
_HEAT = "/_dynarig/heat?table={}"


def over_http(kind: str, course: Course, shards: Sequence[int]) -> tuple[list[Taken], float]:
    """What each table takes, and by how many seconds the latest write was late. Raises BackendError, DynamoDBError."""
    flags = {
        "--capacity": "enforce",
        "--capacity-scale": course.scale,
        "--split-heat-seconds": course.heat_seconds,
        # The tables are side by side to save time; an account of the service has them one after the other.
        "--account-max-capacity-units": _ACCOUNT_UNITS,
    }
    server = emulator_process(flags=tuple(str(word) for flag in flags.items() for word in flag)).start()
    try:
        url = f"http://{HOST}:{server.port}"
        client = LeanClient(url, 1)
        for count in shards:
            client.call("CreateTable", create_table(_table(count), "p s", provisioned=UNITS[kind]))
        taken = {count: Taken(count, course.scale) for count in shards}
        late = _send(client, course, taken)
        for count, each in taken.items():
            told = admin.ask(url, _HEAT.format(_table(count)))
            each.saw(told["tables"][0] if told else {})
        client.close()
        return list(taken.values()), late
    finally:
        server.stop()


def _send(client: LeanClient, course: Course, taken: dict[int, Taken]) -> float:
    # A few writes make a partition's second hot at this scale: seconds begin as they do in virtual time.
    begun, latest = time.monotonic() + 1.0 - time.time() % 1.0 + _AFTER_THE_SECOND, 0.0
    # All tables' writes in the order of time; the count of shards decides where two are due at once.
    due = merge(*(_numbered(course, count) for count in taken), key=lambda each: each[:2])
    for at, count, write in due:
        wait = begun + at - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        latest = max(latest, -wait)
        sent_at = time.monotonic() - begun
        accepted = _accepted(client, {"TableName": _table(count), "Item": write.item})
        taken[count].count(write, sent_at, accepted=accepted)
    return latest


def _numbered(course: Course, shards: int) -> Iterator[tuple[float, int, Write]]:
    return ((write.at, shards, write) for write in writes(course, shards))


def _accepted(client: LeanClient, request: dict[str, Any]) -> bool:
    try:
        client.call("PutItem", request)
    except DynamoDBError as error:
        if error.status >= 500:
            raise
        return False
    return True


def _table(shards: int) -> str:
    return f"sharding-{shards:02}"
