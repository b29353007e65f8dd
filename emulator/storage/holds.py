"""Items that transactions work on, each until an instant.

Rule: what has ended is forgotten when the next begins, so no more is kept than overlaps in time.
"""

from __future__ import annotations

from collections import OrderedDict

from dynarig.emulator.model.keys import Place


class Holds:
    """Mutable. Holds in the order in which they began; as all last the same time, also of their ends."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: OrderedDict[Place, float] = OrderedDict()  # its first is found at once, however many went before

    def __len__(self) -> int:
        return len(self._until)

    def add(self, place: Place, until: float, now: float) -> None:
        """Hold this item from `now` until then (epoch seconds)."""
        while self._until:
            oldest = next(iter(self._until))
            if self._until[oldest] > now:
                break
            del self._until[oldest]
        self._until.pop(place, None)
        self._until[place] = until

    def holds(self, place: Place, now: float) -> bool:
        """Whether this item is held at `now`."""
        until = self._until.get(place)
        if until is None:
            return False
        if until <= now:
            del self._until[place]
            return False
        return True

    def release(self, place: Place) -> None:
        """End a hold before its time; without one, nothing."""
        self._until.pop(place, None)
