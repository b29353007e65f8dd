"""Generators of what was seeded: $key, $value, $item, and $drawn, which says a value of the request again.

Rule: they give values in DynamoDB's typed form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.values import item_size
from dynarig.fixtures.making.plausible import attributes_of
from dynarig.workloads.mixes.bench import Moment, types_of
from dynarig.workloads.mixes.choosing import WAY_MEMBERS, Item, Pick, way_of
from dynarig.workloads.mixes.errors import MixError, members, one_of, text, whole
from dynarig.workloads.mixes.values import Compiler, Generator, Maker

_FILLER = "filler"
_ITEM_BYTES_MAX = 400 * 1024


def _key(given: Any, compiler: Compiler) -> Maker:
    """A whole key, of the table or of one of its indexes."""
    asked = members(_named(given), "$key", ("table", "index", *WAY_MEMBERS))
    table = str(compiler.bench.definition(asked.get("table")).name)
    pick = compiler.bench.pick(table, compiler.bench.keys(table, asked.get("index")), way_of(asked))
    return _next_of(pick, compiler)


def _value(given: Any, compiler: Compiler) -> Maker:
    """One attribute of the items, each value that occurs."""
    asked = members(given, "$value", ("table", "attribute", *WAY_MEMBERS))
    definition = compiler.bench.definition(asked.get("table"))
    name = one_of(asked.get("attribute"), f"attribute of {definition.name}'s items", attributes_of(definition))
    make = _next_of(compiler.bench.pick(definition.name, (name,), way_of(asked)), compiler)
    return lambda moment: make(moment)[name]


def _item(given: Any, compiler: Compiler) -> Maker:
    """A whole item such as was seeded: under a key of its own, unless `key: seeded`."""
    asked = members(_named(given), "$item", ("table", "key", "with", "size_bytes", *WAY_MEMBERS))
    bench, definition = compiler.bench, compiler.bench.definition(asked.get("table"))
    key = one_of(asked.get("key", "new"), "key of $item", ("new", "seeded"))
    names = bench.keys(definition.name)
    make = _next_of(bench.pick(definition.name, (), way_of(asked)), compiler)
    if key == "new" and len(names) == 2:
        # Items of one partition stay together: its key is drawn as asked, the sort key is new.
        partition = _next_of(bench.pick(definition.name, names[:1], way_of(asked)), compiler)
    else:
        partition = None
    kind = types_of(definition.create)[names[-1]]
    changes = compiler.value(asked.get("with") or {})
    size_bytes = whole(asked.get("size_bytes", 0), "size_bytes")
    if size_bytes > _ITEM_BYTES_MAX:
        raise MixError(f"size_bytes is at most {_ITEM_BYTES_MAX}, DynamoDB's limit of an item", asked)

    def item(moment: Moment) -> Item:
        made = dict(make(moment))
        if partition is not None:
            made |= partition(moment)
        if key == "new":
            made[names[-1]] = bench.fresh(kind, names[-1])
        made |= changes(moment)
        return padded(made, size_bytes) if size_bytes else made

    return item


def _drawn(given: Any, compiler: Compiler) -> Maker:
    """What the pattern's `draw` has drawn under a name, or one attribute of it."""
    name, dot, attribute = text(given, "$drawn").partition(".")
    one_of(name, "name under this pattern's draw,", compiler.known)
    if not dot:
        return lambda moment: moment.drawn[name]

    def part(moment: Moment) -> Any:
        value = moment.drawn[name]
        if not isinstance(value, dict) or attribute not in value:
            raise MixError(f"$drawn: {name} has no attribute {attribute!r}")
        return value[attribute]

    return part


def padded(item: Item, size_bytes: int) -> Item:
    """The item with a filler that makes it so large; as it is where it is larger."""
    try:
        missing = size_bytes - item_size(item) - len(_FILLER)
    except DynamoDBError as fault:
        raise MixError(f"not an item: {fault.message}") from None
    return {**item, _FILLER: {"S": "x" * missing}} if missing > 0 else item


def _next_of(pick: Pick, compiler: Compiler) -> Callable[[Moment], Item]:
    if compiler.apart:
        return lambda moment: pick.apart(moment.taken)
    return lambda moment: pick.next()


def _named(given: Any) -> Any:
    """`$key: Orders` is short for `$key: {table: Orders}`."""
    return {"table": given} if isinstance(given, str) else given


SEEDED: dict[str, Generator] = {"$key": _key, "$value": _value, "$item": _item, "$drawn": _drawn}
