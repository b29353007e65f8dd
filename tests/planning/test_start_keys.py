"""Start keys against schema, condition and segment; the texts are in tests/cases/reads/start_keys.json."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.tokens import TOKENS_END
from dynarig.emulator.model.values import Item
from dynarig.emulator.planning import start_keys
from dynarig.emulator.planning.key_range import table_range
from tests.planning.tables import KEYS, item, new_table


@pytest.mark.parametrize("total", [1, 2, 3, 7, 1_000_000])
def test_segments_part_the_tokens(total: int) -> None:
    bounds = [start_keys.segment_tokens(segment, total) for segment in (0, total // 2, total - 1)]
    assert bounds[0][0] == 0
    assert bounds[-1][1] == TOKENS_END
    for segment in range(min(total, 50) - 1):
        assert start_keys.segment_tokens(segment, total)[1] == start_keys.segment_tokens(segment + 1, total)[0]
    assert start_keys.segment_tokens(None, None) == (0, TOKENS_END)


def test_every_place_lies_in_one_segment() -> None:
    for partition in "abcdefgh":
        taken = 0
        for segment in range(5):
            try:
                start_keys.check_segment_start((partition, 1), segment, 5)
            except DynamoDBError:
                continue
            taken += 1
        assert taken == 1
    start_keys.check_segment_start(("a", 1), None, None)


def test_the_place_behind_which_a_page_goes_on() -> None:
    table = new_table()
    assert start_keys.place_of_start(table, None, item(1)) == ("p", Decimal(1))
    start: Item = item(1, gk="g")
    start_keys.check_query_start(table, table.indexes["g"], start)
    assert start_keys.place_of_start(table, table.indexes["g"], start) == ("g", ("p", Decimal(1)))


@pytest.mark.parametrize("start", [{}, {"pk": {"S": "p"}}, item(1, gk="g"), {"pk": {"S": "p"}, "sk": {"S": "1"}}])
def test_a_start_key_that_does_not_fit(start: Item) -> None:
    with pytest.raises(DynamoDBError) as caught:
        start_keys.check_query_start(new_table(), None, start)
    assert caught.value.message == start_keys.INVALID
    with pytest.raises(DynamoDBError):
        start_keys.check_scan_start(new_table(), None, start)


@pytest.mark.parametrize(
    ("partition", "sort", "message"),
    [
        ("p", 2, None),
        ("p", 1, start_keys.OFF_PREDICATE),
        ("q", 1, start_keys.OFF_PREDICATE),
        ("q", 2, start_keys.ONE_ROW),
    ],
)
def test_a_start_key_against_a_range(partition: str, sort: int, message: str | None) -> None:
    wanted = table_range("p", ">", (Decimal(1),))
    start: Item = {"pk": {"S": partition}, "sk": {"N": str(sort)}}
    place = new_table().place_of(start)
    told = None
    try:
        start_keys.check_start_in_range(wanted, KEYS, place, start, of_table=True)
    except DynamoDBError as error:
        told = error.message
    assert told == message
