"""The load's own command line options, beside Locust's. Also the fields of Locust's web form."""

from __future__ import annotations

from typing import Any

from locust.argument_parser import LocustArgumentParser

from dynarig.workloads.client import CLIENTS
from dynarig.workloads.pacing import positive_rate
from dynarig.workloads.shapes import ARRIVALS

USERS = 64
RUN_SECONDS = 60
STOP_SECONDS = 5


def add_options(parser: LocustArgumentParser) -> None:
    """Add them, and defaults that let Locust run without any."""
    add = parser.add_argument
    add("--rate", type=_rate, default=1000.0, help="requests per second of all processes together (default 1000)")
    add("--arrivals", choices=ARRIVALS, default="constant", help="evenly spaced, or as of many independent users")
    add("--ramp-seconds", type=_from_zero, default=0.0, help="rise from 0 to the rate in this time")
    add("--seed", type=_whole, default=1, help="of the data, the choices and the arrivals (default 1)")
    hidden: dict[str, Any] = {"include_in_web_ui": False}
    add("--scale", type=_rate, default=1.0, help="size of the seeded data; 1 is about 24,000 items", **hidden)
    add("--stage", default="load", help="environment in the table's name (default load)", **hidden)
    add("--no-seed", action="store_true", help="with --host: use the table as it is", **hidden)
    add("--client", choices=CLIENTS, default="lean", help="lean, or boto3 for what an application would feel", **hidden)
    add("--settle-seconds", type=_from_zero, default=1.0, help="how far eventually consistent reads may lag", **hidden)
    add("--timeout-seconds", type=_rate, default=30.0, help="longest wait for an answer", **hidden)
    add(
        "--lateness-limit-ms",
        type=_rate,
        default=50.0,
        help="the schedule counts as kept while 99 %% of requests start within this time of when they are due",
        **hidden,
    )
    add("--results", default="results", help="folder for results/run-…/summary.json", **hidden)
    parser.set_defaults(num_users=USERS, spawn_rate=float(USERS), only_summary=True)


def _rate(text: str) -> float:
    return positive_rate(float(text))


def _from_zero(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value
