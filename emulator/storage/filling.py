"""What a new table is filled with while it is being created: by a restore or an import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from dynarig.emulator.model.keys import Place
from dynarig.emulator.storage.item import StoredItem
from dynarig.emulator.storage.remains import Discardable
from dynarig.emulator.storage.work import Work


class ItemSource(Protocol):
    """Items that are told in turns. is_done: whether all have been. remains: what nobody needs any more then."""

    is_done: bool
    remains: list[Discardable]

    def take(self, work: Work) -> Iterator[tuple[Place, StoredItem]]:
        """Tell some, while work is left; of several at one place the last counts."""
        ...

    def close(self) -> list[Discardable]:
        """Stop; what is to be thrown away."""
        ...


def _nobody(now: float) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class Filling:
    """Mutable. origin: the Amazon resource name of the backup, the table or the import that the items come of.

    ended: told the time (epoch seconds) at which the last was stored.
    """

    origin: str
    items: ItemSource
    ended: Callable[[float], None] = _nobody
