"""Several scenarios as one source: shares by weight, names told apart, notes taken once."""

from collections import Counter

import pytest

from dynarig.workloads.measure import Measurements
from dynarig.workloads.mixture import Mixture, patterns_of
from dynarig.workloads.scenarios.base import Scenario, Setting, Step


class Reads(Scenario):
    name = "reads"

    def next(self, now):
        self.notes.count("asked")
        return Step("get", "GetItem", {}, now)


class Writes(Reads):
    name = "writes"


def test_one_scenario_keeps_its_names_and_several_are_told_apart():
    (source,) = Mixture([(Reads(Setting()), 1.0)], 1).sources
    assert source.label("get") == "get"
    mixture = Mixture([(Reads(Setting()), 3.0), (Writes(Setting()), 1.0)], 1)
    drawn = Counter(source.label(step.pattern) for source, step in (mixture.next(0.0) for _ in range(4_000)))
    assert drawn["reads: get"] / 4_000 == pytest.approx(0.75, abs=0.03)
    assert set(drawn) == {"reads: get", "writes: get"}
    notes = mixture.take_notes()
    assert {name: each.counts["asked"] for name, each in notes.items()} == {
        "reads": drawn["reads: get"],
        "writes": drawn["writes: get"],
    }
    assert mixture.take_notes() == {}


def test_a_scenario_sees_its_own_patterns_by_its_own_names():
    measured = Measurements()
    measured.tally("reads: get").succeeded = 3
    measured.tally("writes: get").succeeded = 4
    assert {name: tally.succeeded for name, tally in patterns_of(measured, "reads", True).items()} == {"get": 3}
    assert patterns_of(measured, "reads", False) is measured.patterns
