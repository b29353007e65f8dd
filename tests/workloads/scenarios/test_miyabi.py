"""The Miyabi load against the engine itself: every pattern right, and each kind of wrong answer noticed."""

from collections import Counter

import orjson
import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.fixtures.estate import Settings
from dynarig.fixtures.seeding.jobs import Job, Seeding
from dynarig.fixtures.seeding.manifest import Manifest
from dynarig.fixtures.systems import SYSTEMS
from dynarig.workloads.backends.base import NoAnswer
from dynarig.workloads.scenarios.base import Setting
from dynarig.workloads.scenarios.miyabi import MIX, READ_MIX, WRITE_MIX, MiyabiScenario
from tests.workloads.scenarios.driven import NOW, Driven, EngineClient

SCALE = 0.05


def setting(**changes):
    return Setting(**{"scale": SCALE, "now": NOW, "clock_offset_seconds": float(NOW), **changes})


def loading(prepared=None, **changes):
    """A scenario ready for its first request; `prepared` changes what is said of the table."""
    scenario = MiyabiScenario(setting(**changes))
    scenario.begin({"now": NOW, "seeded": True, "fresh": True, **(prepared or {})})
    return scenario


def filled():
    client = EngineClient()
    system = SYSTEMS["miyabi"]
    seeding = Seeding(lambda region: client, Settings(scale=SCALE, now=NOW), Manifest(None, "test"), workers=1)
    seeding.run([Job(system, system.stage("load"))])
    return client


def run(client, scenario, count, start=0.0):
    """Requests one after the other, a hundredth of a second each; what was wrong, and how often each pattern came."""
    faults, seen, now = [], Counter(), start
    for _ in range(count):
        step = scenario.next(now)
        seen[step.pattern] += 1
        response = client.call(step.operation, step.request)
        assert response["ConsumedCapacity"]
        fault = scenario.answered(step, response, now + 0.005)
        if fault:
            faults.append(f"{step.pattern}: {fault}")
        now += 0.01
    return faults, seen


def test_the_mix_keeps_the_documents_ratio_of_reads_to_writes():
    assert sum(READ_MIX.values()) == 2 * sum(WRITE_MIX.values())
    assert {name.split()[0] for name in READ_MIX} == {f"AP{number}" for number in range(1, 11)}


def test_every_answer_of_the_engine_is_right_in_several_runs():
    client = filled()
    faults, seen = run(client, loading(), 4_000)
    assert faults == []
    assert set(seen) == set(MIX)
    total = sum(MIX.values())
    assert all(abs(seen[name] / 4_000 - weight / total) < 0.03 for name, weight in MIX.items())
    # What is left over from the first run is tolerated by those that know that it may be there.
    assert run(client, loading({"now": NOW + 1, "seeded": False, "fresh": False}), 1_500)[0] == []


def test_a_whole_run_prepares_loads_and_verifies():
    driven = Driven(MiyabiScenario).run(1_000)
    verdict = driven.verify()
    assert verdict.passed, driven.measured.total()
    assert driven.measured.total().succeeded == 1_000
    assert "1,000 requests" in verdict.findings[0].text
    assert "p99 rests on" in driven.evidence.doubts()[0]


def test_processes_share_the_work_and_do_not_get_into_each_others_way():
    client = filled()
    scenarios = [loading(process=process, processes=2) for process in range(2)]
    for turn in range(20):
        for scenario in scenarios:
            assert run(client, scenario, 50, start=float(turn))[0] == []


def test_the_same_setting_gives_the_same_requests():
    def requests(seed):
        scenario = loading(seed=seed)
        made = []
        for turn in range(300):
            step = scenario.next(turn / 100)
            made.append(orjson.dumps(step.request))
            scenario.failed(step, DynamoDBError("ValidationException", ""), turn / 100)
        return made

    assert requests(3) == requests(3)
    assert requests(3) != requests(4)


SABOTAGE = {
    "GetItem": lambda response: response.pop("Item", None) is not None,
    "Query": lambda response: bool(response["Items"]) and drop_first(response),
    "UpdateItem": lambda response: response["Attributes"].pop("UpdatedAt") is not None,
}


def drop_first(response):
    del response["Items"][0]
    response["Count"] -= 1
    return True


@pytest.mark.parametrize("operation", SABOTAGE)
def test_a_tampered_answer_is_noticed(operation):
    client = filled()
    scenario = loading()
    tampered = noticed = 0
    for turn in range(400):
        step = scenario.next(turn / 10)
        response = client.call(step.operation, step.request)
        changed = step.operation == operation and SABOTAGE[operation](response)
        fault = scenario.answered(step, response, turn / 10 + 0.05)
        tampered += changed
        noticed += fault is not None
        assert changed or fault is None
    assert tampered > 5
    assert noticed >= 0.9 * tampered  # an item that has just been written, or is to expire, may be absent


@pytest.mark.parametrize(
    "error", [DynamoDBError("ProvisionedThroughputExceededException", ""), NoAnswer("Timeout", "")]
)
def test_refused_and_lost_writes_leave_a_load_that_is_still_right(error):
    client = filled()
    scenario = loading()
    for turn in range(600):
        step = scenario.next(turn / 100)
        if step.write is not None and turn % 3 == 0:
            if isinstance(error, NoAnswer) and turn % 2 == 0:
                client.call(step.operation, step.request)  # done, but nobody is told
            scenario.failed(step, error, turn / 100)
            continue
        assert scenario.answered(step, client.call(step.operation, step.request), turn / 100 + 0.005) is None


def test_too_little_data_for_many_processes_is_told():
    with pytest.raises(ValueError, match="raise the scale"):
        loading(scale=0.01, process=60, processes=64)
