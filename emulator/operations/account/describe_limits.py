"""DescribeLimits: the quotas of provisioned capacity, as settings have them."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the answer."""
    account, table = context.settings.account_max_capacity_units, context.settings.table_max_capacity_units
    return Plan(
        response={
            "AccountMaxReadCapacityUnits": account,
            "AccountMaxWriteCapacityUnits": account,
            "TableMaxReadCapacityUnits": table,
            "TableMaxWriteCapacityUnits": table,
        }
    )


DESCRIBE_LIMITS = Operation("DescribeLimits", plan)
