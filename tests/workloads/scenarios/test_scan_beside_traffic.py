"""A scan beside reads, against the engine: it takes their capacity, and finds each item once a round."""

from dynarig.workloads.scenarios.scan_beside_traffic import ALONE, SCAN, ScanBesideTraffic
from tests.workloads.scenarios.driven import Driven, EngineClient


def test_the_scan_takes_the_reads_capacity():
    driven = Driven(ScanBesideTraffic, changes={"run_seconds": 30.0}).run(3_000)
    verdict = driven.verify()
    assert verdict.passed, (verdict.failures, driven.measured.total().samples)
    figures = verdict.findings[0].figures
    assert figures["alone_throttled"] == 0
    assert figures["beside_throttled"] > 20
    assert figures["scans"] >= 1
    assert 280 <= figures["units_per_scan"] <= 320
    assert figures["reasons"].keys() == {"TableReadKeyRangeThroughputExceeded"}


def test_a_run_without_an_end_takes_turns():
    driven = Driven(ScanBesideTraffic, EngineClient(), {"run_seconds": 0.0}, items=100, page_items=10).run(2_500)
    verdict = driven.verify()
    assert verdict.passed
    assert verdict.findings[0].figures["scans"] > 3
    assert driven.measured.patterns[ALONE].requests > 1_400


class Faulty(EngineClient):
    """Leaves the last item of a scan's page out, or shows it twice."""

    twice = False

    def call(self, operation, request):
        response = super().call(operation, request)
        if operation == "Scan" and response["Items"]:
            last = response["Items"].pop()
            response["Items"] += [last, last] if self.twice else []
        return response


def test_items_left_out_or_shown_twice_are_noticed():
    for twice in (False, True):
        client = Faulty()
        client.twice = twice
        driven = Driven(ScanBesideTraffic, client, {"run_seconds": 2.0}, items=50, page_items=10).run(600)
        assert not driven.verify().passed
        assert driven.measured.patterns[SCAN].wrong > 1
