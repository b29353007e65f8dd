"""DescribeTable: a table in any state, as it is now."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables.named_tables import checked_name, named_table
from dynarig.emulator.operations.tables.table_description import describe
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the description."""
    name = checked_name(read_request("DescribeTable", body).members)
    return Plan(response={"Table": describe(named_table(name, context.catalog), context.now)})


DESCRIBE_TABLE = Operation("DescribeTable", plan)
