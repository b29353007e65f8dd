"""Scenarios from the words of a command line, and what is said of words that fit none."""

import pytest

from dynarig.workloads.scenarios.base import Parameter, Scenario
from dynarig.workloads.selection import select


def made(name, tags=(), parameters=()):
    members = {"name": name, "tags": tags, "parameters": parameters, "next": None, "__module__": "dynarig.made"}
    return type(name, (Scenario,), members)


PARAMETERS = (
    Parameter("keys", 10, "how many", minimum=1),
    Parameter("share", 0.5, "of it"),
    Parameter("way", "up", "which", choices=("up", "down")),
    Parameter("twice", False, "or once"),
)
KNOWN = {
    "miyabi": made("miyabi", ("estate",)),
    "callytics": made("callytics", ("estate",), (Parameter("stage", "prod", "which"),)),
    "hot-key": made("hot-key", ("heat",), PARAMETERS),
}


def chosen(names=None, tags=(), without=(), params=()):
    return {part.scenario.name: part.weight for part in select(KNOWN, names, tags, without, params)}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, {"miyabi": 1}),
        ({"names": "hot-key"}, {"hot-key": 1}),
        ({"names": "hot-key:3, miyabi:0.5"}, {"hot-key": 3, "miyabi": 0.5}),
        ({"tags": ["estate"]}, {"miyabi": 1, "callytics": 1}),
        ({"tags": ["hot-key", "heat"]}, {"hot-key": 1}),
        ({"tags": ["estate"], "without": ["miyabi"]}, {"callytics": 1}),
    ],
)
def test_names_weights_and_tags(words, expected):
    assert chosen(**words) == expected


def test_parameters_have_defaults_types_and_owners():
    words = ["keys=3", "hot-key.share=0.25", "way=down", "twice=yes"]
    parts = {part.scenario.name: dict(part.parameters) for part in select(KNOWN, "hot-key,callytics", [], [], words)}
    assert parts["hot-key"] == {"keys": 3, "share": 0.25, "way": "down", "twice": True}
    assert parts["callytics"] == {"stage": "prod"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"names": "hotkey"}, r"no scenario 'hotkey' \(did you mean hot-key\?\); one of callytics, hot-key, miyabi"),
        ({"names": "hot-key:x"}, "a weight is a number above 0, as in hot-key:3"),
        ({"names": "hot-key:0"}, "a weight is a number above 0"),
        ({"tags": ["anything"]}, "no scenario has the tag 'anything'; one of callytics, estate, heat, hot-key, miyabi"),
        ({"names": "miyabi", "without": ["estate"]}, "no scenario is left without estate"),
        ({"names": "hot-key", "params": ["keys"]}, "--param takes name=value"),
        (
            {"names": "hot-key", "params": ["kyes=1"]},
            r"no parameter 'kyes' \(did you mean keys\?\); one of keys",
        ),
        ({"names": "miyabi", "params": ["keys=1"]}, "these scenarios have none"),
        ({"names": "hot-key", "params": ["keys=0"]}, "--param keys is at least 1, not 0"),
        ({"names": "hot-key", "params": ["keys=1.5"]}, "--param keys is a whole number, not '1.5'"),
        ({"names": "hot-key", "params": ["way=left"]}, "--param way is one of up, down, not 'left'"),
        ({"names": "hot-key", "params": ["twice=perhaps"]}, "--param twice is true or false"),
    ],
)
def test_words_that_fit_nothing_are_told(words, told):
    with pytest.raises(ValueError, match=told):
        chosen(**words)


def test_a_locustfiles_own_scenarios_are_the_default(monkeypatch):
    monkeypatch.setattr(Scenario, "own", {})
    own = type("Orders", (Scenario,), {"name": "orders", "next": None, "__module__": "locustfile"})
    assert Scenario.own == {"orders": own}
    assert [part.scenario for part in select({**KNOWN, "orders": own}, None, [], [], [])] == [own]
