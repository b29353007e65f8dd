"""`/_dynarig/capacity` and `/_dynarig/heat`: which mode admission is in, and what it sees of every table and index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynarig.emulator.capacity.capacity_settings import MODES
from dynarig.emulator.capacity.heat import describe
from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.http.admin_request import AdminRequest, BadRequest, Steps
from dynarig.emulator.model.schema import LOCAL
from dynarig.emulator.storage.catalog import Catalog

_SCALE_RANGE = (1e-6, 1e6)


def show_capacity(request: AdminRequest) -> dict[str, Any]:
    """The mode and scale of capacity, modes of single tables, and throttles so far by table and reason."""
    admission = request.rig.engine.admission
    throttled: dict[str, dict[str, int]] = {}
    for _, target, _ in capacity_targets(request):
        if target.supply is not None and target.supply.throttled:
            name = target.table if target.index_name is None else f"{target.table}/{target.index_name}"
            counts = throttled.setdefault(name, {})
            for reason, times in target.supply.throttled.items():
                counts[reason] = counts.get(reason, 0) + times
    return {
        "mode": admission.mode,
        "scale": admission.scale,
        "tables": dict(sorted(admission.table_modes.items())),
        "throttled": throttled,
    }


def set_capacity(request: AdminRequest) -> dict[str, Any]:
    """Takes `{"mode": "off|observe|enforce"}`, with `"table"` for one, and `{"scale": number}`; tells what is so."""
    body, admission = request.body, request.rig.engine.admission
    strays = body.keys() - {"mode", "table", "scale"}
    if strays or not body.keys() & {"mode", "scale"}:
        raise BadRequest('capacity takes "mode", "scale" or both, and "table" beside "mode"')
    mode, table, scale = body.get("mode"), body.get("table"), body.get("scale")
    if "mode" in body and mode not in MODES:
        raise BadRequest(f"mode is one of {', '.join(MODES)}")
    if "table" in body and (not isinstance(table, str) or "mode" not in body):
        raise BadRequest("table is a table's name, and takes a mode")
    if "scale" in body:
        if isinstance(scale, bool) or not isinstance(scale, (int, float)):
            raise BadRequest("scale is a number")
        if not _SCALE_RANGE[0] <= scale <= _SCALE_RANGE[1]:
            raise BadRequest(f"scale is between {_SCALE_RANGE[0]} and {_SCALE_RANGE[1]:.0f}")
    if table is not None and not any(table in catalog.tables for catalog in request.rig.engine.catalogs.values()):
        raise BadRequest(f"there is no table {table}")
    if scale is not None:
        admission.set_scale(float(scale))
    if mode is not None:
        admission.set_mode(mode, table)
    return show_capacity(request)


def show_heat(request: AdminRequest) -> Steps:
    """Partitions of every table and index, or of `?table=NAME`: load, size, throttles, hottest keys and splits."""
    wanted = request.asked("table").get("table")
    found = [each for each in capacity_targets(request) if wanted in (None, each[1].table)]
    if wanted is not None and not found:
        raise BadRequest(f"there is no table {wanted}")
    return _heat(request, found)


def _heat(request: AdminRequest, found: list[tuple[Catalog, CapacityTarget, int]]) -> Steps:
    """A table or index a step."""
    admission, now = request.rig.engine.admission, request.rig.clock.now()
    tables = []
    for catalog, target, size_bytes in found:
        told = {
            "table": target.table,
            "index": target.index_name,
            "account": catalog.account,
            "region": catalog.region,
            "mode": admission.table_modes.get(target.table, admission.mode),
            **describe(target, size_bytes, now, admission.scale),
        }
        tables.append(told)
        yield
    return {"now": now, "mode": admission.mode, "scale": admission.scale, "tables": tables}


def capacity_targets(request: AdminRequest) -> Iterator[tuple[Catalog, CapacityTarget, int]]:
    """Each table and global index with its size in bytes, in the order of their names."""
    for _, catalog in sorted(request.rig.engine.catalogs.items()):
        for name in catalog.names():
            table = catalog.tables[name]
            local = sum(index.size for index in table.indexes.values() if index.schema.kind == LOCAL)
            yield catalog, table.target, table.size + local
            for index in table.indexes.values():
                if index.schema.kind != LOCAL:
                    yield catalog, index.target, index.size
