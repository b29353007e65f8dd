"""`dynarig simulate`: what a table's design takes, throttles and costs under a load, in virtual time.

Rule: flags in, a table or JSON out; exit status 0 where nothing was throttled, 1 where something was, 2 where it could
not run. The figures are `simulation.table`'s; nothing is computed here but what is shown.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from dynarig.emulator.capacity.capacity_settings import CapacitySettings
from dynarig.emulator.command_line import Parser, whole
from dynarig.emulator.cost.prices import DEFAULT_REGION, price_table
from dynarig.emulator.settings import Settings, SettingsError, did_you_mean
from dynarig.workloads import results
from dynarig.workloads.simulation.arrivals import Even, Poisson
from dynarig.workloads.simulation.outcome import shown, text
from dynarig.workloads.simulation.places import DISTRIBUTIONS, SORTS, UNIFORM, Spread, places_of
from dynarig.workloads.simulation.presets import PRESETS
from dynarig.workloads.simulation.table import Design, Simulated, SimulatedTable

START = 1_704_067_200  # the first second of 2024: midnight, the beginning of a month
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_SECONDS_MAX = 366 * 86_400
_ARRIVALS = {"poisson": Poisson, "even": Even}


def main(argv: Sequence[str] | None = None) -> int:
    """0: nothing throttled; 1: something was; 2: it could not run."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser()
    preset = parser.parse_known_args(words)[0].preset
    arguments = parser.parse_args([*PRESETS.get(preset, "").split(), *words])
    try:
        spread, design = spread_of(arguments), design_of(arguments)
        if arguments.out is not None:
            results.check_folder(arguments.out)
        began = time.perf_counter()
        run = simulate(arguments, spread, design)
        taken = time.perf_counter() - began
        told = shown(run, design, stored_bytes(arguments), arguments.region)
        if arguments.out is not None:
            asked = {name: value for name, value in vars(arguments).items() if name not in ("out", "json")}
            results.write(arguments.out / "simulation.json", {"asked": asked, **told})
    except (ValueError, SettingsError, OSError) as fault:
        print(f"dynarig simulate: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dynarig simulate: interrupted", file=sys.stderr)
        return 130
    print(json.dumps(told, indent=1) if arguments.json else text(told, taken))
    return int(bool(run.throttled))


def simulate(arguments: argparse.Namespace, spread: Spread, design: Design) -> Simulated:
    """The run that the flags describe."""
    places = places_of(spread)
    table = SimulatedTable(places, design, _settings(arguments.setting), START)
    arriving, swing, seed = _ARRIVALS[arguments.arrivals], arguments.day_swing, arguments.seed
    reads = arguments.rate * arguments.read_share
    return table.run(
        arguments.duration,
        arriving(places, reads, swing, seed),
        arriving(places, arguments.rate - reads, swing, seed + 1),
    )


def spread_of(arguments: argparse.Namespace) -> Spread:
    """How the traffic lies among the keys."""
    return Spread(
        arguments.keys,
        arguments.distribution,
        arguments.zipf,
        arguments.hot_share,
        arguments.shards,
        arguments.sort,
    )


def design_of(arguments: argparse.Namespace) -> Design:
    """What is set for the table."""
    return Design(
        arguments.provisioned,
        arguments.warm,
        arguments.quota,
        arguments.item_bytes,
        arguments.consistent,
        arguments.new_share,
    )


def stored_bytes(arguments: argparse.Namespace) -> int:
    """What the table holds before the run."""
    return int(arguments.stored_gigabytes * price_table().gigabyte_bytes)


def _settings(words: Sequence[str]) -> Settings:
    """The emulator's settings, with those of capacity that are given. Raises ValueError, SettingsError."""
    known: dict[str, Any] = {each.name: each.default for each in fields(CapacitySettings)}
    values: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        name = name.replace("-", "_")
        if name not in known:
            raise ValueError(f"no setting {name}{did_you_mean(name, known) or '; one of ' + ', '.join(known)}")
        try:
            values[name] = type(known[name])(value)
        except ValueError:
            raise ValueError(f"setting {name}: {value!r} is not a number") from None
    return Settings(**values)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dynarig simulate", description="What a table takes, throttles and costs, in virtual time.")
    add = parser.add_argument
    add("--preset", choices=PRESETS, help="flags by name; those given beside it win")
    add("--rate", type=_from(0), default=1000.0, help="requests a second (default 1000)")
    add("--read-share", type=_share, default=0.5, help="of the requests (default 0.5)")
    add("--duration", type=_duration, default="1h", help="seconds, or as 10m, 2h, 30d (default 1h)")
    add("--day-swing", type=_share, default=0.0, help="how far the day's sine takes the rate off its mean (default 0)")
    add("--arrivals", choices=_ARRIVALS, default="poisson", help="of independent users, or evenly spaced")
    add("--distribution", choices=DISTRIBUTIONS, default=UNIFORM, help="of the traffic over partition keys")
    add("--keys", type=_whole, default=10_000, help="partition keys (default 10,000)")
    add("--zipf", type=_from(0), default=1.0, help="exponent of zipf (default 1)")
    add("--hot-share", type=_share, default=0.5, help="of the one hot key of hot (default 0.5)")
    add("--shards", type=_whole, default=1, help="partition keys that each key is spread over (default 1)")
    add("--sort", choices=SORTS, default=SORTS[0], help="under a key: one item, many at random, or many in order")
    add("--item-bytes", type=_whole, default=1024, help="of each item (default 1024)")
    add("--consistent", action="store_true", help="reads are strongly consistent")
    add("--new-share", type=_share, default=1.0, help="of writes that put a new item (default 1)")
    add("--stored-gigabytes", type=_from(0), default=0.0, help="that the table holds already, for the bill (default 0)")
    add("--provisioned", type=_pair, metavar="READ,WRITE", help="units; on demand without")
    add("--warm", type=_pair, metavar="READ,WRITE", help="units a second that the table is warm for")
    add("--quota", type=_whole, default=40_000, help="units a second that the table may have (default 40,000)")
    add("--region", choices=price_table().prices, metavar="REGION", default=DEFAULT_REGION, help="of the prices")
    add("--setting", action="append", default=[], metavar="NAME=VALUE", help="of the capacity model; see dynarig serve")
    add("--seed", type=whole(0), default=1, help="of the arrivals (default 1)")
    add("--json", action="store_true", help="print JSON and nothing else")
    add("--out", type=Path, help="folder for simulation.json")
    return parser


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number") from None


def _from(least: float) -> Callable[[str], float]:
    def read(word: str) -> float:
        value = _number(word)
        if not least <= value < 1e12:
            raise argparse.ArgumentTypeError(f"{word} is not a number from {least:g} up")
        return value

    return read


def _share(word: str) -> float:
    value = _number(word)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{word} is not a share between 0 and 1")
    return value


def _whole(word: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,11}", word.replace(",", "")):
        raise argparse.ArgumentTypeError(f"{word} is not a whole number from 1 up")
    return int(word.replace(",", ""))


def _pair(word: str) -> tuple[int, int]:
    read, _, write = word.partition(",")
    try:
        return _whole(read), _whole(write)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{word!r} is not READ,WRITE in units, such as 3000,1000") from None


def _duration(word: str) -> int:
    found = re.fullmatch(r"([0-9]{1,9})([smhd]?)", word)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= _SECONDS_MAX:
        raise argparse.ArgumentTypeError(f"{word} is no time up to a year, such as 600, 10m, 2h or 30d")
    return seconds
