"""ListExports: exports of a table or of all, the newest first; none of tables that are gone (recorded in October
2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.operations.transfers import transfer_members
from dynarig.emulator.operations.transfers.export_description import summary
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan one page."""
    members = read_request("ListExports", body).members
    table_members.refuse_gathered(transfer_members.page_size(members.get("MaxResults"), "maxResults"))
    ids = {table.settings.table_id for table in context.catalog}
    arn = members.get("TableArn")
    if arn is not None:
        name = transfer_members.table_in_arn(arn, context)
        ids = {table.settings.table_id for table in context.catalog if (table.name, table.settings.arn) == (name, arn)}
    found = [export for export in context.catalog.exports.all() if export.table_id in ids]
    size = members.get("MaxResults", transfer_members.PAGE_MAX)
    page, token = transfer_members.page_of(found, "export", size, members.get("NextToken"))
    response: dict[str, Any] = {"ExportSummaries": [summary(export) for export in page]}
    if token is not None:
        response["NextToken"] = token
    return Plan(response=response)


LIST_EXPORTS = Operation("ListExports", plan)
