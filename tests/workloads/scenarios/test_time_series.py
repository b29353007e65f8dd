"""Time series against the engine: states in order, records of one instant overwritten, and wrong pages noticed."""

import pytest

from dynarig.workloads.scenarios.time_series import DASHBOARD, HISTORY, LATEST, TimeSeries
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_states_read_back_in_order_and_instants_collide():
    driven = Driven(TimeSeries, organizations=1, gap_seconds=0.0004).run(2_000)
    verdict = driven.verify()
    assert verdict.passed, (verdict.failures, driven.measured.total().samples)
    overwritten = verdict.findings[0].figures["overwritten"]
    assert overwritten > 50  # five requests in two milliseconds, all of one organization
    assert verdict.findings[1].figures["limit_per_second"] == 1_000
    assert {LATEST, HISTORY, DASHBOARD} <= set(driven.measured.patterns)


def test_instants_that_are_made_to_differ_are_all_kept():
    verdict = Driven(TimeSeries, organizations=1, unique=True, gap_seconds=0.0004).run(1_000).verify()
    assert verdict.passed, verdict.failures
    assert verdict.findings[0].figures["overwritten"] == 0


def test_the_largest_organization_is_named():
    found = Driven(TimeSeries).run(1_500).verify().findings[1]
    assert found.figures["organization"] == 1_001
    assert 0.15 < found.figures["share"] < 0.3
    assert found.figures["limit_per_second"] == pytest.approx(1_000 / found.figures["share"])


class Faulty(EngineClient):
    """Drops the newest item of a page, or turns the page round, or drops a write."""

    faulty = ""

    def call(self, operation, request):
        if operation == "PutItem" and self.faulty == "lost":
            return {}
        response = super().call(operation, request)
        if operation == "Query" and response["Items"]:
            if self.faulty == "short":
                response["Items"].pop()
            elif self.faulty == "turned":
                response["Items"].reverse()
        return response


@pytest.mark.parametrize("faulty", ["short", "turned", "lost"])
def test_wrong_pages_and_lost_records_are_noticed(faulty):
    client = Faulty()
    driven = Driven(TimeSeries, client).run(300)
    client.faulty = faulty
    failures = driven.run(300).verify().failures
    assert failures
    assert any("records in" in each for each in failures) == (faulty == "lost")
