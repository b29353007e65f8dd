"""The table that a tag operation names by its Amazon resource name.

Rule: texts as recorded 2026; what a tag may be is in checks.
"""

from __future__ import annotations

import re
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.storage.table import Table

_ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})", re.ASCII)


def checked_arn(members: dict[str, Any]) -> str:
    """The request's ResourceArn, which must be a table's."""
    arn = members.get("ResourceArn") or ""
    if not arn:
        raise errors.validation("Invalid TableArn")
    if _ARN.fullmatch(arn) is None:
        raise errors.validation(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    return str(arn)


def find_tagged(arn: str, context: Context) -> Table | None:
    """The table of a checked Amazon resource name, or None."""
    table = context.catalog.get(arn.rpartition("/")[2])
    return table if table is not None and table.settings.arn == arn else None


def resource_not_found(arn: str) -> errors.DynamoDBError:
    """ResourceNotFoundException as TagResource words it."""
    return errors.resource_not_found(f": ResourcArn: {arn} not found")
