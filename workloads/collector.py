"""What Python's garbage collector may do while a load runs: look at what is young, and never stop the schedule.

Rule: `quiet` when the first request is near, `tidy` now and then, `restore` at the end.

The argument. What a load keeps (models of estates, ledgers, series) holds no cycles and is freed by counting, so the
collector finds nothing in it; a full pass walks all of it all the same, 170 ms after a minute at 1,000 requests/s and
more with every minute. So everything that is there at the start is frozen, out of the collector's sight; full passes
are put off beyond any run; and what has survived the young passes is frozen as well, once in a while, so that not even
one full pass would have much to walk. Young passes stay: the few cycles there are (a traceback and its frame) die
there, and a pass over some thousand young objects takes less than a millisecond. A cycle that lives just when `tidy`
freezes stays until the end of the run: a handful a minute at most.
"""

from __future__ import annotations

import gc
import time
from typing import Any

_YOUNG = 10_000  # net allocations between two young passes: some thousand objects are walked within a millisecond
_MIDDLE = 20
_NEVER = 1_000_000


class Collector:
    """Holds the collector back, and counts what it still takes: its own time, not that of neighbours on the core."""

    def __init__(self) -> None:
        self.passes = 0
        self.longest_seconds = 0.0
        self._began = 0.0
        self._before: tuple[int, int, int] | None = None

    def quiet(self) -> None:
        """Collect once, freeze what is there, and put full passes off."""
        if self._before is not None:
            return
        gc.collect()
        gc.freeze()
        self._before = gc.get_threshold()
        gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
        gc.callbacks.append(self._told)

    def tidy(self) -> None:
        """Look through what is young, then freeze what survived."""
        if self._before is not None:
            gc.collect(1)
            gc.freeze()

    def restore(self) -> None:
        """As it was before; a second call changes nothing."""
        if self._before is not None:
            gc.set_threshold(*self._before)
            gc.callbacks.remove(self._told)
            gc.unfreeze()
            self._before = None

    def _told(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._began = time.thread_time()
            return
        self.passes += 1
        self.longest_seconds = max(self.longest_seconds, time.thread_time() - self._began)
