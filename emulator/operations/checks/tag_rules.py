"""What tags a table may have.

Rule: a key has 1 to 128 characters, a value up to 256, a table 50 tags (API reference, Tag); keys that begin with
`aws:` are the service's. Texts as recorded 2026.
"""

from __future__ import annotations

import re
from typing import Any

from dynarig.emulator.model import errors, limits

_KEY_MAX, _VALUE_MAX = 128, 256
_CHARACTERS = re.compile(r"[\w\s+\-=._:/@]*")


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
