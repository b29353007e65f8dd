"""TransactGetItems: up to 100 items as they were at one moment. The order of its checks is recorded (2026)."""

from __future__ import annotations

from typing import Any

from dynarig.emulator.expressions import PROJECTION
from dynarig.emulator.model import limits
from dynarig.emulator.model.errors import DynamoDBError
from dynarig.emulator.model.findings import NESTING
from dynarig.emulator.model.java_order import holds_number_set, order_number_sets
from dynarig.emulator.operations.checks import constraints, expressions, mixing, placeholders, values
from dynarig.emulator.operations.checks.stages import Faults, bare, gathered, looks_at, runner, where_unclean
from dynarig.emulator.operations.checks.table_names import find_table, name_faults
from dynarig.emulator.operations.items.item_answer import reported_capacity
from dynarig.emulator.operations.operation import TRANSACTION_READ, Context, Operation
from dynarig.emulator.operations.requests import java_echo
from dynarig.emulator.operations.requests.reading import read_request
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.planning.conflicts import outcome_of_held
from dynarig.emulator.planning.key_checks import check_key
from dynarig.emulator.planning.plan import Plan
from dynarig.emulator.planning.reads import ItemRead, plan_get
from dynarig.emulator.planning.transactions import Outcome, check_read_size, conclude, reason_of, refuse_repeats
from dynarig.emulator.storage.table import Table


@looks_at("TransactItems")
def _members(request: Request) -> Faults:
    faults = []
    for number, item in enumerate(request.members["TransactItems"], 1):
        path = f"transactItems.{number}.member.get"
        get = item.get("Get")
        if get is None:
            faults.append(constraints.null(path))
            continue
        faults += [
            constraints.null(f"{path}.{constraints.path_of(name)}") for name in ("Key", "TableName") if name not in get
        ]
    return faults or None


@looks_at("TransactItems")
def _names(request: Request) -> Faults:
    return [
        fault
        for number, get in enumerate(_gets(request), 1)
        for fault in name_faults(get.members["TableName"], f"transactItems.{number}.member.get.tableName")
    ] or None


def _gets(request: Request) -> list[Request]:
    """Every Get as a request of its own; made once, so that what checks compile is kept."""
    gets: list[Request] | None = request.programs.get("gets")
    if gets is None:
        gets = request.programs["gets"] = [
            Request(request.operation, item["Get"], item["Get"], request.older, request.clean)
            for item in request.members["TransactItems"]
        ]
    return gets


@looks_at("TransactItems")
def _keys(request: Request) -> Faults:
    all_findings = [get.members["Key"].findings for get in _gets(request)]
    if any(findings.depth > limits.NESTING_LEVELS_MAX for findings in all_findings):
        return NESTING
    return next(
        (fault for findings in all_findings if (fault := values.fault_text(findings, request.older)) is not None), None
    )


@looks_at("TransactItems")
def _projections(request: Request) -> Faults:
    for get in _gets(request):
        _check_projection(get)
    return None


STAGES = (
    gathered(constraints.required("TransactItems")),
    gathered(constraints.counted("TransactItems", limits.TRANSACTION_ACTIONS_MAX, java_echo.transact_get_items)),
    gathered(_members, constraints.RETURN_CONSUMED_CAPACITY),
    gathered(_names),
    bare(values.DEEP_NESTING),
    bare(values.EMPTY_NAMES),
    bare(where_unclean(_keys)),
    bare(_projections),
)
_check = runner(STAGES)
_check_projection = runner(
    (
        bare(mixing.NAMES_WITHOUT_EXPRESSION),
        bare(placeholders.PLACEHOLDERS),
        bare(expressions.static(PROJECTION)),
        bare(expressions.DEFINED_AND_USED),
    )
)


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Raises DynamoDBError where the request is refused whole."""
    request = read_request("TransactGetItems", body)
    _check(request)
    gets = _gets(request)
    tables = [find_table(context.catalog, get.members["TableName"]) for get in gets]
    planned = [_outcome(get, table, context.now) for get, table in zip(gets, tables, strict=True)]
    places = [
        (table, table.place_of(get.members["Key"].attributes))
        for get, table, (read, _) in zip(gets, tables, planned, strict=True)
        if read is not None
    ]
    refuse_repeats(places)
    check_read_size(read.stored.size for read, _ in planned if read is not None and read.stored is not None)
    response = {"Responses": [{} if read is None else _entry(read) for read, _ in planned]}
    return conclude([outcome for _, outcome in planned], response, reported_capacity(request.members))


def _outcome(get: Request, table: Table, now: float) -> tuple[ItemRead | None, Outcome]:
    """(planned read, outcome); a key that does not fit is a reason, not a refusal."""
    key = get.members["Key"].attributes
    try:
        check_key(table, key)
    except DynamoDBError as error:
        return None, Outcome(reason=reason_of(error))
    read = plan_get(table, key, consistent=True, projection=expressions.projection_of(get), transactional=True)
    return read, outcome_of_held(table, table.place_of(key), now) or Outcome(read.charges)


def _entry(read: ItemRead) -> dict[str, Any]:
    """One of Responses: empty where there is nothing to show; number sets come in hash order."""
    if read.stored is None or read.answer == {}:
        return {}
    if not holds_number_set(read.stored.raw):
        return {"Item": read.answer}
    shown = read.answer if isinstance(read.answer, dict) else read.stored.attributes
    return {"Item": order_number_sets(shown)}


TRANSACT_GET_ITEMS = Operation("TransactGetItems", plan, TRANSACTION_READ)
