"""Which versions a read may see: the line of writes against the span of a read, as tables; and what is kept of it."""

import gc

import pytest

from dynarig.workloads.ledger import HIGHEST, Ledger, digest_of, key_text

A, B = key_text("p", "a"), key_text("p", "b")


def made(sort="a", **attributes):
    return {"PK": {"S": "p"}, "SK": {"S": sort}, **{name: {"S": value} for name, value in attributes.items()}}


def new_ledger(*items, settle_seconds=0.0):
    ledger = Ledger("PK", "SK", {"G": ("GPK", "GSK")}, settle_seconds)
    ledger.load(items)
    return ledger


def write(ledger, item, began, ended, key=A):
    ledger.acknowledge(ledger.claim({key: item}, began), ended)


def values(ledger, began, ended, key=A):
    names = {None: None, **{digest_of(made(v=str(number))): str(number) for number in range(200)}}
    return [names[digest] for digest in ledger.visible(key, began, ended)]


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
        write(ledger, item, start, end)
    assert values(ledger, began, ended) == seen


def test_a_new_item_is_absent_before_its_write():
    ledger = new_ledger()
    begun = ledger.claim({A: made(v="1")}, 10)
    assert values(ledger, 0, 9) == [None]
    assert values(ledger, 0, 11) == [None, "1"]
    ledger.acknowledge(begun, 12)
    assert values(ledger, 12, 13) == ["1"]


def test_a_refused_write_leaves_nothing_and_a_doubtful_one_ends_judgement():
    ledger = new_ledger(made(v="0"))
    ledger.refuse(ledger.claim({A: made(v="1", GPK="g", GSK="1")}, 10))
    ledger.refuse(ledger.claim({B: made("b")}, 10))
    ledger.ended(0, 11)
    assert values(ledger, 0, 99) == ["0"]
    assert not ledger.knows(B)
    assert list(ledger.index_keys("G", "g", "", HIGHEST)) == []
    ledger.doubt(ledger.claim({A: made(v="1")}, 20))
    assert ledger.visible(A, 0, 99) is None
    assert ledger.was_forgotten(A)
    assert ledger.claim({A: made(v="2")}, 30) is None
    assert list(ledger.keys("p", "", HIGHEST)) == []


def test_writes_to_one_item_do_not_overlap_and_a_claim_is_all_or_none():
    ledger = new_ledger(made(v="0"))
    begun = ledger.claim({A: made(v="1")}, 10)
    assert ledger.claim({B: made("b"), A: made(v="2")}, 11) is None
    assert not ledger.knows(B)
    ledger.acknowledge(begun, 12)
    assert ledger.claim({B: made("b"), A: made(v="2")}, 13) is not None


def test_versions_are_kept_for_as_long_as_a_read_under_way_may_see_them():
    ledger = new_ledger(made(v="0"), settle_seconds=1.0)
    ledger.reading(-1, 5.0)
    for turn in range(1, 100):
        write(ledger, made(v=str(turn)), 10.0 * turn, 10.0 * turn + 1)
        ledger.ended(turn, 10.0 * turn + 1)
    assert len(values(ledger, 5.0, 9999.0)) == 100
    ledger.ended(-1, 991.5)  # a read that begins now may still look back by a second
    assert values(ledger, 991.5 - 1.0, 992.0) == ["98", "99"]
    ledger.ended(8, 993.0)
    assert values(ledger, 0.0, 9999.0) == ["99"]


def test_what_is_settled_is_nothing_that_the_collector_walks():
    ledger = new_ledger()
    for number in range(1_000):
        item = made(f"{number:04}", GPK="g", GSK=f"{number:04}")
        write(ledger, item, number, number, ledger.key_of(item))
        ledger.ended(0, number + 0.5)
    gc.collect()
    before = len(gc.get_objects())
    for number in range(1_000, 3_000):
        item = made(f"{number:04}", GPK="g", GSK=f"{number:04}")
        write(ledger, item, number, number, ledger.key_of(item))
        ledger.ended(0, number + 0.5)
    gc.collect()
    assert len(ledger) == 3_000
    assert len(gc.get_objects()) - before < 100


def test_keys_of_a_partition_come_in_order():
    ledger = new_ledger(made("EXEC#2"), made("EXEC#1"), made("METADATA"), made("EXEC#3"))
    found = [sort for sort, _ in ledger.keys("p", "EXEC#", "EXEC#" + HIGHEST)]
    assert found == ["EXEC#1", "EXEC#2", "EXEC#3"]
    assert list(ledger.keys("p", "EXEC#2", "EXEC#2")) == [("EXEC#2", key_text("p", "EXEC#2"))]
    assert list(ledger.keys("q", "", HIGHEST)) == []


def test_a_deleted_item_is_known_until_it_has_settled():
    ledger = new_ledger(made(v="0"))
    write(ledger, None, 10, 11)
    assert ledger.knows(A)
    ledger.ended(0, 12)
    assert not ledger.knows(A)
    assert not ledger.was_forgotten(A)
    assert list(ledger.keys("p", "", HIGHEST)) == []


def test_an_item_that_moves_in_an_index_is_found_at_both_places_until_it_is_settled():
    ledger = new_ledger(made(GPK="old", GSK="1"))
    write(ledger, made(GPK="new", GSK="2"), 10, 11)

    def found(partition):
        return list(ledger.index_keys("G", partition, "", HIGHEST))

    def surely(partition, sort, *span):
        return ledger.surely_at(A, (partition, sort), "G", span)

    assert (found("old"), found("new")) == ([("1", A)], [("2", A)])
    assert not surely("old", "1", 5, 12)
    assert surely("old", "1", 5, 9)
    assert surely("new", "2", 11, 12)
    ledger.ended(0, 12)
    assert (found("old"), found("new")) == ([], [("2", A)])


def test_what_is_forgotten_is_out_of_every_list_unless_it_is_being_written():
    ledger = new_ledger(made(GPK="g", GSK="1"), made("b", GPK="g", GSK="2"))
    begun = ledger.claim({B: None}, 1)
    assert not ledger.forget(B)
    assert ledger.forget(A)
    ledger.acknowledge(begun, 2)
    ledger.ended(0, 3)
    assert (list(ledger.keys("p", "", HIGHEST)), list(ledger.index_keys("G", "g", "", HIGHEST))) == ([], [])
    assert (ledger.was_forgotten(A), ledger.was_forgotten(B)) == (True, False)


def test_few_are_taken_for_forgotten_that_are_not():
    ledger = new_ledger()
    for number in range(20_000):
        ledger.forget(f"gone {number}")
    assert all(ledger.was_forgotten(f"gone {number}") for number in range(20_000))
    assert sum(ledger.was_forgotten(f"other {number}") for number in range(20_000)) < 20
