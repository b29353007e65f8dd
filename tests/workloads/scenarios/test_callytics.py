"""The Callytics load against the engine: every answer right, every pattern run, and a wrong answer noticed."""

import pytest

from dynarig.workloads.scenarios.callytics import Callytics
from tests.workloads.scenarios.driven import Driven
from tests.workloads.scenarios.tampering import Tampering


def test_every_answer_of_the_engine_is_right():
    driven = Driven(Callytics).run(3_000)
    verdict = driven.verify()
    assert verdict.passed, driven.measured.total().samples
    dearest = verdict.findings[1].figures
    assert dearest["write_pattern"] == "W2 call is analysed"
    assert dearest["write_units_a_request"] > 20
    assert dearest["write_share"] > 0.5
    assert dearest["read_share"] < 0.5
    labels = set(driven.measured.patterns)
    assert set(Callytics.reads) <= {label.split()[0] for label in labels}
    assert {"W1 call ends", "W2 call is analysed", "W3 analysis is corrected"} <= labels
    writes = driven.measured.patterns["W2 call is analysed"]
    assert writes.write_units / writes.succeeded > 5  # the table and those indexes whose keys the item has


@pytest.mark.parametrize("operation", ["GetItem", "Query"])
def test_a_tampered_answer_is_noticed(operation):
    client = Tampering()
    driven = Driven(Callytics, client)
    client.operation = operation
    driven.run(600).verify()
    assert client.tampered > 100
    assert driven.measured.total().wrong >= 0.95 * client.tampered


def test_processes_own_items_of_their_own():
    parts = [Driven(Callytics, changes={"process": number, "processes": 2}) for number in range(2)]
    shelves = [part.loading.shelves["CallAnalysis"] for part in parts]
    keys = [set(shelf.ledger._settled) for shelf in shelves]
    assert keys[0]
    assert keys[1]
    assert not keys[0] & keys[1]
    assert parts[0].run(300).verify().passed
