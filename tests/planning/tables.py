"""A table with one index of each kind, filled by planned puts, for the tests of planning."""

from __future__ import annotations

from dynarig.emulator.model.schema import GLOBAL, LOCAL, IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema
from dynarig.emulator.model.values import Item, item_size
from dynarig.emulator.planning.writes import ItemWrite, plan_put
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import TableSettings

KEYS = KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),))


class Always:
    """A condition with a fixed answer, which reads nothing; seen: the items that it was asked about."""

    paths = ()

    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.seen: list[Item] = []

    def matches(self, item: Item) -> bool:
        """The fixed answer."""
        self.seen.append(item)
        return self.answer


def new_table(name: str = "planned") -> Table:
    """Table keys pk, sk; index g on gk with pk and sk alone; local index l on ls that projects a."""
    indexes = {
        "g": IndexSchema("g", GLOBAL, KeySchema((KeyAttribute("gk", "S"),)), Projection("KEYS_ONLY")),
        "l": IndexSchema(
            "l", LOCAL, KeySchema(KEYS.partition, (KeyAttribute("ls", "N"),)), Projection("INCLUDE", ("a",))
        ),
    }
    return Table(TableSchema(name, KEYS, indexes), TableSettings("arn", "id", 0.0))


def item(sort: int, **texts: str) -> Item:
    """An item of partition p; ls is a number, all else are texts."""
    more: Item = {name: {"N" if name == "ls" else "S": text} for name, text in texts.items()}
    return {"pk": {"S": "p"}, "sk": {"N": str(sort)}, **more}


def put(table: Table, attributes: Item) -> ItemWrite:
    """Plan a put and apply it."""
    write = plan_put(table, attributes, item_size(attributes))
    assert write.change is not None
    table.apply(write.change, 0.0)
    return write
