"""Tables and indexes as declared: keys, projections. Frozen; a changed table gets a new schema.

Wire spellings of schemas (`HASH`, `KeySchema`) are read and written by the table operations alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dynarig.emulator.model.values import Item


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """One key attribute: its name and its type letter, S, N or B."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The attributes that place an item: one partition and up to one sort attribute, or up to four of each on a GSI."""

    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...] = ()
    attributes: tuple[KeyAttribute, ...] = field(init=False, compare=False, repr=False)  # partition first
    names: tuple[str, ...] = field(init=False, compare=False)  # of all attributes, likewise

    def __post_init__(self) -> None:
        object.__setattr__(self, "attributes", self.partition + self.sort)
        object.__setattr__(self, "names", tuple(attribute.name for attribute in self.attributes))

    @property
    def is_multi_attribute(self) -> bool:
        """Whether more than one partition or sort attribute is declared."""
        return len(self.partition) > 1 or len(self.sort) > 1


ALL = "ALL"
KEYS_ONLY = "KEYS_ONLY"
INCLUDE = "INCLUDE"


@dataclass(frozen=True, slots=True)
class Projection:
    """What an index entry holds besides the keys: ALL, KEYS_ONLY, or INCLUDE with the attributes named."""

    type: str = ALL
    non_key_attributes: tuple[str, ...] = ()


GLOBAL = "gsi"
LOCAL = "lsi"


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """A secondary index: its name, its kind (GLOBAL or LOCAL), its keys and its projection."""

    name: str
    kind: str
    keys: KeySchema
    projection: Projection

    def projected_names(self, table_keys: KeySchema) -> frozenset[str] | None:
        """The names an entry holds, or None for all of the item."""
        if self.projection.type == ALL:
            return None
        return frozenset(table_keys.names + self.keys.names + self.projection.non_key_attributes)


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table's keys and secondary indexes, in declared order."""

    name: str
    keys: KeySchema
    indexes: Mapping[str, IndexSchema] = field(default_factory=dict)

    @property
    def has_local_index(self) -> bool:
        """Whether item collections are bounded and metered."""
        return any(index.kind == LOCAL for index in self.indexes.values())


def key_of(item: Item, keys: KeySchema) -> Item:
    """The key attributes of an item that has them all, as a new item."""
    return {name: item[name] for name in keys.names}
