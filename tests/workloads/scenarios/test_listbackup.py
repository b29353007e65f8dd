"""The ListBackup load against the engine: every answer right, every pattern run, and a wrong answer noticed."""

import pytest

from dynarig.workloads.scenarios.listbackup import ListBackup
from tests.workloads.scenarios.driven import Driven
from tests.workloads.scenarios.tampering import Tampering


def test_every_answer_of_the_engine_is_right():
    driven = Driven(ListBackup).run(2_000)
    assert driven.verify().passed, driven.measured.total().samples
    labels = set(driven.measured.patterns)
    assert set(ListBackup.reads) <= {label.split()[0] for label in labels}
    assert len({label for label in labels if label.startswith("W")}) == 5


def test_a_job_that_changes_status_is_written_in_the_index_twice():
    driven = Driven(ListBackup).run(1_500)
    driven.verify()
    changes = driven.measured.patterns["W2 job changes status"]
    assert changes.write_units / changes.succeeded == 7  # the table, one index left and entered, four others


@pytest.mark.parametrize("operation", ["GetItem", "Query"])
def test_a_tampered_answer_is_noticed(operation):
    client = Tampering()
    driven = Driven(ListBackup, client)
    client.operation = operation
    driven.run(600).verify()
    assert client.tampered > 20
    # Among items that tie in an index, one that is missing beside a page's end may lie beyond it.
    assert driven.measured.total().wrong >= 0.85 * client.tampered
