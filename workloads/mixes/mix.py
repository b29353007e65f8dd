"""A mix as a value: what a mix file says, checked, with its parameters still open.

Rule: plain data in, a Mix out, or one MixError with the line. What generators and requests mean is checked where they
are compiled (`requests`) and tried (`rehearsal`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dynarig.emulator.http.recording import DATA_OPERATIONS
from dynarig.workloads import thresholds
from dynarig.workloads.mixes.errors import MixError, mapping, members, number, one_of, shown, text, whole

OPERATIONS = DATA_OPERATIONS
MEMBERS = (
    "mix",
    "question",
    "schema",
    "schema_parameters",
    "tables",
    "rate",
    "run_seconds",
    "capacity",
    "seed",
    "parameters",
    "thresholds",
    "rates",
    "patterns",
)
PATTERN_MEMBERS = ("name", "weight", "operation", "request", "statement", "parameters", "draw", "expect")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
Rates = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What `--param name=value` sets, with the words of a scenario's."""

    name: str
    default: int | float | str | bool
    text: str
    minimum: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One access pattern as it is written. given: the whole of it, which knows its line."""

    name: str
    operation: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mix:
    """What a mix file says.

    items: of each table at scale 1, None for the default; table_items: of single tables. rates: the rate's course.
    tables: CreateTable requests that the file brings itself. schema: files beside it.
    """

    name: str
    question: str
    patterns: tuple[Pattern, ...]
    parameters: tuple[Parameter, ...] = ()
    thresholds: tuple[str, ...] = ()
    rate: float = 1000.0
    run_seconds: int = 60
    capacity: str = "observe"
    items: int | None = None
    table_items: Mapping[str, int] | None = None
    skew: float = 1.0
    rates: Rates = ()
    tables: tuple[Mapping[str, Any], ...] = ()
    schema: tuple[str, ...] = ()
    schema_parameters: Mapping[str, str] | None = None


def mix_of(document: Any) -> Mix:
    """The mix that a document says. MixError."""
    given = members(document, "a mix", MEMBERS)
    patterns = given.get("patterns")
    if not isinstance(patterns, list) or not patterns:
        raise MixError("patterns is a list of at least one access pattern", given)
    found = tuple(_pattern(each, place) for place, each in enumerate(patterns, 1))
    names = [pattern.name for pattern in found]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise MixError(f"two patterns have the name {name!r}", found[place].given)
    seed = members(given.get("seed") or {}, "seed", ("items", "tables", "skew"))
    schema = given.get("schema") or []
    return Mix(
        name=text(given.get("mix", "mix"), "mix, its name,"),
        question=text(given.get("question", "Does this design answer its access patterns?"), "question"),
        patterns=found,
        parameters=_parameters(given.get("parameters") or {}),
        thresholds=_thresholds(given.get("thresholds") or []),
        rate=number(given.get("rate", 1000), "rate", 0.001),
        run_seconds=whole(given.get("run_seconds", 60), "run_seconds", 1),
        capacity=one_of(given.get("capacity", "observe"), "capacity", ("off", "observe", "enforce")),
        items=whole(seed["items"], "seed: items") if "items" in seed else None,
        table_items={
            str(name): whole(count, f"seed: items of {name}")
            for name, count in mapping(seed.get("tables") or {}, "seed: tables").items()
        },
        skew=number(seed.get("skew", 1.0), "seed: skew", 0, 3),
        rates=_rates(given.get("rates") or []),
        tables=tuple(_table(each) for each in given.get("tables") or []),
        schema=tuple(text(each, "schema") for each in ([schema] if isinstance(schema, str) else schema)),
        schema_parameters={
            str(name): str(value)
            for name, value in mapping(given.get("schema_parameters") or {}, "schema_parameters").items()
        },
    )


def substituted(given: Any, values: Mapping[str, Any]) -> Any:
    """What is written, with every `{$param: name}` replaced by its value; mappings keep their lines."""
    if isinstance(given, list):
        return [substituted(each, values) for each in given]
    if not isinstance(given, dict):
        return given
    if set(given) == {"$param"}:
        name = given["$param"]
        if not values:
            raise MixError("$param: this mix has no parameters", given)
        try:
            return values[one_of(name, "parameter", values)]
        except MixError as fault:
            raise fault.within("$param", given) from None
    made = type(given)({name: substituted(member, values) for name, member in given.items()})
    if hasattr(given, "line"):
        made.line = given.line  # type: ignore[attr-defined]
    return made


def _pattern(given: Any, place: int) -> Pattern:
    try:
        asked = members(given, "a pattern", PATTERN_MEMBERS)
        name = text(asked.get("name"), "name")
    except MixError as fault:
        raise fault.within(f"pattern {place}", given) from None
    try:
        return Pattern(name, _operation(asked), asked)
    except MixError as fault:
        raise fault.within(f"pattern {name!r}", given) from None


def _operation(asked: dict[str, Any]) -> str:
    if "statement" in asked:
        text(asked["statement"], "statement")
        if asked.get("operation", "ExecuteStatement") != "ExecuteStatement":
            raise MixError("statement belongs to ExecuteStatement; other operations have theirs in request", asked)
        return "ExecuteStatement"
    if "parameters" in asked:
        raise MixError("parameters belong to a statement", asked)
    if "operation" not in asked:
        raise MixError("operation or statement says what is asked", asked)
    if not isinstance(asked.get("request"), dict):
        raise MixError("request is a mapping, as the operation's documentation has it", asked)
    return one_of(asked["operation"], "operation", OPERATIONS)


def _parameters(given: Any) -> tuple[Parameter, ...]:
    found = []
    for name, told in mapping(given, "parameters").items():
        if not _NAME.fullmatch(name):
            raise MixError(f"a parameter's name is of letters, digits, - and _, not {name!r}", given)
        asked = told if isinstance(told, dict) else {"default": told}
        members(asked, f"parameter {name}", ("default", "text", "minimum", "choices"))
        default = asked.get("default")
        if not isinstance(default, int | float | str):
            raise MixError(f"parameter {name} needs a default: a number, a text, true or false", asked)
        minimum = number(asked["minimum"], "minimum") if "minimum" in asked else None
        choices = tuple(str(each) for each in asked.get("choices") or ())
        found.append(Parameter(name, default, str(asked.get("text", f"{name} of the mix")), minimum, choices))
    return tuple(found)


def _thresholds(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise MixError("thresholds is a list such as ['p(99)<50', 'throttles<1%']", given)
    try:
        return tuple(thresholds.parse(text(each, "a threshold")).text for each in given)
    except MixError:
        raise
    except ValueError as fault:
        raise MixError(str(fault)) from None


def _rates(given: Any) -> Rates:
    pieces = []
    for each in given if isinstance(given, list) else [given]:
        if not isinstance(each, list) or len(each) != 3:
            raise MixError(f"rates is a list of [seconds, rate at first, rate at last], not {shown(each)}", given)
        seconds, first, last = (number(figure, "each figure of rates", 0) for figure in each)
        pieces.append((seconds, first, last))
    if pieces and sum(seconds * (first + last) for seconds, first, last in pieces) <= 0:
        raise MixError("rates are not all 0")
    return tuple(pieces)


def _table(given: Any) -> Mapping[str, Any]:
    create = mapping(given, "each of tables")
    for name in ("TableName", "KeySchema", "AttributeDefinitions"):
        if name not in create:
            raise MixError(f"each of tables is a CreateTable request; {name} is missing", create)
    return create
