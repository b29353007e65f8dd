"""DescribeEndpoints: the Region's endpoint, as endpoint discovery asks for it.

Clients that are given an endpoint do not ask; those that ask have found this one under the Region's own name.
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.operations.operation import Context, Operation
from dynarig.emulator.planning.plan import Plan

_CACHE_MINUTES = 1440


def plan(body: dict[str, Any], context: Context) -> Plan:
    """Plan the answer."""
    address = f"dynamodb.{context.catalog.region}.amazonaws.com"
    return Plan(response={"Endpoints": [{"Address": address, "CachePeriodInMinutes": _CACHE_MINUTES}]})


DESCRIBE_ENDPOINTS = Operation("DescribeEndpoints", plan)
