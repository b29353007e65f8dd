"""Which versions a read may see: the line of writes against the span of a read, as tables."""

import pytest

from dynarig.workloads.ledger import HIGHEST, Ledger

A = ("p", "a")


def made(sort="a", **attributes):
    return {"PK": {"S": "p"}, "SK": {"S": sort}, **{name: {"S": value} for name, value in attributes.items()}}


def new_ledger(*items):
    ledger = Ledger("PK", "SK", {"G": ("GPK", "GSK")})
    ledger.load(items)
    return ledger


def values(cell, began, ended):
    return [None if item is None else item["v"]["S"] for item in cell.visible(began, ended)]


@pytest.mark.parametrize(
    ("began", "ended", "seen"),
    [
        (0, 5, ["0"]),
        (0, 10, ["0", "1"]),  # the write began while the read was under way
        (11, 12, ["0", "1"]),  # neither had ended when the other began
        (12, 13, ["1"]),  # acknowledged before the read began
        (12, 20, ["1", "2"]),
        (12, 40, ["1", "2", None]),
        (35, 40, [None]),
        (-50, 99, ["0", "1", "2", None]),
    ],
)
def test_a_read_sees_what_its_span_allows(began, ended, seen):
    ledger = new_ledger(made(v="0"))
    for item, start, end in ((made(v="1"), 10, 12), (made(v="2"), 20, 22), (None, 30, 35)):
        ledger.acknowledge(ledger.claim({A: item}, start), end)
    assert values(ledger.cell(A), began, ended) == seen


def test_a_new_item_is_absent_before_its_write():
    ledger = new_ledger()
    write = ledger.claim({A: made(v="1")}, 10)
    assert values(ledger.cell(A), 0, 9) == [None]
    assert values(ledger.cell(A), 0, 11) == [None, "1"]
    ledger.acknowledge(write, 12)
    assert values(ledger.cell(A), 12, 13) == ["1"]


def test_a_refused_write_leaves_nothing_and_a_doubtful_one_ends_judgement():
    ledger = new_ledger(made(v="0"))
    ledger.refuse(ledger.claim({A: made(v="1")}, 10))
    assert values(ledger.cell(A), 0, 99) == ["0"]
    ledger.doubt(ledger.claim({A: made(v="1")}, 20))
    assert ledger.cell(A).doubtful
    assert ledger.claim({A: made(v="2")}, 30) is None


def test_writes_to_one_item_do_not_overlap_and_a_claim_is_all_or_none():
    ledger = new_ledger(made(v="0"))
    write = ledger.claim({A: made(v="1")}, 10)
    assert ledger.claim({("p", "b"): made("b"), A: made(v="2")}, 11) is None
    assert ledger.cell(("p", "b")) is None
    ledger.acknowledge(write, 12)
    assert ledger.claim({("p", "b"): made("b"), A: made(v="2")}, 13) is not None


def test_versions_that_no_read_can_see_are_forgotten():
    ledger = new_ledger(made(v="0"))
    for turn in range(1, 100):
        ledger.acknowledge(ledger.claim({A: made(v=str(turn))}, turn * 50), turn * 50 + 1)
    assert len(ledger.cell(A).versions) < 6
    assert values(ledger.cell(A), 5000, 5001) == ["99"]


def test_cells_of_a_partition_come_in_order():
    ledger = new_ledger(made("EXEC#2"), made("EXEC#1"), made("METADATA"), made("EXEC#3"))
    assert [cell.key[1] for cell in ledger.cells("p", "EXEC#", "EXEC#" + HIGHEST)] == ["EXEC#1", "EXEC#2", "EXEC#3"]
    assert [cell.key[1] for cell in ledger.cells("p", "EXEC#2", "EXEC#2")] == ["EXEC#2"]
    assert list(ledger.cells("q", "", HIGHEST)) == []


def test_an_item_that_moves_in_an_index_is_found_at_both_places_until_it_is_forgotten():
    ledger = new_ledger(made(GPK="old", GSK="1"))
    ledger.acknowledge(ledger.claim({A: made(GPK="new", GSK="1")}, 10), 11)

    def found(partition):
        return [cell.key for cell in ledger.index_cells("G", partition, "", HIGHEST)]

    assert found("old") == [A]
    assert found("new") == [A]
    ledger.acknowledge(ledger.claim({A: made(GPK="new", GSK="1", v="2")}, 500), 501)
    ledger.acknowledge(ledger.claim({A: made(GPK="new", GSK="1", v="3")}, 900), 901)
    assert found("old") == []
    assert found("new") == [A]
