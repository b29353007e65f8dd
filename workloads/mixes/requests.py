"""Access patterns made ready: each makes its next request and says what must hold of the answer.

Rule: a pattern is compiled once, for one process and with the parameters' values; from then on it only draws.
Must not know: Locust, schedules, how a scenario counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.mixes.bench import Bench, Moment
from dynarig.workloads.mixes.errors import MixError, mapping, number
from dynarig.workloads.mixes.expectations import Expectation, errors_of, expectation_of
from dynarig.workloads.mixes.made_values import MADE
from dynarig.workloads.mixes.mix import Mix, Pattern, substituted
from dynarig.workloads.mixes.seeded_values import SEEDED
from dynarig.workloads.mixes.values import Compiler, Maker

GENERATORS = {**SEEDED, **MADE}
_SEVERAL = ("Batch", "Transact")


@dataclass(frozen=True, slots=True)
class Ready:
    """A pattern that can be asked. make: epoch seconds → its next request. expected: error codes that belong to it."""

    name: str
    operation: str
    weight: float
    make: Callable[[float], dict[str, Any]]
    expectation: Expectation | None
    expected: frozenset[str]
    given: Any


def ready(mix: Mix, bench: Bench, values: Mapping[str, Any]) -> list[Ready]:
    """The patterns of a mix. values: of its parameters. MixError that names the pattern."""
    made = []
    for pattern in mix.patterns:
        try:
            made.append(_ready(pattern, bench, values))
        except MixError as fault:
            raise fault.within(f"pattern {pattern.name!r}", pattern.given) from None
    if not any(each.weight for each in made):
        raise MixError("no pattern has a weight above 0")
    return made


def _ready(pattern: Pattern, bench: Bench, values: Mapping[str, Any]) -> Ready:
    given = substituted(dict(pattern.given), values)
    compiler = Compiler(bench, GENERATORS, apart=pattern.operation.startswith(_SEVERAL))
    draws: list[tuple[str, Maker]] = []
    for name, spec in mapping(given.get("draw") or {}, "draw").items():
        draws.append((name, compiler.value(spec)))
        compiler.known.append(name)
    request = compiler.value(_request_of(given))

    def make(now: float) -> dict[str, Any]:
        moment = Moment(now)
        for name, maker in draws:
            moment.drawn[name] = maker(moment)
        made: dict[str, Any] = request(moment)
        return made

    return Ready(
        pattern.name,
        pattern.operation,
        number(given.get("weight", 1), "weight", 0),
        make,
        expectation_of(given.get("expect")),
        errors_of(given.get("expect")),
        pattern.given,
    )


def _request_of(given: dict[str, Any]) -> dict[str, Any]:
    """The request as written, of a statement too; units are asked for, since the figures count them."""
    request = dict(mapping(given.get("request") or {}, "request"))
    if "statement" in given:
        request["Statement"] = given["statement"]
        if given.get("parameters"):
            request["Parameters"] = given["parameters"]
    return {"ReturnConsumedCapacity": "TOTAL", **request}
