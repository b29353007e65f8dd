"""ListImports: imports into a table or into all, the newest first, also into tables that are gone (recorded in October
2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.transfers import transfer_members
from dynarig.emulator.operations.transfers.import_description import summary
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan one page."""
    members = read_request("ListImports", body).members
    table_members.refuse_gathered(transfer_members.page_size(members.get("PageSize"), "pageSize"))
    arn = members.get("TableArn")
    if arn is not None:
        transfer_members.table_in_arn(arn, context)
    found = [told for told in context.catalog.imports.all() if arn in (None, told.table_arn)]
    size = members.get("PageSize", transfer_members.PAGE_MAX)
    page, token = transfer_members.page_of(found, "import", size, members.get("NextToken"))
    response: dict[str, Any] = {"ImportSummaryList": [summary(told, context) for told in page]}
    if token is not None:
        response["NextToken"] = token
    return Plan(response=response)


LIST_IMPORTS = Operation("ListImports", plan)
