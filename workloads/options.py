"""The load's own command line options, beside Locust's. Also the fields of Locust's web form.

Rule: a value that cannot be is refused by the parser, in words that say what can. Where one of Locust's own options
means something else in an open loop, that is said here, in its help and when it is given.
"""

from __future__ import annotations

import argparse
import logging
import math
from collections.abc import Sequence
from typing import Any

from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from dynarig.workloads import thresholds
from dynarig.workloads.backends.open import SERVER_NAMES
from dynarig.workloads.client import CLIENTS
from dynarig.workloads.scenarios.base import Scenario
from dynarig.workloads.shapes import ARRIVALS

LOG = logging.getLogger("dynarig")
USERS = 64
STOP_SECONDS = 5
_USERS_HELP = "most requests that may be under way at once, over all processes (default 64); the rate is --rate's"
_SPAWN_HELP = "of no use here: the rate is --rate's from the first second, its rise --ramp-seconds'"


def add_options(parser: LocustArgumentParser) -> None:
    """Add them, and defaults that let Locust run without any."""
    add = parser.add_argument
    add("--scenario", metavar="NAME[:WEIGHT],…", help="what to load; `dynarig scenarios` lists them (default miyabi)")
    add(
        "--mix",
        metavar="FILE",
        help="your own access patterns, or a recording: the scenario `mix` (dynarig mix --help)",
    )
    add("--schema", action="append", metavar="FILE", help="your own tables, for --mix; alone, its first mix is loaded")
    add("--rate", type=_rate, help="requests per second of all processes together (default: the scenario's, 1000)")
    add("--arrivals", choices=ARRIVALS, default="constant", help="evenly spaced, or as of many independent users")
    add("--ramp-seconds", type=_from_zero, default=0.0, help="rise from 0 to the rate in this time")
    add("--closed", action="store_true", help="a closed loop: each of the -u users sends as soon as it has its answer")
    add("--warm-up-seconds", type=_from_zero, default=0.0, help="at the beginning, sent but left out of the figures")
    add("--seed", type=_whole, default=1, help="of the data, the choices and the arrivals (default 1)")
    threshold_help = "such as 'p(99)<50', 'throttles<1%%', 'rate>=1000'; may be given again (workloads/thresholds.py)"
    hidden: dict[str, Any] = {"include_in_web_ui": False}
    add(
        "--param", action="append", metavar="NAME=VALUE", help="a parameter of a scenario; may be given again", **hidden
    )
    add("--parameter", action="append", metavar="NAME=VALUE", help="of --schema; may be given again", **hidden)
    add("--capacity", choices=("off", "observe", "enforce"), help="mode of the emulator started here", **hidden)
    add("--backend", choices=SERVER_NAMES, help="load this server, started here, instead of our emulator", **hidden)
    add("--threshold", action="append", type=_threshold, metavar="EXPRESSION", help=threshold_help, **hidden)
    add("--scale", type=_above_zero, default=1.0, help="size of the seeded data; 1 is about 24,000 items", **hidden)
    add("--stage", default="load", help="environment in the table's name (default load)", **hidden)
    add("--no-seed", action="store_true", help="with --host: use the table as it is", **hidden)
    add("--client", choices=CLIENTS, default="lean", help="lean, or boto3 for what an application would feel", **hidden)
    add("--sdk-attempts", type=_whole, default=1, help="of boto3 for one call; 1 sends none again", **hidden)
    add("--settle-seconds", type=_from_zero, default=1.0, help="how far eventually consistent reads may lag", **hidden)
    add("--timeout-seconds", type=_above_zero, default=30.0, help="longest wait for an answer", **hidden)
    add(
        "--lateness-limit-ms",
        type=_above_zero,
        default=50.0,
        help="the schedule counts as kept while 99 %% of requests, in a short run all but one second's, start within "
        "this time of when they are due",
        **hidden,
    )
    add("--results", default="results", help="folder for results/run-…/summary.json", **hidden)
    parser.set_defaults(num_users=USERS, only_summary=True)
    for action in parser._actions:
        if action.dest in ("num_users", "spawn_rate"):
            action.help = _USERS_HELP if action.dest == "num_users" else _SPAWN_HELP


def words_of(environment: Environment) -> tuple[str | None, list[str], list[str], list[str]]:
    """What `select` takes of the options. Tags name scenarios here: Locust is not to look for tasks that have them."""
    options: Any = environment.parsed_options
    tags, without = list(options.tags or ()), list(options.exclude_tags or ())
    environment.tags = environment.exclude_tags = options.tags = options.exclude_tags = None
    own = "mix" if (options.mix or options.schema) and not tags else None
    return options.scenario or own, tags, without, list(options.param or ())


def fit_locusts_options(environment: Environment, scenarios: Sequence[type[Scenario]]) -> None:
    """Fill in what was not given from the scenarios; tell what an open loop makes of -u, -r. ValueError: no users."""
    options: Any = environment.parsed_options
    if options.num_users < 1:
        raise ValueError(f"-u says how many requests may be under way at once, from 1 up, not {options.num_users}")
    if options.rate is None:
        options.rate = max(scenario.rate for scenario in scenarios)
    if options.headless and not options.run_time:
        options.run_time = max(scenario.run_seconds for scenario in scenarios)
    if options.headless and not options.print_stats:
        # Our table says the same and more; --print-stats brings Locust's back.
        logging.getLogger("locust.stats_logger").setLevel(logging.CRITICAL)
    if not environment.stop_timeout:
        environment.stop_timeout = STOP_SECONDS
    if options.spawn_rate is not None and not options.closed:
        LOG.warning("an open loop: --rate says how many requests are sent, -r changes nothing")
    if options.num_users != USERS and not options.closed:
        LOG.info(
            "-u %s: at most so many requests are under way at once; --rate says how many are sent", options.num_users
        )
    options.spawn_rate = float(options.num_users)


def _threshold(text: str) -> str:
    try:
        return thresholds.parse(text).text
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def _above_zero(text: str) -> float:
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _rate(text: str) -> float:
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"a rate is a number of requests per second above 0, such as 1000, not {text}")
    return value


def _from_zero(text: str) -> float:
    value = _number(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 up")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)
