"""Hot keys against the engine: the ceiling holds, the others are left alone, and what was accepted is there."""

import pytest

from dynarig.workloads.scenarios.ceilings import reasons_of
from dynarig.workloads.scenarios.hot_key import READS, HotKey
from tests.workloads.scenarios.driven import AnotherTarget, Driven, EngineClient


def test_one_key_gets_its_ceiling_and_the_finding_names_its_partition():
    driven = Driven(HotKey).run(2_000)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    writes, reads = verdict.findings
    for found in (writes, reads):
        figures = found.figures
        assert figures["ceiling_per_second"] == pytest.approx(22.5, rel=0.01)  # 45/s asked, half of it
        # 20 s at the ceiling, and the second that was saved up
        assert figures["accepted_per_second"] == pytest.approx(22.5 * 21 / 20, rel=0.05)
        assert figures["partition"]["key"] == "key-000000"
        assert figures["partition"]["throttled"] > 300
    assert set(writes.figures["reasons"]) == {"TableWriteKeyRangeThroughputExceeded"}
    assert set(reads.figures["reasons"]) == {"TableReadKeyRangeThroughputExceeded"}


@pytest.mark.parametrize("parameters", [{"shape": "zipf"}, {"shape": "moving"}, {"reads": 1.0}, {"reads": 0.0}])
def test_other_shapes_throttle_and_pass_too(parameters):
    driven = Driven(HotKey, **parameters).run(1_500)
    verdict = driven.verify()
    assert verdict.passed, verdict.failures
    assert len(verdict.findings) == (1 if "reads" in parameters else 2)
    assert driven.measured.total().throttled > 50


def test_a_moving_set_has_other_keys_after_a_while():
    driven = Driven(HotKey, shape="moving", share=1.0, reads=0.0)
    steps = [[driven.loading.next(start + turn / 100) for turn in range(50)] for start in (0, 4)]
    hot = [{step.request["Key"]["id"]["S"] for step in some} for some in steps]
    assert len(hot[0]) == len(hot[1]) == 4
    assert not hot[0] & hot[1]


def test_a_target_that_cannot_throttle_passes_and_says_so():
    verdict = Driven(HotKey, EngineClient(), target=AnotherTarget).run(500).verify()
    assert verdict.passed
    (lack,) = verdict.cannot
    assert lack.startswith("throttle")
    assert all("this target has no ceiling" in found.text for found in verdict.findings)
    assert reasons_of(ValueError()) == ()


class Losing(EngineClient):
    """Acknowledges a write that it has not done, and reads another item than was asked for."""

    lost = False

    def call(self, operation, request):
        if self.lost and operation == "UpdateItem":
            self.lost = False
            return {}
        response = super().call(operation, request)
        if self.lost and request.get("TableName") == READS and operation == "GetItem":
            response["Item"] = {**response["Item"], "id": {"S": "another"}}
        return response


def test_a_lost_write_and_a_wrong_item_are_told():
    client = Losing(capacity="enforce")
    driven = Driven(HotKey, client).run(100)
    client.lost = True
    verdict = driven.run(200).verify()
    assert any("the counters of all keys" in each for each in verdict.failures)
    client = Losing(capacity="enforce")
    driven = Driven(HotKey, client, reads=1.0)
    client.lost = True
    assert not driven.run(20).verify().passed


def test_what_another_emulator_loses_is_said_of_it():
    client = Losing()
    driven = Driven(HotKey, client, target=AnotherTarget, reads=0.0)
    driven.run(50)
    client.lost = True
    verdict = driven.run(50).verify()
    assert verdict.passed, verdict.failures
    assert "keep what it acknowledged: the counters of all keys: 99 found after 100" in verdict.cannot[1]
