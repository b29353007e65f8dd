"""Updates and the places of their items in indexes: kept where no index key is named, else judged anew."""

from __future__ import annotations

import pytest

from dynarig.emulator.expressions import BoundUpdate, bind_actions
from dynarig.emulator.expressions.parse.ast import Action, Literal, Path
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.schema import GLOBAL, IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema
from dynarig.emulator.planning.writes import plan_update
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings
from tests.planning.tables import item, new_table, put


def setting(name: str, text: str) -> BoundUpdate:
    return bind_actions((Action("SET", Path((name,)), Literal({"S": text})),))


@pytest.mark.parametrize(("name", "text"), [("a", "y"), ("b", "y"), ("gk", "h"), ("gk", "g")])
def test_what_indexes_hold_after_an_update(name: str, text: str) -> None:
    table = new_table()
    put(table, item(1, gk="g", ls="1", a="x"))
    for _ in range(2):  # the second time, the item as updated is what was there
        write = plan_update(table, item(1), setting(name, text))
        assert write.change is not None
        table.apply(write.change, 0.0)
        table.check()
        assert write.after is not None
        assert write.after.attributes == item(1, gk="g", ls="1", a="x") | {name: {"S": text}}


def test_a_key_that_is_made_is_judged_as_an_index_key() -> None:
    """2,048 bytes are a partition key, but no index's sort key; the update names neither."""
    keys = KeySchema((KeyAttribute("pk", "S"),))
    index = IndexSchema("g", GLOBAL, KeySchema((KeyAttribute("gk", "S"),), (KeyAttribute("pk", "S"),)), Projection())
    table = Table(TableSchema("planned", keys, {"g": index}), TableSettings("arn", "id", 0.0))
    with pytest.raises(DynamoDBError, match="Aggregated size of all range keys"):
        plan_update(table, {"pk": {"S": "p" * 1_500}}, setting("a", "x"))
