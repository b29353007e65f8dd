"""The billing mode and the table's own throughput as UpdateTable changes them.

Rule: to PROVISIONED takes units for the table and for every global index in the same request, to PAY_PER_REQUEST takes
none; either switch forgets on-demand limits. The mode shows at once, the rest when the switch is done (recorded 2026).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.model.schema import GLOBAL
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.operations.tables.capacity_changes import done_at, plan_throughput, set_throughput, throughput_of
from dynarig.emulator.operations.tables.capacity_settings import check_bounds, check_quotas
from dynarig.emulator.operations.tables.index_changes import actions_of
from dynarig.emulator.operations.tables.table_conflicts import check_free
from dynarig.emulator.storage.lifecycle import (
    BILLED_ON_DEMAND,
    INDEX_UPDATED,
    OF_THROUGHPUT,
    THROUGHPUT,
    begin_change,
    keep_peak,
    schedule,
)
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import PAY_PER_REQUEST, PROVISIONED, Step, Throughput

Structure = dict[str, Any]
Effect = Callable[[], None]

_DAY_SECONDS = 86_400
_UNITS_NEEDED = "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
_UNITS_NOT_ALLOWED = "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"
_NEITHER_ALLOWED = (
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
)


def check_billing_members(members: Structure) -> None:
    """Refuse a billing mode and units that contradict each other whatever the table is."""
    mode, throughput = members.get("BillingMode"), members.get("ProvisionedThroughput")
    if mode == PROVISIONED and throughput is None:
        raise errors.invalid_parameter(_UNITS_NEEDED)
    if mode == PAY_PER_REQUEST and throughput is not None:
        raise errors.invalid_parameter(_UNITS_NOT_ALLOWED)
    check_bounds(throughput)


def plan_billing(table: Table, members: Structure, context: Context) -> list[Effect]:
    """The switch, or other units, or nothing."""
    current = table.settings.billing_mode
    mode, throughput = members.get("BillingMode", current), members.get("ProvisionedThroughput")
    if mode == PAY_PER_REQUEST and throughput is not None:
        raise errors.invalid_parameter(_NEITHER_ALLOWED)
    if mode == current and throughput is None:
        return []
    check_free(table, OF_THROUGHPUT)
    if mode == current:
        effect = plan_throughput(table, None, members["ProvisionedThroughput"], context)
    elif mode == PROVISIONED:
        effect = _plan_provisioned(table, members, context)
    else:
        _check_switches(table, context)
        effect = partial(_bill_on_demand, table, context)
    return [effect, lambda: begin_change(table, OF_THROUGHPUT, done_at(context))]


def _switches_of_a_day(table: Table, now: float) -> tuple[float, ...]:
    """When the table was switched to on-demand within the last 24 hours."""
    return tuple(at for at in table.settings.switched_to_on_demand_at if at > now - _DAY_SECONDS)


def _check_switches(table: Table, context: Context) -> None:
    """So many switches to on-demand within 24 hours (Developer Guide, quotas: four; the text is that of once a day)."""
    most = context.settings.on_demand_switches_max
    if len(_switches_of_a_day(table, context.now)) < most:
        return
    times = "once" if most == 1 else f"{most} times"
    raise errors.limit_exceeded(
        f"Subscriber limit exceeded: Update to PayPerRequest mode are limited to {times} in 1 day(s)."
    )


def _plan_provisioned(table: Table, members: Structure, context: Context) -> Effect:
    units: dict[str | None, Structure] = {None: members["ProvisionedThroughput"]}
    for action, index in actions_of(members.get("GlobalSecondaryIndexUpdates", [])):
        if action == "Update" and "ProvisionedThroughput" in index:
            units[index["IndexName"]] = index["ProvisionedThroughput"]
    for name, schema in table.schema.indexes.items():
        if schema.kind == GLOBAL and name not in units:
            raise errors.invalid_parameter(f"ProvisionedThroughput must be specified for index: {name}")
    for subject, requested in units.items():
        check_quotas(requested, context, subject, Throughput())

    def switch() -> None:
        table.settings.billing_mode = PROVISIONED
        _forget_limits(table)
        for subject, requested in units.items():
            before = throughput_of(table, subject)
            read_units, write_units = requested["ReadCapacityUnits"], requested["WriteCapacityUnits"]
            set_throughput(table, subject, replace(before, read_units=read_units, write_units=write_units))
            keep_peak(table, subject)
            schedule(table, Step(done_at(context), INDEX_UPDATED, subject))

    return switch


def _bill_on_demand(table: Table, context: Context) -> None:
    """Units go at once, with a decrease that shows for the table until the switch is done and counts for indexes."""
    table.settings.billing_mode = PAY_PER_REQUEST
    table.settings.switched_to_on_demand_at = (*_switches_of_a_day(table, context.now), context.now)
    _forget_limits(table)
    for name in (None, *table.settings.index_throughput):
        before = throughput_of(table, name)
        none = replace(before, read_units=0, write_units=0)
        if name is not None:
            none.decreases_at = (*before.decreases_on_day_of(context.now), context.now)
        set_throughput(table, name, replace(none, decreased_at=context.now, decreases_at=before.decreases_at))
        schedule(table, Step(done_at(context), THROUGHPUT, name, none))
    schedule(table, Step(done_at(context), BILLED_ON_DEMAND))


def _forget_limits(table: Table) -> None:
    table.settings.on_demand_throughput = {}
    for name in table.settings.index_on_demand_throughput:
        table.settings.index_on_demand_throughput[name] = {}
