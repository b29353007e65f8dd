"""The benchmark of the memory of statements: its traffic is answered, its switch works, its lines are judged."""

import pytest
from rich.console import Console

from dynarig.emulator.model.call import Call
from dynarig.emulator.operations.requests.checked_statements import CheckedStatements
from dynarig.workloads.bench import statements, tables


@pytest.mark.parametrize("traffic", statements.TRAFFIC, ids=lambda traffic: traffic.title)
def test_traffic_is_answered(traffic):
    engine = statements._filled()
    texts = set()
    for call in range(40):
        request = traffic.request(call)
        texts.add(tuple(content for content in request.values() if isinstance(content, str | int)))
        assert engine.execute(Call(traffic.operation, request), statements._NOW).error_code is None
    assert (len(texts) > 1) is not (traffic.repeats or "sets" in traffic.title)


def test_the_memory_is_switched_off_and_on():
    known = CheckedStatements()
    with statements._switched(False):
        assert known.recognise({"TableName": "t"}) is None
        known.keep(None, None)  # does not even look
    with statements._switched(True), pytest.raises(AttributeError):
        known.keep(None, None)


@pytest.mark.parametrize(("repeats", "ratio", "holds"), [(False, 0.97, True), (False, 0.96, False), (True, 1.0, False)])
def test_lines_are_judged(repeats, ratio, holds):
    line = {"title": "GetItem", "repeats": repeats, "with_us": 2.0, "without_us": 2.0, "ratio": ratio}
    raw = {"kind": "statements", "settings": {"pairs": 1}, "lines": [line]}
    assert tables.render(raw, Console(quiet=True)) is holds
