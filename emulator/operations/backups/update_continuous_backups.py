"""UpdateContinuousBackups: point-in-time recovery on or off, and for how many days. It holds at once."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.backups.recovery_settings import (
    PERIOD_DAYS_MAX,
    describe_recovery,
    find_backed_up,
    set_recovery,
)
from dynarig.emulator.operations.checks.constraints import null, older_form, value_at_least, value_at_most
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import checked_name
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the specification and plan its adoption."""
    members = read_request("UpdateContinuousBackups", body).members
    checked_name(members)
    table_members.refuse_gathered(_faults(members.get("PointInTimeRecoverySpecification")))
    specification = members["PointInTimeRecoverySpecification"]
    enabled, days = specification["PointInTimeRecoveryEnabled"], specification.get("RecoveryPeriodInDays")
    if not enabled and days is not None:
        raise errors.validation(
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
        )
    table = find_backed_up(members, context)
    response: dict[str, Any] = {}

    def adopt() -> None:
        current = (table.settings.point_in_time_recovery or {}).get("period_days", PERIOD_DAYS_MAX)
        set_recovery(table, context, (days or current) if enabled else None)
        response.update(describe_recovery(table, context))

    return Plan(response=response, effect=adopt)


def _faults(specification: dict[str, Any] | None) -> table_members.Faults:
    path = "pointInTimeRecoverySpecification"
    if specification is None:
        yield null(path)
        return
    if specification.get("PointInTimeRecoveryEnabled") is None:
        yield null(f"{path}.pointInTimeRecoveryEnabled")
    days = specification.get("RecoveryPeriodInDays")
    if days is not None and days < 1:
        yield older_form(days, f"{path}.recoveryPeriodInDays", value_at_least(1))
    if days is not None and days > PERIOD_DAYS_MAX:
        yield older_form(days, f"{path}.recoveryPeriodInDays", value_at_most(PERIOD_DAYS_MAX))


UPDATE_CONTINUOUS_BACKUPS = Operation("UpdateContinuousBackups", plan)
