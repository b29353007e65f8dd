"""What the benchmarks send is right on the engine, in every mix, and what comes back is looked at."""

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.emulator.model.values import item_size
from dynarig.workloads import items
from dynarig.workloads.bench import calls
from dynarig.workloads.bench.mixes import MIXES, VARIED

NOW = 1_764_417_600.0


@pytest.fixture(scope="module", params=MIXES)
def world(request):
    """A mix, and a function that answers its requests."""
    mix, engine = MIXES[request.param], Engine()

    def answer(operation, body):
        reply = engine.execute(Call(operation, body), NOW)
        assert reply.error_code is None, reply
        return orjson.loads(orjson.dumps(reply.payload))

    answer("CreateTable", mix.create_table)
    engine.run_due(NOW)
    for number in range(40):
        answer("PutItem", {"TableName": mix.table, "Item": mix.item(number)})
    return mix, answer


@pytest.mark.parametrize("operation", calls.OPERATIONS)
@pytest.mark.parametrize("number", range(10, 22))
def test_every_request_is_answered_right(world, operation, number):
    mix, answer = world
    assert mix.fault(operation, number, answer(operation, mix.request(operation, number, 0))) is None
    for turn in (1, 2):
        answer(operation, mix.request(operation, number, turn))


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
@pytest.mark.parametrize("number", range(4))
def test_every_turn_of_a_write_changes_the_item(world, operation, number):
    mix, answer = world

    def state():
        return answer("GetItem", {"TableName": mix.table, "Key": items.key(number)})["Item"]

    for turn in (0, 1, 0):
        before = state()
        answer(operation, mix.request(operation, number, turn))
        assert turn == 0 or state() != before


def test_wrong_answers_are_noticed(world):
    mix, _ = world
    assert mix.fault("GetItem", 3, {})
    assert mix.fault("GetItem", 3, {"Item": mix.item(4)})
    assert mix.fault("Query", 3, {"Items": [mix.item(number) for number in range(9)]})
    with pytest.raises((ValueError, KeyError)):
        mix.request("Scan", 1, 0)


def test_varied_traffic_has_what_real_traffic_has():
    mix = MIXES[VARIED]
    item = orjson.dumps(mix.item(7)).decode()
    for kind in ("S", "N", "B", "SS", "NS", "M", "L", "BOOL", "NULL"):
        assert f'{{"{kind}":' in item
    assert mix.item(7)["zones"]["NS"] != sorted(mix.item(7)["zones"]["NS"], key=float)
    assert 450 < item_size(mix.item(7)) < 650
    for operation in calls.OPERATIONS:
        texts = {
            tuple((name, text) for name, text in mix.request(operation, number, 0).items() if isinstance(text, str))
            + tuple(mix.request(operation, number, 0))
            for number in range(12)
        }
        assert len(texts) >= 2
