"""The change log of one table. Rule: it takes changes in the order in which they are applied and loses none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.storage.change import Change


class Stream:
    """One table's changes, oldest first."""

    __slots__ = ("changes",)

    def __init__(self) -> None:
        self.changes: list[tuple[float, Change]] = []

    def append(self, change: Change, now: float) -> None:
        """Take a change at `now` (epoch seconds)."""
        self.changes.append((now, change))
