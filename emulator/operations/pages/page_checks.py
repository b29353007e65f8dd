"""What Query and Scan check alike: what is selected, the filter's attributes, the start key's values.

Rule: texts and their order as recorded on the service in 2026. Must not know: how a page is walked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.model.findings import EMPTY_VALUE, NESTING, NULL_FALSE, SEVERAL_TYPES
from dynarig.emulator.model.schema import ALL, GLOBAL
from dynarig.emulator.operations.checks.stages import Bare, Check, Faults, looks_at
from dynarig.emulator.operations.checks.values import STARTING_KEY
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.storage.index import Index
from dynarig.emulator.storage.table import Table

_CHOOSING = {
    "COUNT": "only the Count",
    "ALL_ATTRIBUTES": "ALL_ATTRIBUTES",
    "ALL_PROJECTED_ATTRIBUTES": "ALL_PROJECTED_ATTRIBUTES",
}
_LEGACY_CONDITIONS = ("QueryFilter", "KeyConditions", "ScanFilter")
_PREFIXED_ON_SCAN = (
    NULL_FALSE,
    errors.ONE_OR_MORE + "An string set  may not be empty",
    errors.ONE_OR_MORE + "Binary sets should not be empty",
)


@looks_at("Select")
def _selection(request: Request) -> Faults:
    """Select against the projection and the index."""
    members = request.members
    select = members["Select"]
    named = next((name for name in ("AttributesToGet", "ProjectionExpression") if name in members), None)
    if select == "SPECIFIC_ATTRIBUTES":
        if named is None:
            return "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        return None
    if named is not None:
        return f"Cannot specify the {named} when choosing to get {_CHOOSING[select]}"
    if select == "ALL_PROJECTED_ATTRIBUTES" and "IndexName" not in members:
        return "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
    return None


SELECTION: Check = _selection


def start_key_values(*, scan: bool) -> Check:
    """The values of ExclusiveStartKey; a Scan prefixes more of their faults than a Query."""

    def look(request: Request) -> Faults:
        findings = request.members["ExclusiveStartKey"].findings
        if findings.fault is not None:
            text = findings.fault.text(request.older)
            if text in (EMPTY_VALUE, SEVERAL_TYPES) or (scan and text in _PREFIXED_ON_SCAN):
                return Bare(STARTING_KEY + text)
            return Bare(text)
        if findings.depth > limits.NESTING_LEVELS_MAX:
            return Bare(STARTING_KEY + NESTING if scan else NESTING)
        return None

    return Check(look, members=frozenset({"ExclusiveStartKey"}), values=True)


def find_index(table: Table, members: dict[str, Any]) -> Index | None:
    """The index that the request names, None for the table; raises ValidationException."""
    name = members.get("IndexName")
    if name is None:
        return None
    index = table.indexes.get(name)
    if index is None:
        raise errors.validation(f"The table does not have the specified index: {name}")
    if index.status == "CREATING":
        raise errors.validation(f"Cannot read from backfilling global secondary index: {name}")
    if members.get("ConsistentRead") and index.schema.kind == GLOBAL:
        raise errors.validation("Consistent reads are not supported on global secondary indexes")
    return index


def check_all_attributes(index: Index | None, members: dict[str, Any]) -> None:
    """ALL_ATTRIBUTES of a global index needs the projection ALL; raises ValidationException."""
    if index is None or members.get("Select") != "ALL_ATTRIBUTES" or index.schema.kind != GLOBAL:
        return
    if index.schema.projection.type != ALL:
        raise errors.invalid_parameter(
            "Select type ALL_ATTRIBUTES is not supported for global secondary index "
            f"{index.schema.name} because its projection type is not ALL"
        )


def check_projected(table: Table, index: Index | None, names: Iterable[str]) -> bool:
    """Whether any of these top-level names is not in the index; raises ValidationException where it is global."""
    projected = None if index is None else index.schema.projected_names(table.schema.keys)
    if index is None or projected is None:
        return False
    missing = [name for name in dict.fromkeys(names) if name not in projected]
    if missing and index.schema.kind == GLOBAL:
        raise errors.invalid_parameter(
            f"Global secondary index {index.schema.name} does not project [{', '.join(missing)}]"
        )
    return bool(missing)


def check_filter_paths(table: Table, index: Index | None, paths: Iterable[tuple[Any, ...]]) -> None:
    """Key attributes in a filter must be whole; raises ValidationException."""
    own = {name: f"Key: {name}" for name in table.schema.keys.names}
    if index is not None:
        own = {name: f"IndexKey: {name}" for name in index.schema.keys.names} | own
    for path in paths:
        if len(path) > 1 and path[0] in own:
            raise errors.validation(
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                + own[path[0]]
            )
