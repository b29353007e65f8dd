"""From a planned page to the answer of Query or Scan."""

from __future__ import annotations

from typing import Any

from orjson import Fragment

from dynarig.emulator.expressions import BoundProjection
from dynarig.emulator.model.call import LONG_BYTES, Spliced
from dynarig.emulator.model.schema import LOCAL
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.pages.page_checks import check_projected
from dynarig.emulator.planning.pages import PageRequest, plan_page
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.table import Table


def fetches_rows(
    table: Table, index: Index | None, projection: BoundProjection | None, members: dict[str, Any]
) -> bool:
    """Whether rows of a local index are read whole from the table; refuses what a global index does not project."""
    if index is None:
        return False
    if projection is not None:
        return check_projected(table, index, (str(path[0]) for path in projection.paths))
    everything = members.get("Select") == "ALL_ATTRIBUTES"
    return everything and index.schema.kind == LOCAL and not index.projects_all


def answer_page(page_request: PageRequest, members: dict[str, Any]) -> Plan:
    """Walk the page and word its answer."""
    page = plan_page(page_request)
    response: dict[str, Any] = {}
    if not page_request.count_only:
        items = page.items_json
        response = Spliced("Items", items) if len(items) >= LONG_BYTES else {"Items": Fragment(items)}
    response["Count"] = page.count
    response["ScannedCount"] = page.scanned_count
    if page.last_key is not None:
        response["LastEvaluatedKey"] = page.last_key
    return Plan(page.charges, response=response, capacity=reported_capacity(members))
