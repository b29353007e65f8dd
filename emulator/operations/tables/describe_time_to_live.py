"""DescribeTimeToLive: whether items expire, and by which attribute."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the description."""
    table = named_table(checked_name(read_request("DescribeTimeToLive", body).members), context.catalog)
    settings = table.settings
    if not settings.serves_items:
        raise errors.validation(
            f"Cannot describe time to live while table is in {settings.status} state: "
            f"Current table state is {settings.status}"
        )
    description = {"TimeToLiveStatus": settings.time_to_live_status}
    if settings.time_to_live_shown is not None:
        description["AttributeName"] = settings.time_to_live_shown
    return Plan(response={"TimeToLiveDescription": description})


DESCRIBE_TIME_TO_LIVE = Operation("DescribeTimeToLive", plan)
