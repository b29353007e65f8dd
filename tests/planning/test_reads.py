"""Reading one item: what is found and what it takes."""

from __future__ import annotations

import orjson
import pytest

from dynarig.emulator.expressions import BoundProjection
from dynarig.emulator.planning.reads import plan_get
from tests.planning.tables import item, new_table, put


@pytest.mark.parametrize(
    ("consistent", "transactional", "units"), [(False, False, 3), (True, False, 6), (False, True, 12), (True, True, 12)]
)
def test_an_item_is_charged_whole(consistent: bool, transactional: bool, units: int) -> None:
    table = new_table()
    stored = item(1, a="x" * 9_000, b="y")
    put(table, stored)
    projection = BoundProjection((("b",),))
    for wanted, answer in ((None, stored), (projection, {"b": {"S": "y"}})):
        read = plan_get(table, item(1), consistent=consistent, projection=wanted, transactional=transactional)
        assert orjson.loads(orjson.dumps(read.answer)) == answer
        assert [charge.read_half_units for charge in read.charges] == [units]


def test_what_is_not_there_takes_the_least_step() -> None:
    read = plan_get(new_table(), item(1), consistent=True)
    assert (read.stored, read.answer, read.charges[0].read_half_units) == (None, None, 2)
