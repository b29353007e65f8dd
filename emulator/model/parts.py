"""Parts of stored items: a few attributes read, or cut out as bytes, while the rest is passed over unparsed.

Why: a page evaluates thousands of items, of which a filter looks at one attribute and a projection shows two. To parse
such an item whole takes five to ten times as long.

Rule: what is read is what a parse would give; stored bytes are well made, so nothing is checked. A set of names costs
a class of its own, which is never freed where a server has frozen its memory: the first `_SETS_MAX` sets are kept, and
for others items are parsed whole. Few items do not earn a class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypedDict

import msgspec
import orjson

from dynarig.emulator.model.values import Item

_SETS_MAX = 512
_NAMES_MAX = 16  # a name is looked for one by one
_ROWS_MIN = 16
Read = Callable[[bytes], Item]
Cut = Callable[[list[bytes]], list[bytes]]


class Parts:
    """Readers and cutters by names, made when they are first wanted: a memo that is full at some time."""

    __slots__ = ("_cutters", "_readers", "sets_max")

    def __init__(self, sets_max: int = _SETS_MAX) -> None:
        self.sets_max = sets_max
        self._readers: dict[tuple[str, ...], Read] = {}
        self._cutters: dict[tuple[str, ...], Cut] = {}

    def __len__(self) -> int:
        return len(self._readers) + len(self._cutters)

    def reader(self, names: Iterable[str], rows: int) -> Read:
        """What gives, of an item's bytes, its attributes of these names, at least; for about so many items."""
        wanted = tuple(sorted(set(names)))
        read = self._readers.get(wanted)
        if read is None:
            if not self._is_worth(wanted, rows):
                return orjson.loads
            read = self._readers[wanted] = _reader(wanted)
        return read

    def cutter(self, names: tuple[str, ...], rows: int) -> Cut | None:
        """What makes of items' bytes those with just these names, in this order; None if that is not worth it."""
        cut = self._cutters.get(names)
        if cut is None and self._is_worth(names, rows) and not any(map(_is_escaped, names)):
            cut = self._cutters[names] = _cutter(names)
        return cut

    def _is_worth(self, names: tuple[str, ...], rows: int) -> bool:
        return rows >= _ROWS_MIN and len(names) <= _NAMES_MAX and len(self) < self.sets_max


def _reader(names: tuple[str, ...]) -> Read:
    shape = TypedDict("Part", dict.fromkeys(names, Any), total=False)  # type: ignore[misc]
    decoder: msgspec.json.Decoder[Item] = msgspec.json.Decoder(shape)
    return decoder.decode


def _cutter(names: tuple[str, ...]) -> Cut:
    fields = [(f"part_{at}", msgspec.Raw, msgspec.UNSET) for at in range(len(names))]
    rename = {field[0]: name for field, name in zip(fields, names, strict=True)}
    decode = msgspec.json.Decoder(msgspec.defstruct("Part", fields, rename=rename, gc=False)).decode
    encode = msgspec.json.Encoder().encode
    return lambda raws: [encode(part) for part in map(decode, raws)]


def _is_escaped(name: str) -> bool:
    """Whether JSON writes the name in other characters, which a renamed field cannot have."""
    return len(orjson.dumps(name)) != len(name.encode()) + 2


PARTS = Parts()
