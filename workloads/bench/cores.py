"""Which core a child process runs on.

Rule: server and driver each get a core of their own where the machine has two and lets us choose. A child inherits the
affinity of the process that starts it, so nothing has to be told to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def pair() -> tuple[int | None, int | None]:
    """(server's core, driver's core); (None, None) where cores cannot be chosen."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else (None, None)


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Children started within run on `core`; None leaves them free."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
