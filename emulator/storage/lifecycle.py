"""The life cycle of tables and indexes: what becomes of them as time passes.

Rule: a table operation writes what is true at once and schedules the rest as steps. A step is taken when its instant
has come and never before, so that a delay of zero ends before the next request and an answer still shows the state
between; only work that is long, the filling of an index or a table, may make a step late. Delays are ours; the states,
and which of them a change passes through, were recorded on the service in 2026.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dynarig.emulator.model import limits
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.filled_table import fill_table
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import (
    ACTIVE,
    PAY_PER_REQUEST,
    UPDATING,
    KinesisDestination,
    Step,
    WarmThroughput,
)
from dynarig.emulator.storage.work import Work

# Kinds of steps. `index` None: it is about the table itself.
TABLE_ACTIVE = "table active"  # created
TABLE_GONE = "table gone"
CHANGE_DONE = "change done"  # value: the kind of change that is over
INDEX_BACKFILLING = "index backfilling"  # its resources are there
INDEX_ACTIVE = "index active"
INDEX_GONE = "index gone"
INDEX_UPDATED = "index updated"  # index None: nothing to show
THROUGHPUT = "throughput"  # value: Throughput
BILLED_ON_DEMAND = "billed on demand"
WARM_THROUGHPUT = "warm throughput"  # value: WarmThroughput
TABLE_CLASS = "table class"  # value: the class
ENCRYPTION = "encryption"  # value: SSEDescription or None
TIME_TO_LIVE = "time to live"  # value: the attribute that is in force from then on, or None
KINESIS_DESTINATION = "kinesis destination"  # value: the stream's ARN and its KinesisDestination from then on
STATISTICS = "statistics"  # value: after how many seconds they are taken again

# Kinds of change. The first four hold the table's status at UPDATING, the others run beside ACTIVE.
OF_THROUGHPUT = "throughput"
OF_STREAM = "stream"
OF_CLASS = "class"
OF_INDEX = "index"
OF_ENCRYPTION = "encryption"
OF_WARM_THROUGHPUT = "warm throughput"
_HOLDING = frozenset({OF_THROUGHPUT, OF_STREAM, OF_CLASS, OF_INDEX})


def schedule(table: Table, *steps: Step) -> None:
    """Add what is to come; of steps due at one instant the first scheduled is taken first."""
    for step in steps:
        insort(table.settings.steps, step, key=lambda each: each.due_at)
    table.note_due()


def run_lifecycle(catalog: Catalog, table: Table, now: float, work: Work) -> None:
    """Take every step of a table that is due at `now` (epoch seconds).

    An index that is added is ACTIVE when it is filled, and so is a table that is restored: its step waits, taken up
    again each time, until the work for it is done.
    """
    steps = table.settings.steps
    waiting = []
    while steps and steps[0].due_at <= now:
        step = steps.pop(0)
        if not _is_filled(table, step, now, work):
            waiting.append(step)
        else:
            _EFFECTS[step.kind](catalog, table, step)
    steps[:0] = waiting


def _is_filled(table: Table, step: Step, now: float, work: Work) -> bool:
    """Do some of the long work that a step waits for, if any; whether it is done."""
    if step.kind == INDEX_ACTIVE and step.index is not None:
        return table.backfill(step.index, work)
    return step.kind != TABLE_ACTIVE or fill_table(table, now, work)


def changes_of(table: Table) -> set[str]:
    """The kinds of change that a table is going through."""
    return {step.value for step in table.settings.steps if step.kind == CHANGE_DONE}


def begin_change(table: Table, kind: str, due_at: float) -> None:
    """Show that a change is under way, until `due_at`."""
    schedule(table, Step(due_at, CHANGE_DONE, value=kind))
    table.settings.status = _status(table)


def keep_peak(table: Table, index: str | None) -> None:
    """Raise warm throughput to what is provisioned: it never falls behind (recorded 2026)."""
    settings = table.settings
    throughput = settings.throughput if index is None else settings.index_throughput[index]
    _raise_warm(table, index, throughput.read_units, throughput.write_units)


def warm_throughput_of(table: Table, index: str | None) -> WarmThroughput | None:
    """The warm throughput of a table, or of one of its indexes."""
    settings = table.settings
    return settings.warm_throughput if index is None else settings.index_warm_throughput.get(index)


def set_warm_throughput(table: Table, index: str | None, warm: WarmThroughput) -> None:
    """Set the warm throughput of a table, or of one of its indexes."""
    if index is None:
        table.settings.warm_throughput = warm
    else:
        table.settings.index_warm_throughput[index] = warm


def _raise_warm(table: Table, index: str | None, read_units: int, write_units: int) -> None:
    warm = warm_throughput_of(table, index)
    if warm is not None:
        peak = replace(
            warm, read_units=max(warm.read_units, read_units), write_units=max(warm.write_units, write_units)
        )
        set_warm_throughput(table, index, peak)


def _settle_warm(table: Table, index: str | None) -> None:
    warm = warm_throughput_of(table, index)
    if warm is not None:
        set_warm_throughput(table, index, replace(warm, status=ACTIVE))


def _status(table: Table) -> str:
    return UPDATING if changes_of(table) & _HOLDING else ACTIVE


# ---- steps


def _table_active(catalog: Catalog, table: Table, step: Step) -> None:
    settings = table.settings
    settings.status = ACTIVE
    for index in table.indexes.values():
        index.status = ACTIVE
    for name in (None, *settings.index_warm_throughput):
        _settle_warm(table, name)
    if settings.billing_mode == PAY_PER_REQUEST:
        settings.billing_mode_switched_at = step.due_at


def _table_gone(catalog: Catalog, table: Table, step: Step) -> None:
    catalog.remove(table.name)


def _change_done(catalog: Catalog, table: Table, step: Step) -> None:
    table.settings.status = _status(table)


def _index_backfilling(catalog: Catalog, table: Table, step: Step) -> None:
    assert step.index is not None
    table.indexes[step.index].backfilling = True


def _index_active(catalog: Catalog, table: Table, step: Step) -> None:
    assert step.index is not None
    index = table.indexes[step.index]
    index.status, index.backfilling = ACTIVE, None
    _settle_warm(table, step.index)


def _index_gone(catalog: Catalog, table: Table, step: Step) -> None:
    assert step.index is not None
    settings = table.settings
    rest = {name: index for name, index in table.schema.indexes.items() if name != step.index}
    table.set_schema(replace(table.schema, indexes=rest))
    for kept in (settings.index_throughput, settings.index_on_demand_throughput, settings.index_warm_throughput):
        kept.pop(step.index, None)
    settings.insights.pop(step.index, None)
    used = {*table.schema.keys.names, *(name for index in rest.values() for name in index.keys.names)}
    settings.attribute_types = {name: kind for name, kind in settings.attribute_types.items() if name in used}


def _index_updated(catalog: Catalog, table: Table, step: Step) -> None:
    if step.index is not None and table.indexes[step.index].status == UPDATING:
        table.indexes[step.index].status = ACTIVE


def _throughput(catalog: Catalog, table: Table, step: Step) -> None:
    if step.index is None:
        table.settings.throughput = step.value
    else:
        table.settings.index_throughput[step.index] = step.value
        _index_updated(catalog, table, step)
    keep_peak(table, step.index)


def _billed_on_demand(catalog: Catalog, table: Table, step: Step) -> None:
    settings = table.settings
    settings.billing_mode_switched_at = step.due_at
    for name in (None, *settings.index_warm_throughput):
        _raise_warm(table, name, limits.ON_DEMAND_INITIAL_READ_UNITS, limits.ON_DEMAND_INITIAL_WRITE_UNITS)


def _warm_throughput(catalog: Catalog, table: Table, step: Step) -> None:
    set_warm_throughput(table, step.index, step.value)


def _table_class(catalog: Catalog, table: Table, step: Step) -> None:
    table.settings.table_class = step.value
    table.settings.table_class_changed_at = step.due_at


def _encryption(catalog: Catalog, table: Table, step: Step) -> None:
    table.settings.sse = step.value


def set_time_to_live(table: Table, attribute: str | None) -> None:
    """Let a time to live be in force from now on, or none."""
    settings = table.settings
    settings.time_to_live_attribute = settings.time_to_live_shown = attribute
    settings.time_to_live_status = "DISABLED" if attribute is None else "ENABLED"
    table.watch_expiries()


def _time_to_live(catalog: Catalog, table: Table, step: Step) -> None:
    set_time_to_live(table, step.value)


def set_kinesis_destination(table: Table, arn: str, destination: KinesisDestination) -> None:
    """Let an entry be so from now on; one that was there keeps its place."""
    table.settings.kinesis_destinations[arn] = destination


def _kinesis_destination(catalog: Catalog, table: Table, step: Step) -> None:
    set_kinesis_destination(table, *step.value)


def _statistics(catalog: Catalog, table: Table, step: Step) -> None:
    """The service counts items and bytes about every six hours (API reference, TableDescription)."""
    counted: dict[str | None, tuple[int, int]] = {None: (table.item_count, table.size)}
    for name, index in table.indexes.items():
        counted[name] = (index.entries.count, index.size)
    table.settings.statistics = counted
    schedule(table, replace(step, due_at=step.due_at + step.value))


_EFFECTS: dict[str, Callable[[Catalog, Table, Step], Any]] = {
    TABLE_ACTIVE: _table_active,
    TABLE_GONE: _table_gone,
    CHANGE_DONE: _change_done,
    INDEX_BACKFILLING: _index_backfilling,
    INDEX_ACTIVE: _index_active,
    INDEX_GONE: _index_gone,
    INDEX_UPDATED: _index_updated,
    THROUGHPUT: _throughput,
    BILLED_ON_DEMAND: _billed_on_demand,
    WARM_THROUGHPUT: _warm_throughput,
    TABLE_CLASS: _table_class,
    ENCRYPTION: _encryption,
    TIME_TO_LIVE: _time_to_live,
    KINESIS_DESTINATION: _kinesis_destination,
    STATISTICS: _statistics,
}
