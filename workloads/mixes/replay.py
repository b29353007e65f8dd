"""A mix drawn from recorded traffic: its patterns by how often they came, its keys by how busy they were, its rates.

Rule: the shape is kept, not the traffic: the busiest key of the recording becomes the first of the seeded ones, and so
on, so that hashed keys serve as well as plain ones. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from dynarig.emulator.model.values import item_size
from dynarig.workloads.mixes.errors import MixError
from dynarig.workloads.mixes.mix import OPERATIONS
from dynarig.workloads.mixes.recorded import Asked, Recording
from dynarig.workloads.mixes.shapes import Place, Shape, shape_of

HEAD = """\
# Drawn from recorded traffic: operations, tables, rates over time and how busy keys were are as recorded; keys and
# items are made, the busiest recorded key being the first of the seeded ones. All that can be said: dynarig mix --help
"""
_RANKS = 20
_PATTERNS_MAX = 60
_PIECES_MAX = 30
_CHOICES_MAX = 20
_ITEMS_MIN, _ITEMS_MAX = 100, 100_000
_THROTTLES = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"})


def replayed(recording: Recording) -> dict[str, Any]:
    """The mix as a document. MixError where nothing was recorded that a mix can ask."""
    asked = [each for each in recording.asked if each.operation in OPERATIONS]
    if not recording.tables:
        raise MixError(f"{recording.source}: no CreateTable is in it, so nobody knows the tables' keys")
    drawing = _Drawing(recording, asked)
    patterns = drawing.patterns()
    if not patterns:
        raise MixError(f"{recording.source}: no request for an item of its tables is in it")
    seconds = max(asked[-1].at - asked[0].at, 0.001)
    document: dict[str, Any] = {
        "mix": "recorded",
        "question": "Do these tables answer the traffic that was recorded?",
        "tables": list(recording.tables.values()),
        "run_seconds": max(1, round(seconds)),
        "seed": {"tables": drawing.counts()},
    }
    rates = _rates(asked, seconds)
    document["rate"] = max((rate for _, rate, _ in rates), default=max(1, round(len(asked) / max(1.0, seconds))))
    if len({rate for _, rate, _ in rates}) > 1:
        document["rates"] = rates
    return {**document, "patterns": patterns}


class _Drawing:
    """What is gathered over the whole recording before a pattern can be written."""

    def __init__(self, recording: Recording, asked: Iterable[Asked]) -> None:
        self._tables = recording.tables
        self._groups: dict[tuple[str, str], list[Shape]] = {}
        self._errors: dict[tuple[str, str], set[str]] = {}
        self._uses: dict[tuple[str, tuple[str, ...]], Counter[str]] = {}
        self._known: dict[str, set[str]] = {}
        for each in asked:
            shape = shape_of(each.request, recording.tables)
            group = (each.operation, repr(shape.structure))
            if any(place.table and place.table not in self._tables for place in _places(shape.structure)):
                continue
            self._note(shape)
            self._groups.setdefault(group, []).append(shape)
            if each.error and each.error not in _THROTTLES:
                self._errors.setdefault(group, set()).add(each.error)

    def counts(self) -> dict[str, int]:
        """How many items each table is to have: as many as keys were seen."""
        return {table: min(_ITEMS_MAX, max(_ITEMS_MIN, len(self._known.get(table, ())))) for table in self._tables}

    def patterns(self) -> list[dict[str, Any]]:
        """The patterns, the most frequent first."""
        groups = sorted(self._groups.items(), key=lambda pair: -len(pair[1]))[:_PATTERNS_MAX]
        names: Counter[str] = Counter()
        made = []
        for group, shapes in groups:
            operation = group[0]
            where = sorted({place.table for place in _places(shapes[0].structure) if place.table})
            name = f"{operation} {', '.join(where)}".strip()
            names[name] += 1
            if names[name] > 1:
                name = f"{name} ({names[name]})"
            request = self._filled(shapes[0].structure, iter(list(zip(*(each.seen for each in shapes), strict=True))))
            pattern = {"name": name, "weight": len(shapes), "operation": operation, "request": request}
            if self._errors.get(group):
                pattern["expect"] = {"errors": sorted(self._errors[group])}
            made.append(pattern)
        return made

    def _names(self, table: str) -> tuple[str, ...]:
        return tuple(entry["AttributeName"] for entry in self._tables[table]["KeySchema"])

    def _note(self, shape: Shape) -> None:
        """Count keys by how often they are named, and tell new items from known ones."""
        for number, (place, seen) in enumerate(zip(_places(shape.structure), shape.seen, strict=True)):
            if place.kind == "partition":
                self._use(place.table, (place.attribute,), {place.attribute: seen})
            elif place.kind in ("key", "keys", "item", "items"):
                several = seen if place.kind in ("keys", "items") else [seen]
                marked = []
                for item in several:
                    names = self._names(place.table)
                    mark = _mark(item, names)
                    known = self._known.setdefault(place.table, set())
                    marked.append((item, mark in known))
                    known.add(mark)
                    self._use(place.table, names, item)
                    self._use(place.table, names[:1], item)
                shape.seen[number] = marked

    def _use(self, table: str, names: tuple[str, ...], item: dict[str, Any]) -> None:
        self._uses.setdefault((table, names), Counter())[_mark(item, names)] += 1

    def _filled(self, structure: Any, seen: Any) -> Any:
        """The structure with a specification at each place. seen: an iterator over what was there in each request."""
        if isinstance(structure, Place):
            return self._specification(structure, next(seen))
        if isinstance(structure, dict):
            made = {name: self._filled(member, seen) for name, member in structure.items()}
            return _repeated_puts(made)
        if isinstance(structure, list):
            return [self._filled(each, seen) for each in structure]
        return structure

    def _specification(self, place: Place, seen: tuple[Any, ...]) -> Any:
        if place.kind == "limit":
            return Counter(seen).most_common(1)[0][0]
        if place.kind == "value":
            return _value(seen)
        if place.kind == "partition":
            marks = [_mark({place.attribute: value}, (place.attribute,)) for value in seen]
            by = self._by(place.table, (place.attribute,), marks)
            return {"$value": {"table": place.table, "attribute": place.attribute, **by}}
        spec = self._of_items(place, [each for marked in seen for each in marked])
        if place.kind in ("key", "item"):
            return spec
        sizes = [len(marked) for marked in seen]
        return {"$repeat": {"count": [max(1, min(sizes)), max(sizes)], "of": spec}}

    def _of_items(self, place: Place, marked: list[tuple[dict[str, Any], bool]]) -> Any:
        names = self._names(place.table)
        if place.kind in ("key", "keys"):
            return {
                "$key": {"table": place.table, **self._by(place.table, names, [_mark(i, names) for i, _ in marked])}
            }
        size_bytes = round(sum(item_size(item) for item, _ in marked) / len(marked))
        seeded = sum(known for _, known in marked) * 2 > len(marked)
        spec: dict[str, Any] = {"table": place.table, "key": "seeded" if seeded else "new", "size_bytes": size_bytes}
        if len(names) == 2 and not seeded:
            spec |= self._by(place.table, names[:1], [_mark(item, names[:1]) for item, _ in marked])
        return {"$item": spec}

    def _by(self, table: str, names: tuple[str, ...], marks: list[str]) -> dict[str, Any]:
        """How the pattern's keys are spread over the table's, the busiest of which come first."""
        ranked = [mark for mark, _ in self._uses[table, names].most_common(_RANKS)]
        counts = Counter(marks)
        shares = [round(counts[mark] / len(marks), 4) for mark in ranked]
        if max(counts.values()) <= 2 or len(ranked) < 2 or max(shares) * len(counts) < 2:
            return {}
        return {"by": "shares", "shares": shares}


def _repeated_puts(made: dict[str, Any]) -> Any:
    """`PutRequest: {$repeat: …}` as the repetition of whole PutRequests."""
    for name, member in (("PutRequest", "Item"), ("DeleteRequest", "Key")):
        inner = made.get(name)
        if isinstance(inner, dict) and "$repeat" in inner:
            repeat = inner["$repeat"]
            return {"$repeat": {**repeat, "of": {name: {member: repeat["of"]}}}}
    return made


def _places(structure: Any) -> list[Place]:
    """The places in a structure, in their order."""
    if isinstance(structure, Place):
        return [structure]
    members = structure.values() if isinstance(structure, dict) else structure if isinstance(structure, list) else ()
    return [place for member in members for place in _places(member)]


def _mark(item: dict[str, Any], names: tuple[str, ...]) -> str:
    return repr([item.get(name) for name in names])


def _value(seen: tuple[Any, ...]) -> Any:
    """One value: the same always, one of a few, or one of its kind."""
    counts = Counter(repr(value) for value in seen)
    if len(counts) == 1:
        return seen[0]
    by_mark = {repr(value): value for value in seen}
    if len(counts) <= _CHOICES_MAX:
        return {"$choice": [{"value": by_mark[mark], "weight": count} for mark, count in counts.most_common()]}
    kinds = Counter(next(iter(value)) for value in seen)
    kind = kinds.most_common(1)[0][0]
    contents = [value[kind] for value in seen if kind in value]
    if kind == "S":
        return {"S": {"$text": max(1, round(sum(len(text.encode()) for text in contents) / len(contents)))}}
    if kind == "N":
        numbers = sorted(int(float(text)) for text in contents)
        return {"N": {"$number": {"from": numbers[0], "to": numbers[-1]}}}
    if kind == "B":
        return {"B": {"$binary": max(1, round(sum(len(text) for text in contents) * 3 / 4 / len(contents)))}}
    return by_mark[counts.most_common(1)[0][0]]


def _rates(asked: list[Asked], seconds: float) -> list[list[float]]:
    """Pieces of equal length, each with its rate; none for less than a second."""
    if seconds < 1:
        return []
    pieces = min(_PIECES_MAX, int(seconds))
    length, first = seconds / pieces, asked[0].at
    counts = Counter(min(pieces - 1, int((each.at - first) / length)) for each in asked)
    return [[round(length, 3), round(counts[n] / length, 2), round(counts[n] / length, 2)] for n in range(pieces)]
