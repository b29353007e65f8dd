"""Items made to measure, for benchmarks and synthetic load: seeded, of a wanted size.

Rule: the same (number, size) gives the same item; sizes are DynamoDB's (attribute names plus values, UTF-8). Knows no
table but the one plain key layout below.

    pk  S  partition key, `item-00000042`        gpk S  index key, ten items each       doc  M  nested, for updates
    sk  S  sort key                              gsk S  index sort key                  body S  filler
"""

from __future__ import annotations

from typing import Any

from dynarig.emulator.model.values import item_size

PER_INDEX_KEY = 10
_FILLER = "abcdefghijklmnopqrstuvwxyz0123456789"


def key(number: int) -> dict[str, Any]:
    """The primary key of item `number`."""
    return {"pk": {"S": f"item-{number:08d}"}, "sk": {"S": "METADATA"}}


def index_key(number: int) -> str:
    """The index partition that item `number` belongs to."""
    return f"group-{number // PER_INDEX_KEY:08d}"


def make(number: int, size_bytes: int = 600) -> dict[str, Any]:
    """Item `number`, `size_bytes` large (at least about 200)."""
    item: dict[str, Any] = {
        **key(number),
        "gpk": {"S": index_key(number)},
        "gsk": {"S": f"2025-11-29T10:{number // 60 % 60:02d}:{number % 60:02d}Z#{number:08d}"},
        "entity": {"S": "BENCH"},
        "active": {"BOOL": True},
        "version": {"N": "1"},
        "doc": {"M": {"status": {"S": "pending"}, "count": {"N": "0"}, "tags": {"L": [{"S": "a"}, {"S": "b"}]}}},
        "body": {"S": ""},
    }
    missing = max(0, size_bytes - item_size(item))
    item["body"] = {"S": (_FILLER * (missing // len(_FILLER) + 1))[number % 7 :][:missing].ljust(missing, "x")}
    return item
