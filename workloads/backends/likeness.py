"""Whether two answers of one request say the same.

Rule: pure. What the service leaves free is made equal first: the order of sets, of unordered answers and of map
members, the spelling of numbers, dates, ids and addresses. What is left is a difference, told with its path.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from dynarig.emulator.model.errors import DynamoDBError

Outcome = dict[str, Any] | DynamoDBError

# Members whose value is each server's own; that they are there is compared, what they hold is not.
_FREE_NAMES = frozenset({
    "ApproximateCreationDateTime", "BackupArn", "BackupCreationDateTime", "CreationDateTime",
    "CreationRequestDateTime",
    "EarliestRestorableDateTime", "ExportArn", "IndexArn", "KMSMasterKeyArn", "LastDecreaseDateTime",
    "LastIncreaseDateTime", "LastUpdateToPayPerRequestDateTime", "LatestRestorableDateTime", "LatestStreamArn",
    "LatestStreamLabel", "NextShardIterator", "NextToken", "ParentShardId", "SequenceNumber", "ShardId",
    "ShardIterator", "StartingSequenceNumber", "EndingSequenceNumber", "StreamArn", "StreamLabel", "TableArn",
    "TableId", "eventID", "eventSourceARN", "awsRegion",
})  # fmt: skip
# Members that the service fills some time later, by its own account ("updated approximately every six hours").
_LATE_NAMES = frozenset({"ItemCount", "TableSizeBytes", "IndexSizeBytes", "BackupSizeBytes", "SizeBytes"})
_UNORDERED_LISTS = frozenset({
    "AttributeDefinitions", "Backups", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "NonKeyAttributes",
    "Replicas", "Streams", "Tags",
})  # fmt: skip
_UNORDERED_ITEMS = frozenset({"BatchGetItem", "Scan"})
_SETS = frozenset({"SS", "NS", "BS"})
_EXACT = Context(prec=200)  # the default of 28 digits would round what the service keeps exact


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which two answers disagree.

    kind: ``outcome`` (one an error, or other codes), ``message`` (same code, other words), ``value``, ``missing`` (one
    side lacks the member) or ``order`` (the same items in another order). path: where, such as ``Items[2].price.N``.
    """

    operation: str
    kind: str
    path: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return (
            f"{self.operation}: {self.kind} at {self.path or 'the answer'}: {_brief(self.left)} / {_brief(self.right)}"
        )


def differences(
    operation: str, left: Outcome, right: Outcome, ignore: frozenset[str] = frozenset()
) -> list[Difference]:
    """What two outcomes of one request disagree on; members named in `ignore` are left out."""
    if isinstance(left, DynamoDBError) or isinstance(right, DynamoDBError):
        return _error_differences(operation, left, right)
    told = _walk(normalised(operation, left), normalised(operation, right), "", ignore)
    return [Difference(operation, *found) for found in told]


def normalised(operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """`answer` with what is free made equal."""
    plain: dict[str, Any] = _plain(answer, "")
    if operation in _UNORDERED_ITEMS:
        for name, items in plain.items():
            if name == "Items" and isinstance(items, list):
                plain[name] = sorted(items, key=_sort_text)
            elif name == "Responses" and isinstance(items, dict):
                plain[name] = {table: sorted(rows, key=_sort_text) for table, rows in items.items()}
    return plain


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            ((kind, inner),) = value.items()
            if kind in _SETS and isinstance(inner, list):
                return {kind: sorted(map(_number, inner) if kind == "NS" else inner)}
            if kind == "N" and isinstance(inner, str):
                return {"N": _number(inner)}
        return {member: _plain(inner, member) for member, inner in value.items()}
    if isinstance(value, list):
        plain = [_plain(inner, name) for inner in value]
        return sorted(plain, key=_sort_text) if name in _UNORDERED_LISTS else plain
    return value


def _number(text: str) -> str:
    """One spelling per number: 1.50 and 15E-1 are 1.5."""
    try:
        number = Decimal(text).normalize(_EXACT)
    except InvalidOperation:
        return text
    return f"{number:f}"


def _walk(left: Any, right: Any, path: str, ignore: frozenset[str]) -> Iterator[tuple[str, str, Any, Any]]:
    if isinstance(left, dict) and isinstance(right, dict):
        yield from _walk_members(left, right, path, ignore)
    elif isinstance(left, list) and isinstance(right, list):
        if left != right and sorted(left, key=_sort_text) == sorted(right, key=_sort_text):
            yield "order", path, left, right
        elif len(left) != len(right):
            yield "value", f"{path} (length)", len(left), len(right)
        else:
            for place, (one, other) in enumerate(zip(left, right, strict=True)):
                yield from _walk(one, other, f"{path}[{place}]", ignore)
    elif left != right:
        yield "value", path, left, right


def _walk_members(
    left: dict[str, Any], right: dict[str, Any], path: str, ignore: frozenset[str]
) -> Iterator[tuple[str, str, Any, Any]]:
    for name in sorted(left.keys() | right.keys()):
        if name in ignore or name in _LATE_NAMES:
            continue
        place = f"{path}.{name}" if path else name
        if name not in left or name not in right:
            if not _is_absence(left.get(name), right.get(name)):
                yield "missing", place, left.get(name), right.get(name)
        elif name not in _FREE_NAMES or isinstance(left[name], dict | list):
            yield from _walk(left[name], right[name], place, ignore)


def _is_absence(one: Any, other: Any) -> bool:
    """An empty list or map says what a missing member says: ``UnprocessedKeys: {}``, ``LocalSecondaryIndexes: []``."""
    return one in (None, [], {}) and other in (None, [], {})


def _error_differences(operation: str, left: Outcome, right: Outcome) -> list[Difference]:
    codes = [side.code if isinstance(side, DynamoDBError) else "success" for side in (left, right)]
    if codes[0] != codes[1]:
        return [Difference(operation, "outcome", "", _told(left), _told(right))]
    assert isinstance(left, DynamoDBError)
    assert isinstance(right, DynamoDBError)
    found = []
    if left.message != right.message:
        found.append(Difference(operation, "message", "", left.message, right.message))
    members = _walk(_plain(left.members or {}, ""), _plain(right.members or {}, ""), "", frozenset())
    return found + [Difference(operation, *one) for one in members]


def _told(side: Outcome) -> str:
    return f"{side.code}: {side.message}" if isinstance(side, DynamoDBError) else "success"


def _sort_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _brief(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return text if len(text) <= 120 else f"{text[:117]}..."
