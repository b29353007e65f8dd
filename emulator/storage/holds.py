"""Items that transactions work on, each until an instant.

Rule: what has ended is forgotten when the next begins, so no more is kept than overlaps in time.
"""

from __future__ import annotations

from collections import OrderedDict

from dynarig.emulator.model.keys import Place


class Holds:
    """Mutable. until: of each held item the end, in the order in which holds began; as all last the same time, also of
    their ends."""

    __slots__ = ("until",)

    def __init__(self) -> None:
        self.until: OrderedDict[Place, float] = OrderedDict()  # its first is found at once, however many went before

    def __len__(self) -> int:
        return len(self.until)

    def add(self, place: Place, until: float, now: float) -> None:
        """Hold this item from `now` until then (epoch seconds)."""
        while self.until:
            oldest = next(iter(self.until))
            if self.until[oldest] > now:
                break
            del self.until[oldest]
        self.until.pop(place, None)
        self.until[place] = until

    def holds(self, place: Place, now: float) -> bool:
        """Whether this item is held at `now`."""
        until = self.until.get(place)
        if until is None:
            return False
        if until <= now:
            del self.until[place]
            return False
        return True

    def release(self, place: Place) -> None:
        """End a hold before its time; without one, nothing."""
        self.until.pop(place, None)
