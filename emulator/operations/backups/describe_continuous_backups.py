"""DescribeContinuousBackups: whether a table could be restored, and to which times."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.backups.recovery_settings import describe_recovery, find_backed_up
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the description."""
    table = find_backed_up(read_request("DescribeContinuousBackups", body).members, context)
    return Plan(response=describe_recovery(table, context))


DESCRIBE_CONTINUOUS_BACKUPS = Operation("DescribeContinuousBackups", plan)
