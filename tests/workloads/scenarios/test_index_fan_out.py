"""The cost of indexes against the engine: what each write takes is what the documented rules make of it."""

import pytest

from dynarig.workloads.scenarios.index_fan_out import ALL, GONE, KEYS_ONLY, STAGES, IndexFanOut, Life, expected_units
from dynarig.workloads.scenarios.index_fan_out import holding as indexes_that_hold
from tests.workloads.scenarios.driven import Driven, EngineClient


@pytest.mark.parametrize(
    ("projection", "present", "units"),
    [
        (ALL, 11, [12, 12, 21, 1, 12]),
        (KEYS_ONLY, 11, [12, 1, 19, 1, 12]),
        (ALL, 0, [1, 1, 1, 1, 1]),
        (KEYS_ONLY, 2, [2, 1, 1, 1, 2]),
        (ALL, 3, [3, 3, 4, 1, 3]),
    ],
)
def test_what_the_rules_make_of_each_write(projection, present, units):
    life = Life(projection, present, "x")
    assert [expected_units(life, stage) for stage in range(len(STAGES))] == units
    assert indexes_that_hold(present) == units[0] - 1


def test_the_engine_takes_what_the_rules_say():
    driven = Driven(IndexFanOut).run(130)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    rows = verdict.findings[0].figures["rows"]
    assert len(rows) > 100
    assert all(row["units"] == row["should_be"] for row in rows)
    assert "takes 12 write units, as claimed; another callStartTime takes 21" in verdict.findings[0].text
    assert "attribute 12 and 1" in verdict.findings[1].text
    assert driven.measured.patterns[f"{GONE} ({ALL})"].succeeded >= 12


def test_a_short_run_says_what_it_has_not_seen():
    verdict = Driven(IndexFanOut).run(3).verify()
    assert verdict.passed
    assert any("too few requests" in each for each in verdict.doubts)


class Cheap(EngineClient):
    """Counts no index."""

    def call(self, operation, request):
        response = super().call(operation, request)
        if "ConsumedCapacity" in response:
            response["ConsumedCapacity"]["CapacityUnits"] = 1.0
        return response


def test_an_emulator_that_counts_otherwise_fails_and_another_target_is_a_finding():
    driven = Driven(IndexFanOut, Cheap()).run(130)
    verdict = driven.verify()
    assert any("took 1 write units, not 12" in each for each in verdict.failures)
    driven.evidence.prepared["told"] = False
    verdict = driven.preparing.verify(driven.evidence)
    assert verdict.passed
    assert any("in its own way" in each for each in verdict.doubts)
