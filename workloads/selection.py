"""Which scenarios a run consists of, from the words of a command line: names, weights, tags, parameters.

Rule: pure; a wrong word is a ValueError that says what is valid, and what was probably meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dynarig.workloads.scenarios.base import Parameter, Scenario

Known = Mapping[str, type[Scenario]]
_TRUE, _FALSE = ("true", "yes", "1", "on"), ("false", "no", "0", "off")


@dataclass(frozen=True, slots=True)
class Part:
    """One scenario of a run: its share of the requests is weight / sum of weights."""

    scenario: type[Scenario]
    weight: float
    parameters: Mapping[str, Any]


def select(
    known: Known, names: str | None, tags: Sequence[str], without: Sequence[str], params: Sequence[str]
) -> list[Part]:
    """The parts of a run. names: `NAME[:WEIGHT],…`; without them those that have one of `tags`, or the default."""
    chosen = _named(known, names) if names else _tagged(known, tags) if tags else _default(known)
    for tag in without:
        _known_tag(known, tag)
        chosen = {name: weight for name, weight in chosen.items() if tag not in tags_of(known[name])}
    if not chosen:
        raise ValueError(f"no scenario is left without {', '.join(without)}")
    for estate in {known[name].estate for name in chosen} - {""}:
        same = [name for name in chosen if known[name].estate == estate]
        if len(same) > 1:
            raise ValueError(f"{' and '.join(same)} load the same tables, {estate}'s: name one of them")
    values = _values(known, chosen, params)
    return [Part(known[name], weight, values[name]) for name, weight in chosen.items()]


def tags_of(scenario: type[Scenario]) -> frozenset[str]:
    """What `--tags` finds it by."""
    return frozenset((scenario.name, *scenario.tags))


def _named(known: Known, text: str) -> dict[str, float]:
    chosen: dict[str, float] = {}
    for word in filter(None, (word.strip() for word in text.split(","))):
        name, _, weight = word.partition(":")
        if name not in known:
            raise ValueError(f"no scenario {name!r}{meant(name, known)}; one of {', '.join(sorted(known))}")
        try:
            chosen[name] = chosen.get(name, 0.0) + (float(weight) if weight else 1.0)
        except ValueError:
            raise ValueError(f"a weight is a number above 0, as in {name}:3, not {weight!r}") from None
        if not 0 < chosen[name] < float("inf"):
            raise ValueError(f"a weight is a number above 0, as in {name}:3, not {weight!r}")
    return chosen


def _tagged(known: Known, tags: Sequence[str]) -> dict[str, float]:
    for tag in tags:
        _known_tag(known, tag)
    return {name: 1.0 for name, scenario in known.items() if tags_of(scenario) & set(tags)}


def _known_tag(known: Known, tag: str) -> None:
    every = set().union(*map(tags_of, known.values()))
    if tag not in every:
        raise ValueError(f"no scenario has the tag {tag!r}{meant(tag, every)}; one of {', '.join(sorted(every))}")


def _default(known: Known) -> dict[str, float]:
    """Those of the user's own locustfile, or miyabi."""
    own = [name for name in known if name in Scenario.own]
    return dict.fromkeys(own or ["miyabi"], 1.0)


def _values(known: Known, chosen: Iterable[str], params: Sequence[str]) -> dict[str, dict[str, Any]]:
    values: dict[str, dict[str, Any]] = {
        name: {each.name: each.default for each in known[name].parameters} for name in chosen
    }
    for text in params:
        key, equals, content = text.partition("=")
        owner, dot, name = key.rpartition(".")
        if not equals:
            raise ValueError(f"--param takes name=value, or scenario.name=value, not {text!r}")
        takers = [each for each in values if (not dot or each == owner) and name in values[each]]
        if not takers:
            valid = sorted({each for one in values.values() for each in one})
            listed = f"one of {', '.join(valid)}" if valid else "these scenarios have none"
            raise ValueError(f"no parameter {key!r}{meant(name, valid)}; {listed}")
        for taker in takers:
            values[taker][name] = _value(next(each for each in known[taker].parameters if each.name == name), content)
    return values


def _value(parameter: Parameter, text: str) -> Any:
    kind = type(parameter.default)
    if kind is bool:
        if text.lower() not in (*_TRUE, *_FALSE):
            raise ValueError(f"--param {parameter.name} is true or false, not {text!r}")
        return text.lower() in _TRUE
    try:
        value = kind(text)
    except ValueError:
        raise ValueError(
            f"--param {parameter.name} is {'a whole number' if kind is int else 'a number'}, not {text!r}"
        ) from None
    if parameter.choices and value not in parameter.choices:
        raise ValueError(f"--param {parameter.name} is one of {', '.join(parameter.choices)}, not {text!r}")
    if (
        parameter.minimum is not None
        and isinstance(value, int | float)
        and not parameter.minimum <= value < float("inf")
    ):
        raise ValueError(f"--param {parameter.name} is at least {parameter.minimum:g}, not {text}")
    return value


def meant(word: str, known: Iterable[str]) -> str:
    """` (did you mean …?)` where a known word is near."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""
