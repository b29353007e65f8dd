"""`dynarig scenarios`: every scenario with its question, and each found by its file."""

import json
from importlib import import_module
from pathlib import Path

import pytest

import dynarig.workloads.scenarios as scenarios
from dynarig.workloads.scenarios import SCENARIOS
from dynarig.workloads.scenarios.base import Scenario
from dynarig.workloads.scenarios.listing import main


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch):
    """Scenarios that other tests define are known as a locustfile's would be."""
    monkeypatch.setattr(Scenario, "own", {})


def test_every_scenario_of_the_folder_is_listed_once():
    found = set()
    for path in Path(scenarios.__file__).parent.glob("*.py"):
        module = import_module(f"dynarig.workloads.scenarios.{path.stem}")
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, Scenario) and each.name:
                found.add(each)
    assert set(SCENARIOS) == found
    assert len({each.name for each in SCENARIOS}) == len(SCENARIOS)
    assert [each.name for each in SCENARIOS] == sorted(each.name for each in SCENARIOS)


def test_each_says_what_it_asks_and_what_can_be_set(capsys):
    assert main(["--json"]) == 0
    for told in json.loads(capsys.readouterr().out):
        assert told["question"].endswith("?")
        assert len(told["question"]) < 120
        assert all(each["text"] for each in told["parameters"])
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(each.name in shown for each in SCENARIOS)


def test_one_scenario_shows_its_parameters_and_a_wrong_name_what_was_meant(capsys):
    assert main(["saturation"]) == 0
    assert "limit of p99" in capsys.readouterr().out
    assert main(["saturatoin"]) == 2
    assert "did you mean saturation?" in capsys.readouterr().err
