"""What the benchmarks send is right on the engine, and what comes back is looked at."""

import orjson
import pytest

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.workloads import items
from dynarig.workloads.bench import calls

NOW = 1_764_417_600.0


@pytest.fixture(scope="module")
def call():
    engine = Engine()

    def answer(operation, request):
        reply = engine.execute(Call(operation, request), NOW)
        assert reply.error_code is None, reply
        return orjson.loads(orjson.dumps(reply.payload))

    answer("CreateTable", calls.CREATE_TABLE)
    engine.run_due(NOW)
    for number in range(30):
        answer("PutItem", calls.request("PutItem", number))
    return answer


@pytest.mark.parametrize("operation", calls.OPERATIONS)
@pytest.mark.parametrize("turn", [0, 1, 2])
def test_every_request_is_answered_right(call, operation, turn):
    assert calls.fault(operation, 10, call(operation, calls.request(operation, 10, turn))) is None


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_every_turn_of_a_write_changes_the_item(call, operation):
    def state():
        return call("GetItem", calls.request("GetItem", 7))["Item"]

    call(operation, calls.request(operation, 7, 0))
    before = state()
    call(operation, calls.request(operation, 7, 1))
    assert state() != before


def test_wrong_answers_are_noticed():
    assert calls.fault("GetItem", 3, {})
    assert calls.fault("GetItem", 3, {"Item": items.make(4)})
    assert calls.fault("Query", 3, {"Items": [items.make(number) for number in range(9)]})
    with pytest.raises(ValueError, match="no benchmark"):
        calls.request("Scan", 1)
