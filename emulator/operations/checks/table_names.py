"""Table names: what is wrong with one, in each operation's form, and which table it names.

Rule: a name is 3 to 255 letters, digits, ``_``, ``.`` and ``-``, or the Amazon resource name of a table. The newer
layer tells one fault of a name, its length first (recorded 2026). Must not know: what is done with the table.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dynarig.emulator.model import errors
from dynarig.emulator.operations.checks.constraints import (
    NAME_PATTERN,
    length_at_least,
    length_at_most,
    matching,
    newer_form,
    null,
    older_form,
)
from dynarig.emulator.operations.checks.stages import Check, Faults, looks_at
from dynarig.emulator.operations.requests.request import Request
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import ACTIVE

_MIN, _MAX = 3, 255
_NAME = re.compile(NAME_PATTERN)
_ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/[a-zA-Z0-9_.-]{3,255}", re.ASCII)


def name_rules_broken(name: str) -> tuple[str, ...]:
    """The rules that a name breaks, as constraints word them: its length, then its pattern."""
    return _remembered(name) if len(name) <= _MAX else _rules_broken(name)


def _rules_broken(name: str) -> tuple[str, ...]:
    if _ARN.fullmatch(name):
        return ()
    broken = []
    if len(name) < _MIN:
        broken.append(length_at_least(_MIN))
    if len(name) > _MAX:
        broken.append(length_at_most(_MAX))
    if _NAME.fullmatch(name) is None:
        broken.append(matching(NAME_PATTERN))
    return tuple(broken)


_remembered = lru_cache(maxsize=1024)(_rules_broken)  # short names only: what clients send must not fill the memory


def name_faults(name: str, path: str = "tableName") -> list[str]:
    """All faults of a name inside a body, older form: length, then pattern (batches, transactions)."""
    return [older_form(name, path, rule) for rule in name_rules_broken(name)]


@looks_at("TableName")
def _empty_name(request: Request) -> Faults:
    return newer_form("TableName", length_at_least(1)) if request.members.get("TableName") == "" else None


@looks_at()
def _name(request: Request) -> Faults:
    name = request.members.get("TableName")
    if name is None:
        return null("tableName")
    broken = name_rules_broken(name)
    return older_form(name, "tableName", broken[0]) if broken else None


@looks_at("TableName")
def _name_of_update(request: Request) -> Faults:
    """UpdateItem lists the pattern, then the length."""
    return name_faults(request.members["TableName"])[::-1] or None


@looks_at()
def _missing_or_empty(request: Request) -> Faults:
    """The older validation layer of Query and Scan: a short or malformed name passes here."""
    name = request.members.get("TableName")
    if name is None:
        return null("tableName")
    return older_form(name, "tableName", length_at_least(1)) if name == "" else None


EMPTY_TABLE_NAME: Check = _empty_name
TABLE_NAME: Check = _name
TABLE_NAME_OF_UPDATE: Check = _name_of_update
TABLE_NAME_OLDER: Check = _missing_or_empty


def find_table(catalog: Catalog, name: str) -> Table:
    """The table of this name or Amazon resource name; raises ResourceNotFoundException.

    A table that is still being created is not found yet (recorded 2026; API reference, ResourceNotFoundException), one
    that is being deleted no more.
    """
    table = catalog.tables.get(name)
    if table is None and name.startswith("arn:"):
        plain = name.rpartition("/")[2]
        if name == catalog.arn(plain):
            table = catalog.get(plain)
    if table is None or (table.settings.status != ACTIVE and not table.settings.serves_items):
        raise errors.resource_not_found()
    return table
