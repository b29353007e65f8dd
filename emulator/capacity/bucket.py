"""A token bucket in integers: half units that come in at a rate and are kept up to a bound.

Rule: no float is kept, so that what was granted can be told exactly. Time is whole milliseconds, and levels are half
units × milliseconds: within a millisecond nothing comes in, so that a busy bucket is refilled once in each and not for
every request, and what is counted stays a small integer. A clock that runs back brings nothing in, and none is lost.
"""

from __future__ import annotations

MILLISECONDS = 1_000
ONE_UNIT = 2 * MILLISECONDS  # of capacity, as a level
NEVER = 1 << 62  # a level that no bucket reaches


def instant(now: float) -> int:
    """Epoch seconds as whole milliseconds, the nearest."""
    return int(now * MILLISECONDS + 0.5)


class Bucket:
    """Mutable. rate: half units per second. bound: the highest level; at: when it was last looked at.

    spent: what was taken since the second under way began, as a level, which whoever counts by seconds closes. easy: up
    to where `spent` may rise with a unit left over; what goes further is for `take` to decide, all else may be added to
    `spent` at the instant `at`. slack: how far it may be overdrawn (a buffer behind it holds what is owed), in level.
    enough: a level at which whatever is asked for is granted, and the rest owed. What asks for more than the bucket
    ever holds is granted when it is full, and owed.
    """

    __slots__ = ("_room", "at", "bound", "easy", "enough", "rate", "slack", "spent")

    def __init__(
        self, rate: int, kept_seconds: float, at: int, *, slack_half_units: int = 0, enough: int = NEVER
    ) -> None:
        """It begins with one second's worth."""
        self.rate = 0
        self.bound = 0
        self._room = -ONE_UNIT  # from `spent` to `easy` where the bucket is full
        self.spent = 0
        self.easy = -ONE_UNIT
        self.at = at
        self.slack = slack_half_units * MILLISECONDS
        self.enough = enough
        self.set_rate(rate, kept_seconds, at)

    @property
    def level(self) -> int:
        """What is left."""
        return self.easy + ONE_UNIT - self.spent

    @level.setter
    def level(self, level: int) -> None:
        self.easy = level - ONE_UNIT + self.spent

    @property
    def used(self) -> int:
        """Half units taken since the second under way began."""
        return self.spent // MILLISECONDS

    def begin_second(self) -> None:
        """Count what is taken anew."""
        self.easy -= self.spent
        self.spent = 0

    def set_rate(self, rate: int, kept_seconds: float, at: int) -> None:
        """Another rate from now on; what is more of one second's worth is there at once."""
        self.refill(at)
        more = max(rate - self.rate, 0) * MILLISECONDS
        self.rate = rate
        self.bound = max(int(rate * kept_seconds * MILLISECONDS), MILLISECONDS)
        self._room = self.bound - ONE_UNIT
        self.level = min(self.level + more, self.bound)

    def refill(self, at: int) -> None:
        """Bring in what has come until `at`."""
        elapsed = at - self.at
        if elapsed > 0:
            easy = self.easy + elapsed * self.rate
            most = self.spent + self._room
            self.easy = easy if easy < most else most
        self.at = at

    def take(self, need: int, at: int) -> bool:
        """Take `need` (a level) if it is there. Whether it was taken."""
        if at != self.at:
            self.refill(at)
        spent = self.spent + need
        if spent > self.easy:
            level = self.level
            if level < need and level < self.enough and level + self.slack < need and level < self.bound:
                return False
        self.spent = spent
        return True

    def give_back(self, need: int) -> None:
        """Undo a take of the same instant."""
        self.spent -= need

    def is_full_behind(self, at: int) -> bool:
        """Whether what may be owed is owed: not one unit more fits. Only looks."""
        level = min(self.level + max(at - self.at, 0) * self.rate, self.bound)
        return level + self.slack < ONE_UNIT

    def check(self) -> None:
        """Assert the invariants."""
        assert self.level <= self.bound
        assert self.rate >= 0
