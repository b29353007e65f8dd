"""A token bucket in integers: half units that come in at a rate and are kept up to a bound.

Rule: no float is kept, so that what was granted can be told exactly. Time is whole microseconds, and levels are half
units × microseconds. A clock that runs back brings nothing in, and none is lost.
"""

from __future__ import annotations

MICROSECONDS = 1_000_000
ONE_UNIT = 2 * MICROSECONDS  # of capacity, as a level
NEVER = 1 << 62  # a level that no bucket reaches


class Bucket:
    """Mutable. rate: half units per second. bound: the highest level; at: when it was last looked at.

    slack: how far it may be overdrawn (a buffer behind it holds what is owed), in level. enough: a level at which
    whatever is asked for is granted, and the rest owed. What asks for more than the bucket ever holds is granted when
    it is full, and owed.
    """

    __slots__ = ("at", "bound", "enough", "level", "rate", "slack")

    def __init__(
        self, rate: int, kept_seconds: float, at: int, *, slack_half_units: int = 0, enough: int = NEVER
    ) -> None:
        """It begins with one second's worth."""
        self.rate = 0
        self.bound = 0
        self.level = 0
        self.at = at
        self.slack = slack_half_units * MICROSECONDS
        self.enough = enough
        self.set_rate(rate, kept_seconds, at)

    def set_rate(self, rate: int, kept_seconds: float, at: int) -> None:
        """Another rate from now on; what is more of one second's worth is there at once."""
        self.refill(at)
        self.level += max(rate - self.rate, 0) * MICROSECONDS
        self.rate = rate
        self.bound = max(int(rate * kept_seconds * MICROSECONDS), MICROSECONDS)
        self.level = min(self.level, self.bound)

    def refill(self, at: int) -> None:
        """Bring in what has come until `at`."""
        elapsed = at - self.at
        if elapsed > 0:
            level = self.level + elapsed * self.rate
            self.level = level if level < self.bound else self.bound
        self.at = at

    def take(self, need: int, at: int) -> bool:
        """Take `need` (a level) if it is there. Whether it was taken."""
        level = self.level
        elapsed = at - self.at
        if elapsed:
            self.at = at
            if elapsed > 0:
                level += elapsed * self.rate
                if level > self.bound:
                    level = self.bound
        if level < need and level < self.enough and level + self.slack < need and level < self.bound:
            self.level = level
            return False
        self.level = level - need
        return True

    def give_back(self, need: int) -> None:
        """Undo a take of the same instant."""
        self.level += need

    def is_full_behind(self, at: int) -> bool:
        """Whether what may be owed is owed: not one unit more fits."""
        self.refill(at)
        return self.level + self.slack < ONE_UNIT

    def check(self) -> None:
        """Assert the invariants."""
        assert self.level <= self.bound
        assert self.rate >= 0
