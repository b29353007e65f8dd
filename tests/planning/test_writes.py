"""Planned writes: nothing has happened yet, and what would happen is charged and told."""

from __future__ import annotations

import pytest

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import item_size
from dynarig.emulator.planning import writes
from dynarig.emulator.planning.plan import Charge
from dynarig.emulator.planning.writes import plan_check, plan_delete, plan_expiry, plan_put, plan_update
from tests.planning.tables import Always, item, new_table, put


def _units(charges: tuple[Charge, ...]) -> dict[str, int]:
    return {charge.target.index_name or charge.target.kind: charge.write_half_units for charge in charges}


def test_a_plan_changes_nothing() -> None:
    table = new_table()
    full = item(1, gk="g", ls="1", a="x")
    write = plan_put(table, full, item_size(full))
    assert (write.before, write.refused) == (None, False)
    assert table.item_count == 0
    assert _units(write.charges) == {"table": 2, "g": 2, "l": 2}
    assert write.change is not None
    table.apply(write.change, 0.0)
    table.check()
    gone = plan_delete(table, item(1))
    assert gone.after is None
    assert _units(gone.charges) == {"table": 2, "g": 2, "l": 2}
    assert table.item_count == 1


def test_transactions_double_the_table_arm_alone() -> None:
    table = new_table()
    full = item(1, gk="g", ls="1", a="x" * 2_000)
    write = plan_put(table, full, item_size(full), transactional=True)
    assert _units(write.charges) == {"table": 8, "g": 2, "l": 4}


@pytest.mark.parametrize("kind", ["put", "delete", "update"])
def test_a_refused_write_is_charged_by_the_larger_image(kind: str) -> None:
    table = new_table()
    put(table, item(1, a="x" * 3_000))
    refuse = Always(False)
    proposed = item(1, a="x" * 4_500)
    write = {
        "put": lambda: plan_put(table, proposed, item_size(proposed), condition=refuse),
        "delete": lambda: plan_delete(table, item(1), condition=refuse),
        "update": lambda: plan_update(table, item(1), None, condition=refuse),
    }[kind]()
    assert write.refused
    assert write.change is None
    assert _units(write.charges) == {"table": 10 if kind == "put" else 6}
    assert [sorted(seen) for seen in refuse.seen] == [["a", "pk", "sk"]]


def test_a_condition_on_nothing_sees_an_empty_item() -> None:
    condition = Always(True)
    plan_delete(new_table(), item(1), condition=condition)
    plan_update(new_table(), item(1), None, condition=condition)
    plan_check(new_table(), item(1), condition)
    assert condition.seen == [{}, {}, {}]


def test_an_update_of_nothing_makes_the_key() -> None:
    write = plan_update(new_table(), item(1), None)
    assert write.after is not None
    assert write.after.attributes == item(1)
    assert write.after.size == item_size(item(1))


def test_a_check_is_charged_double_and_changes_nothing() -> None:
    table = new_table()
    put(table, item(1, gk="g", a="x" * 3_000))
    write = plan_check(table, item(1), Always(True))
    assert (write.change, write.refused) == (None, False)
    assert _units(write.charges) == {"table": 12}


def test_an_expiry_is_the_service_s() -> None:
    table = new_table()
    write = put(table, item(1, gk="g", ls="1"))
    assert write.after is not None
    change = plan_expiry(table, write.place, write.after)
    assert (change.by_service, change.after, len(change.index_changes)) == (True, None, 2)
    table.apply(change, 1.0)
    table.check()
    assert table.item_count == 0


def test_an_item_collection_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes.limits, "ITEM_COLLECTION_SIZE_BYTES_MAX", 4_000)
    table = new_table()
    first = put(table, item(1, ls="1", a="x" * 1_500))
    assert table.collection_size("p") > 3_000
    large = item(2, a="x" * 1_500)
    with pytest.raises(DynamoDBError) as caught:
        plan_put(table, large, item_size(large))
    assert caught.value.code == "ItemCollectionSizeLimitExceededException"
    shrunk = item(1, a="x")
    assert plan_put(table, shrunk, item_size(shrunk)).place == first.place  # what shrinks passes
