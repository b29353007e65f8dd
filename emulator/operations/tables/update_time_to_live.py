"""UpdateTimeToLive: which attribute says when items expire; it holds at once, and may be changed again at once."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import length_at_least, length_at_most, null, older_form
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.operations.tables.table_conflicts import check_status
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.table_settings import TableSettings

_ATTRIBUTE_NAME_MAX = 255


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Check the specification and plan its adoption."""
    members = read_request("UpdateTimeToLive", body).members
    name = checked_name(members)
    table_members.refuse_gathered(_faults(members.get("TimeToLiveSpecification")))
    specification = members["TimeToLiveSpecification"]
    table = named_table(name, context.catalog)
    check_status(table)
    _check_change(specification, table.settings)

    def adopt() -> None:
        enabled = specification["Enabled"]
        table.settings.time_to_live_attribute = specification["AttributeName"] if enabled else None
        table.settings.time_to_live_status = "ENABLED" if enabled else "DISABLED"
        table.watch_expiries()

    return Plan(response={"TimeToLiveSpecification": specification}, effect=adopt)


def _faults(specification: dict[str, Any] | None) -> table_members.Faults:
    path = "timeToLiveSpecification"
    if specification is None:
        yield null(path)
        return
    attribute = specification.get("AttributeName")
    if attribute is None:
        yield null(f"{path}.attributeName")
    elif not attribute:
        yield older_form(attribute, f"{path}.attributeName", length_at_least(1))
    elif len(attribute) > _ATTRIBUTE_NAME_MAX:
        yield older_form(attribute, f"{path}.attributeName", length_at_most(_ATTRIBUTE_NAME_MAX))
    if specification.get("Enabled") is None:
        yield null(f"{path}.enabled")


def _check_change(specification: dict[str, Any], settings: TableSettings) -> None:
    """Refuse what changes nothing, and another attribute while one is in force (recorded 2026)."""
    current = settings.time_to_live_attribute
    if current is None:
        if not specification["Enabled"]:
            raise errors.validation("TimeToLive is already disabled")
    elif current != specification["AttributeName"]:
        raise errors.validation(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {current}"
        )
    elif specification["Enabled"]:
        raise errors.validation("TimeToLive is already enabled")


UPDATE_TIME_TO_LIVE = Operation("UpdateTimeToLive", plan)
