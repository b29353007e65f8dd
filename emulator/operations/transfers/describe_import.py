"""DescribeImport: an import, for as long as it is remembered, also of a table that is gone."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.transfers import transfer_members
from dynarig.emulator.operations.transfers.import_description import description
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the description."""
    arn = read_request("DescribeImport", body).members.get("ImportArn")
    table_members.refuse_gathered(transfer_members.arn(arn, "importArn"))
    kept = context.catalog.imports.get(str(arn))
    told = transfer_members.find_transfer(kept, str(arn), "import", context)
    return Plan(response={"ImportTableDescription": description(told, context)})


DESCRIBE_IMPORT = Operation("DescribeImport", plan)
