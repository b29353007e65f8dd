"""Who has something to do by itself, and when: an ordered queue of due instants, one for each.

Rule: whoever has something to do notes it here; nobody is asked who has nothing. What costs is what is due, not how
many tables there are. Knows neither tables nor what they do.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

W = TypeVar("W")
NEVER = float("inf")
AT_ONCE = float("-inf")
_STALE_MAX = 64  # entries overtaken by nearer ones that are kept whatever the length of the queue


class Agenda(Generic[W]):
    """Mutable. next_due: when the first has something to do (epoch seconds), NEVER for none; may be too early."""

    __slots__ = ("_count", "_dues", "_queue", "next_due")

    def __init__(self) -> None:
        self.next_due = NEVER
        self._dues: dict[W, float] = {}
        self._queue: list[tuple[float, int, W]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._dues)

    def note(self, who: W, due_at: float | None) -> None:
        """Have `who` taken at `due_at`, unless it is to be taken earlier; None for never, which changes nothing."""
        if due_at is None or self._dues.get(who, NEVER) <= due_at:
            return
        self._dues[who] = due_at
        self._count += 1
        heappush(self._queue, (due_at, self._count, who))
        if due_at < self.next_due:
            self.next_due = due_at
        self._drop_stale()

    def forget(self, who: W) -> None:
        """`who` is gone."""
        self._dues.pop(who, None)
        self._drop_stale()
        self._settle()

    def take(self, now: float) -> list[W]:
        """All who are due at `now`, in order; each has to be noted again."""
        taken = []
        while self._queue and self._queue[0][0] <= now:
            due_at, _, who = heappop(self._queue)
            if self._dues.get(who) == due_at:
                del self._dues[who]
                taken.append(who)
        self._drop_stale()
        self._settle()
        return taken

    def _drop_stale(self) -> None:
        if len(self._queue) > 2 * len(self._dues) + _STALE_MAX:
            self._queue = [entry for entry in self._queue if self._dues.get(entry[2]) == entry[0]]
            heapify(self._queue)

    def _settle(self) -> None:
        while self._queue and self._dues.get(self._queue[0][2]) != self._queue[0][0]:
            heappop(self._queue)
        self.next_due = self._queue[0][0] if self._queue else NEVER

    def check(self) -> None:
        """Assert the invariants."""
        assert self.next_due == min(self._dues.values(), default=NEVER)
        assert {(due_at, who) for who, due_at in self._dues.items()} <= {(due, who) for due, _, who in self._queue}
        assert len(self._queue) <= 2 * len(self._dues) + _STALE_MAX
