"""How much is done by itself before others have their turn.

Rule: whatever may be long (a backfill, a sweep, the freeing of a table) is done in turns; each turn takes from a `Work`
what it does and stops when there is none left. Counted in items, as no clock is read here: an expired item, one that a
backfill adds or a reader is shown takes some microseconds.
"""

from __future__ import annotations

_FREED_PER_ITEM = 16  # freeing an item takes a sixteenth of what handling it does


class Work:
    """Mutable. left: how many items may still be handled."""

    __slots__ = ("left",)

    def __init__(self, items: int) -> None:
        self.left = items

    def spend(self, items: int = 1) -> None:
        """Take from what is left."""
        self.left -= items

    def freeable(self) -> int:
        """How many items may be freed with what is left."""
        return self.left * _FREED_PER_ITEM

    def spend_freed(self, items: int) -> None:
        """Take for items that were freed."""
        self.left -= -(-items // _FREED_PER_ITEM)
