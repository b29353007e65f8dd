"""UpdateTimeToLive: which attribute says when items expire.

Rule: a change holds at once and may be changed again at once, unless the setting `ttl` asks for the service's pace:
then it takes up to an hour and no other change is taken within the hour (API reference; text recorded 2026).
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.operations.checks.constraints import length_at_least, length_at_most, null, older_form
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.tables.expiry_delays import due_of_settings
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.operations.tables.table_conflicts import check_status
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.lifecycle import TIME_TO_LIVE, schedule, set_time_to_live
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import Step, TableSettings

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
    takes_time = context.settings.ttl == "service"
    if takes_time:
        _check_interval(table.settings, context.now)
    attribute = specification["AttributeName"] if specification["Enabled"] else None

    def adopt() -> None:
        table.due_of = due_of_settings(context.settings)
        if takes_time:
            _begin(table, attribute, context)
        else:
            set_time_to_live(table, attribute)

    return Plan(response={"TimeToLiveSpecification": specification}, effect=adopt)


def _begin(table: Table, attribute: str | None, context: Context) -> None:
    """Show the change; it is in force once it has been processed."""
    settings = table.settings
    settings.time_to_live_changed_at = context.now
    settings.time_to_live_status = "DISABLING" if attribute is None else "ENABLING"
    settings.time_to_live_shown = attribute or settings.time_to_live_shown
    done_at = context.now + context.random.random() * limits.TTL_CHANGE_SECONDS_MAX
    schedule(table, Step(done_at, TIME_TO_LIVE, value=attribute))


def _check_interval(settings: TableSettings, now: float) -> None:
    changed_at = settings.time_to_live_changed_at
    if changed_at is not None and now < changed_at + limits.TTL_CHANGE_SECONDS_MAX:
        raise errors.validation("Time to live has been modified multiple times within a fixed interval")


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
    current = settings.time_to_live_shown
    if settings.time_to_live_status in ("DISABLED", "DISABLING"):
        if not specification["Enabled"]:
            raise errors.validation("TimeToLive is already disabled")
    elif current != specification["AttributeName"]:
        raise errors.validation(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {current}"
        )
    elif specification["Enabled"]:
        raise errors.validation("TimeToLive is already enabled")


UPDATE_TIME_TO_LIVE = Operation("UpdateTimeToLive", plan)
