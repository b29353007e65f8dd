"""DescribeExport: an export, for as long as it is remembered, also of a table that is gone."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.transfers import transfer_members
from dynarig.emulator.operations.transfers.export_description import description
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the description."""
    arn = read_request("DescribeExport", body).members.get("ExportArn")
    table_members.refuse_gathered(transfer_members.arn(arn, "exportArn"))
    kept = context.catalog.exports.get(str(arn))
    export = transfer_members.find_transfer(kept, str(arn), "export", context)
    return Plan(response={"ExportDescription": description(export)})


DESCRIBE_EXPORT = Operation("DescribeExport", plan)
