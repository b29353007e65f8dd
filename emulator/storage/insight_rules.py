"""The CloudWatch rules that DynamoDB keeps for a table or global index with Contributor Insights: names and keys.

Rule: DynamoDB's own answer and CloudWatch read them here, so that they agree. Names: Developer Guide,
contributorinsights_HowItWorks. Must not know: what a rule has counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from zlib import crc32

from dynarig.emulator.capacity.contributors import (
    ACCESSED,
    ACCESSED_PAIRS,
    THROTTLED,
    THROTTLED_PAIRS,
    KeyMinutes,
)
from dynarig.emulator.capacity.target import CapacityTarget
from dynarig.emulator.model.schema import KeyAttribute
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table import Table
from dynarig.emulator.storage.table_settings import Insight

ALL_KEYS = "ACCESSED_AND_THROTTLED_KEYS"
THROTTLED_KEYS = "THROTTLED_KEYS"
_PREFIX = "DynamoDBContributorInsights"
_NAME_MAX = 128  # DescribeContributorInsights, the pattern of a rule's name


class InsightRule(NamedTuple):
    """kind: PKC, SKC, PKT or SKT. labels: of the keys. minutes: what it has counted."""

    name: str
    kind: str
    labels: tuple[str, ...]
    minutes: KeyMinutes


def kinds_of(table: Table, index: str | None, mode: str) -> list[str]:
    """The kinds of rules of a table or index in a mode, in the order in which the Developer Guide shows them."""
    kinds = [ACCESSED, THROTTLED] if mode == ALL_KEYS else [THROTTLED]
    if _sort_attributes(table, index):
        kinds += [ACCESSED_PAIRS, THROTTLED_PAIRS] if mode == ALL_KEYS else [THROTTLED_PAIRS]
    return kinds


def rules_of(table: Table, index: str | None, insight: Insight) -> list[InsightRule]:
    """The rules of a table or index; none where it is off."""
    counted = target_of(table, index).contributors
    if not insight.enabled or counted is None:
        return []
    return [
        InsightRule(_name(table, index, kind, insight), kind, _labels(table, index, kind), counted.minutes[kind])
        for kind in kinds_of(table, index, insight.mode)
    ]


def rules_in(catalog: Catalog) -> Iterator[InsightRule]:
    """All rules of a namespace, by table and index."""
    for name in catalog.names():
        table = catalog.tables[name]
        for index, insight in sorted(table.settings.insights.items(), key=lambda each: each[0] or ""):
            yield from rules_of(table, index, insight)


def target_of(table: Table, index: str | None) -> CapacityTarget:
    """What is counted: the table or its index."""
    return table.target if index is None else table.indexes[index].target


def _name(table: Table, index: str | None, kind: str, insight: Insight) -> str:
    since = insight.accessed_since if kind in (ACCESSED, ACCESSED_PAIRS) else insight.throttled_since
    ends = f"{_PREFIX}-{kind}-", f"-{int(since * 1000)}"
    resource = table.name if index is None else f"{table.name}-{index}"
    room = _NAME_MAX - sum(map(len, ends))
    if len(resource) > room:  # ours: how the service shortens is not told
        resource = f"{resource[: room - 9]}-{crc32(resource.encode()):08x}"
    return ends[0] + resource + ends[1]


def _labels(table: Table, index: str | None, kind: str) -> tuple[str, ...]:
    keys = table.schema.keys if index is None else table.schema.indexes[index].keys
    sort = keys.sort if kind in (ACCESSED_PAIRS, THROTTLED_PAIRS) else ()
    return (*_numbered("PartitionKey", len(keys.partition)), *_numbered("SortKey", len(sort)))


def _numbered(word: str, count: int) -> list[str]:
    return [word] if count == 1 else [f"{word}{number}" for number in range(1, count + 1)]


def _sort_attributes(table: Table, index: str | None) -> tuple[KeyAttribute, ...]:
    return (table.schema.keys if index is None else table.schema.indexes[index].keys).sort
