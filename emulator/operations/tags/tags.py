"""Tags of tables: their rules, and the table that a tag operation names by its Amazon resource name.

Rule: a key has 1 to 128 characters, a value up to 256, a table 50 tags (API reference, Tag); keys that begin with
`aws:` are the service's. Texts as recorded 2026.
"""

from __future__ import annotations

import re
from typing import Any

from dynarig.emulator.model import errors, limits
from dynarig.emulator.operations.operation import Context
from dynarig.emulator.storage.table import Table

_KEY_MAX, _VALUE_MAX = 128, 256
_CHARACTERS = re.compile(r"[\w\s+\-=._:/@]*")
_ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})", re.ASCII)


def check_tags(tags: list[dict[str, Any]]) -> None:
    """Refuse tags that no table can have, or more than it can."""
    seen = set()
    for tag in tags:
        key, value = tag.get("Key"), tag.get("Value")
        check_tag_key(key)
        if value is None or len(value) > _VALUE_MAX or not _CHARACTERS.fullmatch(value):
            raise errors.validation(f"The Tag Value provided is invalid, Value: {'null' if value is None else value}")
        if key in seen:
            raise errors.validation(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}")
        seen.add(key)
    check_tag_count(len(tags))


def check_tag_key(key: str | None) -> None:
    """Refuse a key that no tag can have."""
    if key is None or not 1 <= len(key) <= _KEY_MAX or not _CHARACTERS.fullmatch(key):
        raise errors.validation(f"The Tag Key provided is invalid, Key: {'null' if key is None else key}")
    if key.startswith("aws:"):
        raise errors.validation(f"Tag Key cannot be prefixed with aws:, Key: {key}")


def check_tag_count(count: int) -> None:
    """Refuse more tags than a table can have."""
    if count > limits.TAGS_MAX:
        raise errors.validation("Number of Tags exceed the current limit for the provided ResourceArn")


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
