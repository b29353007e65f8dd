"""Generators of what nobody has seen before: numbers, texts, bytes, times, identifiers, choices, repetitions.

Rule: they give plain values, which the type tag around them turns into DynamoDB's form.
"""

from __future__ import annotations

import time
import uuid
from itertools import accumulate
from typing import Any

from dynarig.workloads.mixes.bench import Moment
from dynarig.workloads.mixes.choosing import WAY_MEMBERS, numbers_between, way_of
from dynarig.workloads.mixes.errors import MixError, members, number, text, whole
from dynarig.workloads.mixes.values import Compiler, Constant, Generator, Maker, Several

FORMS = ("iso", "iso-ms", "date", "epoch", "epoch-ms")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_TEXTS = 97  # slices of one long text, so that no two neighbours are equal
_BYTES_MAX = 400 * 1024
_REPEATS_MAX = 1_000


def _number(given: Any, compiler: Compiler) -> Maker:
    asked = members(given, "$number", ("from", "to", "decimals", *WAY_MEMBERS))
    decimals = whole(asked.get("decimals", 0), "decimals")
    scale = 10**decimals
    low = round(number(asked.get("from", 1), "from") * scale)
    high = round(number(asked.get("to"), "to", low / scale) * scale)
    draw = numbers_between(way_of(asked), low, high, *compiler.bench.next_seed())
    if not decimals:
        return lambda moment: draw()
    return lambda moment: f"{draw() / scale:.{decimals}f}"


def _sequence(given: Any, compiler: Compiler) -> Maker:
    asked = members(given or {}, "$sequence", ("start", "step"))
    start, step = whole(asked.get("start", 1), "start"), whole(asked.get("step", 1), "step", 1)
    bench = compiler.bench
    following = iter(range(bench.process, 2**62, bench.processes))  # between processes no number is there twice
    return lambda moment: start + step * next(following)


def _uuid(given: Any, compiler: Compiler) -> Maker:
    if given not in (None, {}, 4):
        raise MixError("$uuid takes nothing: write {$uuid: }", given)
    draw = compiler.bench.draw
    return lambda moment: str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _timestamp(given: Any, compiler: Compiler) -> Maker:
    """Now, or some time ago, in one of several forms."""
    given = {"form": given} if isinstance(given, str) else given or {}
    asked = members(given, "$timestamp", ("form", "ago_seconds", "ahead_seconds"))
    form = text(asked.get("form", "iso"), "form")
    if form not in FORMS and "%" not in form:
        raise MixError(f"no form {form!r}; one of {', '.join(FORMS)}, or as in '%Y-%m-%d#%H'", asked)
    sign, name = (1, "ahead_seconds") if "ahead_seconds" in asked else (-1, "ago_seconds")
    if "ahead_seconds" in asked and "ago_seconds" in asked:
        raise MixError("ago_seconds or ahead_seconds, not both", asked)
    low, high = _span(asked.get(name, 0), name)
    draw = compiler.bench.draw

    def stamp(moment: Moment) -> Any:
        shift = low if low == high else draw.uniform(low, high)
        return written(moment.now + sign * shift, form)

    return stamp


def written(instant: float, form: str) -> Any:
    """An instant in epoch seconds as one of FORMS, or as strftime writes it, UTC."""
    if form == "epoch":
        return int(instant)
    if form == "epoch-ms":
        return int(instant * 1_000)
    moment = time.gmtime(instant)
    if form == "iso-ms":
        return f"{time.strftime('%Y-%m-%dT%H:%M:%S', moment)}.{int(instant * 1_000) % 1_000:03d}Z"
    return time.strftime({"iso": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d"}.get(form, form), moment)


def _text(given: Any, compiler: Compiler) -> Maker:
    low, high = _sizes(given, "$text")
    long, draw = _ALPHABET * (high // len(_ALPHABET) + 4), compiler.bench.draw

    def made(moment: Moment) -> str:
        begin = int(draw.random() * _TEXTS)
        return long[begin : begin + (low if low == high else draw.randint(low, high))]

    return made


def _binary(given: Any, compiler: Compiler) -> Maker:
    low, high = _sizes(given, "$binary")
    draw = compiler.bench.draw
    return lambda moment: draw.randbytes(low if low == high else draw.randint(low, high))


def _sizes(given: Any, what: str) -> tuple[int, int]:
    if isinstance(given, dict):
        given = members(given, what, ("bytes",)).get("bytes")
    low, high = _span(given, f"bytes of {what}")
    if high > _BYTES_MAX:
        raise MixError(f"bytes of {what} are at most {_BYTES_MAX}, DynamoDB's limit of an item", given)
    return int(low), int(high)


def _span(given: Any, what: str) -> tuple[float, float]:
    """One number, or `[from, to]`."""
    pair = given if isinstance(given, list) else [given, given]
    if len(pair) != 2:
        raise MixError(f"{what}: one number, or [from, to], not {given!r}")
    low = number(pair[0], what, 0)
    return low, number(pair[1], what, low)


def _choice(given: Any, compiler: Compiler) -> Maker:
    """One of a list evenly, or of a mapping value → weight."""
    if isinstance(given, dict) and given:
        values = [compiler.value(value) for value in given]
        weights = [number(weight, f"the weight of {value}", 0) for value, weight in given.items()]
    elif isinstance(given, list) and given:
        weighed = all(isinstance(each, dict) and set(each) == {"value", "weight"} for each in given)
        values = [compiler.value(each["value"] if weighed else each) for each in given]
        weights = [number(each["weight"], "weight", 0) if weighed else 1 for each in given]
    else:
        raise MixError("takes a list, a mapping value → weight, or a list of {value, weight}", given)
    if sum(weights) <= 0:
        raise MixError("weights are not all 0", given)
    draw, sums = compiler.bench.draw, list(accumulate(weights))
    return lambda moment: draw.choices(values, cum_weights=sums)[0](moment)


def _concat(given: Any, compiler: Compiler) -> Maker:
    if not isinstance(given, list) or not given:
        raise MixError("takes a list of texts and generators", given)
    makers = [compiler.value(each) for each in given]
    return lambda moment: "".join(_plain(maker(moment)) for maker in makers)


def _plain(value: Any) -> str:
    """A value as text; of a typed one its content."""
    return str(next(iter(value.values()))) if isinstance(value, dict) and len(value) == 1 else str(value)


def _repeat(given: Any, compiler: Compiler) -> Maker:
    """So many of something, in the list around it."""
    asked = members(given, "$repeat", ("count", "of"))
    low, high = _span(asked.get("count"), "count")
    if not low >= 1 or high > _REPEATS_MAX or int(low) != low or int(high) != high:
        raise MixError(f"count is a whole number from 1 to {_REPEATS_MAX}, or [from, to]", asked)
    if "of" not in asked:
        raise MixError("of says what is repeated", asked)
    maker, draw = compiler.value(asked["of"]), compiler.bench.draw
    return lambda moment: Several(maker(moment) for _ in range(draw.randint(int(low), int(high))))


def _literal(given: Any, compiler: Compiler) -> Maker:
    """What is written, generators or not."""
    return Constant(given)


MADE: dict[str, Generator] = {
    "$number": _number,
    "$sequence": _sequence,
    "$uuid": _uuid,
    "$timestamp": _timestamp,
    "$text": _text,
    "$binary": _binary,
    "$choice": _choice,
    "$concat": _concat,
    "$repeat": _repeat,
    "$literal": _literal,
}
