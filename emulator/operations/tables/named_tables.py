"""The table that a table operation names, by its name or its Amazon resource name.

Rule: a missing name, its length and its pattern are refused each alone and before anything else (observed 2026); these
operations also see tables that are being created or deleted. Item operations have rules of their own.
"""

from __future__ import annotations

import re
from typing import Any

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import NAME_PATTERN, matching, older_form
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table import Table

_NAME = re.compile(NAME_PATTERN)
_ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/([a-zA-Z0-9_.-]{3,255})", re.ASCII)

MISSING_NAME = "The parameter 'TableName' is required but was not present in the request"
_LENGTH = "TableName must be at least 3 characters long and at most 255 characters long"


def required_name(members: dict[str, Any]) -> str:
    """The request's TableName, whatever it is; refuses a missing one."""
    name = members.get("TableName")
    if name is None:
        raise errors.validation(MISSING_NAME)
    return str(name)


def name_in_arn(name: str) -> str | None:
    """The table's name inside a table's Amazon resource name, or None for anything else."""
    found = _ARN.fullmatch(name)
    return found[1] if found else None


def checked_name(members: dict[str, Any]) -> str:
    """The request's TableName, well formed: a name or a table's Amazon resource name."""
    name = required_name(members)
    if name_in_arn(name) is not None:
        return name
    if not 3 <= len(name) <= 255:
        raise errors.validation(_LENGTH)
    if _NAME.fullmatch(name) is None:
        raise errors.detected(older_form(name, "tableName", matching(NAME_PATTERN)))
    return name


def named_table(name: str, catalog: Catalog) -> Table:
    """The table of a checked name, in any state; ResourceNotFoundException names it without its ARN."""
    plain = name_in_arn(name)
    table = catalog.get(name if plain is None else plain)
    if table is None or (plain is not None and name != table.settings.arn):
        raise errors.table_not_found(name if plain is None else plain)
    return table
