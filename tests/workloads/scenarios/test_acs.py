"""The ACS load against the engine: every answer right, every pattern run, and a wrong answer noticed."""

from dynarig.workloads.scenarios.acs import Acs
from tests.workloads.scenarios.driven import Driven
from tests.workloads.scenarios.tampering import Tampering


def test_every_answer_of_the_engine_is_right():
    driven = Driven(Acs).run(2_000)
    assert driven.verify().passed, driven.measured.total().samples
    labels = set(driven.measured.patterns)
    assert set(Acs.reads) <= {label.split()[0] for label in labels}
    assert len({label for label in labels if label.startswith("W")}) == 5


def test_a_message_goes_to_all_indexes_of_its_table():
    driven = Driven(Acs).run(1_500)
    driven.verify()
    messages = driven.measured.patterns["W2 message arrives"]
    assert messages.write_units / messages.succeeded >= 6


def test_a_tampered_answer_is_noticed():
    client = Tampering()
    driven = Driven(Acs, client)
    client.operation = "Query"  # every read is one
    driven.run(600).verify()
    assert client.tampered > 20
    # Among items that tie in an index, one that is missing beside a page's end may lie beyond it.
    assert driven.measured.total().wrong >= 0.85 * client.tampered
