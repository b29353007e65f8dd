"""What is due in one catalog, run as the engine runs it, without the expiries that planning decides."""

from __future__ import annotations

from dynarig.emulator.storage.agenda import NEVER
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.lifecycle import run_lifecycle
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.work import Work


def run_due(catalog: Catalog, now: float, items: int = 10_000) -> float | None:
    """Run what is due at `now`, as far as the work of `items` goes; when the next is due, or None."""
    work = Work(items)
    for owner in catalog.agenda.take(now):
        if isinstance(owner, Table):
            run_lifecycle(catalog, owner, now, work)
        owner.run_due(now, work)
        catalog.agenda.note(owner, owner.next_due)
    catalog.agenda.check()
    return None if catalog.agenda.next_due == NEVER else catalog.agenda.next_due
