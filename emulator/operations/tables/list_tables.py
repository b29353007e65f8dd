"""ListTables: the names of all tables in order, in pages of up to 100."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from dynarig.emulator.model import limits
from dynarig.emulator.operations.checks.constraints import older_form, value_at_least, value_at_most
from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.tables import table_members
from dynarig.emulator.planning.plan import Plan


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan one page of names."""
    members = read_request("ListTables", body).members
    table_members.refuse_gathered(_faults(members))
    names = context.catalog.names()
    start, limit = members.get("ExclusiveStartTableName"), members.get("Limit", limits.LIST_TABLES_MAX)
    first = 0 if start is None else bisect_right(names, start)
    page = names[first : first + limit]
    response: dict[str, Any] = {"TableNames": page}
    if first + limit < len(names):
        response["LastEvaluatedTableName"] = page[-1]
    return Plan(response=response)


def _faults(members: dict[str, Any]) -> table_members.Faults:
    start, limit = members.get("ExclusiveStartTableName"), members.get("Limit")
    if start is not None:
        yield from table_members.name(start, "exclusiveStartTableName")
    if limit is not None and limit < 1:
        yield older_form(limit, "limit", value_at_least(1))
    if limit is not None and limit > limits.LIST_TABLES_MAX:
        yield older_form(limit, "limit", value_at_most(limits.LIST_TABLES_MAX))


LIST_TABLES = Operation("ListTables", plan)
