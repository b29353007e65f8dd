"""Changes of throughput that UpdateTable plans: provisioned, on-demand and warm, of a table or one of its indexes.

Rule: each function refuses what the state does not allow and answers the effect. What an answer shows before the change
is done was recorded on the service in 2026: provisioned and warm units the old ones, on-demand limits the new.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.capacity_settings import (
    Subject,
    check_on_demand_range,
    check_quotas,
    check_unit_quotas,
)
from dynarig.emulator.operations.tables.table_conflicts import OF_ON_DEMAND, check_free
from dynarig.emulator.storage.lifecycle import (
    CHANGE_DONE,
    OF_WARM_THROUGHPUT,
    THROUGHPUT,
    WARM_THROUGHPUT,
    schedule,
    set_warm_throughput,
    warm_throughput_of,
)
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import ACTIVE, PROVISIONED, UPDATING, Step, Throughput

Structure = dict[str, Any]
Effect = Callable[[], None]

_FREE_DECREASES = 4
_DECREASE_SECONDS = 3600
_REFER = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."


def throughput_of(table: Table, index: str | None) -> Throughput:
    """The provisioned throughput of a table, or of one of its indexes."""
    settings = table.settings
    return settings.throughput if index is None else settings.index_throughput.setdefault(index, Throughput())


def plan_throughput(table: Table, index: str | None, requested: Structure, context: Context) -> Effect:
    """Other units, in place of units that are provisioned already."""
    current = throughput_of(table, index)
    read_units, write_units = requested["ReadCapacityUnits"], requested["WriteCapacityUnits"]
    if (read_units, write_units) == (current.read_units, current.write_units):
        raise _no_change(index, current)
    lower = read_units < current.read_units or write_units < current.write_units
    if lower:
        _check_decrease(current, context.now)
    check_quotas(requested, context, index, current)
    raised = read_units > current.read_units or write_units > current.write_units
    stamped = replace(
        current,
        increased_at=context.now if raised else current.increased_at,
        decreased_at=context.now if lower else current.decreased_at,
    )
    decreases = current.decreases_on_day_of(context.now)
    final = replace(
        stamped,
        read_units=read_units,
        write_units=write_units,
        decreases_at=(*decreases, context.now) if lower else decreases,
    )

    def change() -> None:
        set_throughput(table, index, stamped)
        schedule(table, Step(done_at(context), THROUGHPUT, index, final))

    return change


def set_throughput(table: Table, index: str | None, throughput: Throughput) -> None:
    """Set the provisioned throughput of a table, or of one of its indexes."""
    if index is None:
        table.settings.throughput = throughput
    else:
        table.settings.index_throughput[index] = throughput
        show_index_updating(table, index)


def show_index_updating(table: Table, index: str) -> None:
    """Show that an index is being changed; one that is being built or deleted shows that."""
    if table.indexes[index].status == ACTIVE:
        table.indexes[index].status = UPDATING


def done_at(context: Context) -> float:
    """When a change that is made now is done (epoch seconds)."""
    return context.now + context.settings.table_update_seconds


def _no_change(index: str | None, current: Throughput) -> errors.DynamoDBError:
    subject, of = ("table", "the table") if index is None else (f"index {index}", f"index {index}")
    return errors.validation(
        f"The provisioned throughput for the {subject} will not change. The requested value equals the current value. "
        f"Current ReadCapacityUnits provisioned for {of}: {current.read_units}. "
        f"Requested ReadCapacityUnits: {current.read_units}. "
        f"Current WriteCapacityUnits provisioned for {of}: {current.write_units}. "
        f"Requested WriteCapacityUnits: {current.write_units}. {_REFER}"
    )


def _check_decrease(current: Throughput, now: float) -> None:
    """Four decreases a UTC day, then one an hour after the last (recorded 2026)."""
    today = current.decreases_on_day_of(now)
    if len(today) < _FREE_DECREASES or now >= today[-1] + _DECREASE_SECONDS:
        return
    last = datetime.fromtimestamp(today[-1], UTC)
    midnight = last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    following = min(last + timedelta(seconds=_DECREASE_SECONDS), midnight)
    raise errors.limit_exceeded(
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the "
        f"first {_FREE_DECREASES} decreases, each subsequent decrease in the same UTC day can be performed at most "
        f"once every {_DECREASE_SECONDS} seconds. Number of decreases today: {len(today)}. "
        f"Last decrease at {_long_date(last)}. Next decrease can be made at {_long_date(following)}"
    )


def _long_date(at: datetime) -> str:
    """A date as Java's long form has it: ``Thursday, October 8, 2026 at 11:20:48 PM Coordinated Universal Time``."""
    return f"{at:%A, %B} {at.day}, {at.year} at {at.hour % 12 or 12}:{at:%M:%S %p} Coordinated Universal Time"


def plan_on_demand(
    table: Table, index: str | None, requested: Structure, billing_mode: str, context: Context
) -> Effect:
    """Other on-demand limits: merged member by member, -1 takes one away. billing_mode: as it will be."""
    subject = Subject(index)
    if billing_mode == PROVISIONED:
        of_index = "" if index is None else f" for {subject.on_demand}"
        raise errors.invalid_parameter(
            f"{next(iter(sorted(requested)))} for OnDemandThroughput{of_index} cannot be specified when the table "
            "BillingMode is PROVISIONED"
        )
    check_on_demand_range(requested, subject, least=-1)
    check_unit_quotas(requested, context, "OnDemandThroughput", subject)
    if index is None:
        check_free(table, OF_ON_DEMAND)
    limits = {name: units for name, units in on_demand_shown(table, index, requested).items() if units != -1}

    def change() -> None:
        if index is None:
            table.settings.on_demand_throughput = limits
        else:
            table.settings.index_on_demand_throughput[index] = limits

    return change


def on_demand_shown(table: Table, index: str | None, requested: Structure) -> dict[str, int]:
    """The limits as the answer to their change shows them: with the -1 that takes one away."""
    settings = table.settings
    current = settings.on_demand_throughput if index is None else settings.index_on_demand_throughput.get(index, {})
    return {**current, **requested}


def plan_warm(table: Table, index: str | None, requested: Structure, context: Context) -> Effect:
    """More warm throughput; a later request replaces one that is still under way (recorded 2026)."""
    subject, current = Subject(index), warm_throughput_of(table, index)
    assert current is not None, "every table and global index has warm throughput"
    for member, units in (("ReadUnitsPerSecond", current.read_units), ("WriteUnitsPerSecond", current.write_units)):
        if requested.get(member, units) < units:
            raise errors.invalid_parameter(
                f"Requested {member} for WarmThroughput for {subject.warm} is lower than current WarmThroughput, "
                "decreasing WarmThroughput is not supported"
            )
    check_unit_quotas(requested, context, "WarmThroughput", subject)
    final = replace(
        current,
        read_units=requested.get("ReadUnitsPerSecond", current.read_units),
        write_units=requested.get("WriteUnitsPerSecond", current.write_units),
        status="ACTIVE",
    )

    def change() -> None:
        steps = table.settings.steps
        steps[:] = [step for step in steps if (step.kind, step.index) != (WARM_THROUGHPUT, index)]
        set_warm_throughput(table, index, replace(current, status=UPDATING))
        schedule(
            table,
            Step(done_at(context), WARM_THROUGHPUT, index, final),
            Step(done_at(context), CHANGE_DONE, index, OF_WARM_THROUGHPUT),
        )

    return change
