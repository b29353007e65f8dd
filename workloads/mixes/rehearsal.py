"""A mix tried before it is run: every pattern asks an engine of its own once, so that mistakes are told at once.

Rule: nothing leaves the process. What the service would refuse as malformed is a fault of the mix; what depends on the
data (a condition that fails, an item that is not there) is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import botocore.session
import orjson
from botocore.validate import ParamValidator

from dynarig.emulator.engine import Engine
from dynarig.emulator.model.call import Call
from dynarig.fixtures.templates.cloudformation import TableDefinition
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.requests import Ready

_MALFORMED = frozenset({"ValidationException", "SerializationException", "ResourceNotFoundException"})
# Said of an item that another one would not get.
_OF_DATA = (
    "The document path provided",
    "An operand in the update expression has an incorrect data type",
    "The provided expression refers to an attribute that does not exist",
)
_TABLE_MEMBERS = (
    "TableName",
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)


def rehearse(tables: Iterable[TableDefinition], patterns: Iterable[Ready], now: float) -> None:
    """MixError for the first pattern whose request cannot be right. The patterns draw from what is seeded."""
    engine = Engine()
    for table in tables:
        create = {name: table.create[name] for name in _TABLE_MEMBERS if name in table.create}
        reply = engine.execute(Call("CreateTable", create), now)
        if reply.error_code is not None:
            raise MixError(f"table {table.name}: {_message(reply.payload)}")
    for pattern in patterns:
        try:
            request = pattern.make(now)
            _check_members(pattern.operation, request)
            reply = engine.execute(Call(pattern.operation, orjson.loads(orjson.dumps(request))), now)
            if reply.error_code in _MALFORMED and not _message(reply.payload).startswith(_OF_DATA):
                raise MixError(f"{pattern.operation} refuses its request: {_message(reply.payload)}")
        except MixError as fault:
            raise fault.within(f"pattern {pattern.name!r}", pattern.given) from None


def _check_members(operation: str, request: dict[str, Any]) -> None:
    """MixError for a member that the operation does not have; the service would pass over it."""
    report = ParamValidator().validate(request, _shapes().operation_model(operation).input_shape)
    if report.has_errors():
        raise MixError(f"{operation}: {report.generate_report().splitlines()[0]}")


@lru_cache(1)
def _shapes() -> Any:
    return botocore.session.get_session().get_service_model("dynamodb")


def _message(payload: Any) -> str:
    told = orjson.loads(orjson.dumps(payload))
    return str(told.get("message") or told.get("Message") or "")
