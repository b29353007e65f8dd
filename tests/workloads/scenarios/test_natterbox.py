"""The Natterbox load against the engine: every answer right, every pattern run, and a wrong answer noticed."""

import pytest

from dynarig.fixtures.natterbox import COURSES
from dynarig.workloads.scenarios.counted import items
from dynarig.workloads.scenarios.natterbox import Natterbox
from tests.workloads.scenarios.driven import NOW, Driven
from tests.workloads.scenarios.tampering import Tampering


def test_every_answer_of_the_engine_is_right():
    driven = Driven(Natterbox).run(2_000)
    assert driven.verify().passed, driven.measured.total().samples
    labels = set(driven.measured.patterns)
    assert set(Natterbox.reads) <= {label.split()[0] for label in labels}
    assert len({label for label in labels if label.startswith("W")}) == 4


def test_a_call_goes_through_the_states_of_its_course():
    driven = Driven(Natterbox).run(1_500)
    states = {}
    for item in items(driven.target, "Scan", {"TableName": "call_state"}):
        if item["callId"]["S"].startswith(f"call-{NOW}"):  # made by the run
            states.setdefault(item["callId"]["S"], []).append((item["timestamp"]["S"], item["state"]["S"]))
    assert len(states) > 20
    courses = ["".join(state for _, state in sorted(seen)) for seen in states.values()]
    assert all(any("".join(course).startswith(seen) for course in COURSES.values()) for seen in courses)


@pytest.mark.parametrize(
    ("operation", "patterns"), [("GetItem", ("NBX-AP1", "NBX-AP6")), ("Query", ("NBX-AP3", "NBX-AP5"))]
)
def test_a_tampered_answer_is_noticed(operation, patterns):
    client = Tampering()
    driven = Driven(Natterbox, client)
    client.operation = operation
    driven.run(600).verify()
    judged = [tally for label, tally in driven.measured.patterns.items() if label.startswith(patterns)]
    # The latest state and the dashboard lack only what is too new to be sure of.
    assert sum(tally.wrong for tally in judged) >= 0.95 * sum(tally.requests for tally in judged) > 50
