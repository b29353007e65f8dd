"""How an update's results are written into a copy of an item, and by how much the copy is larger.

Rule: the targets form a tree whose leaves number the results; maps and lists on the way are copied, nothing
else. In a list, indexes mean the list as it was: what lies past its end is appended in the order of the
indexes, whatever the clause order, and removals come last, the highest first, so they never touch what was
appended. Recorded 2026. Only what is written is measured, and a list on the way to it.
"""

from __future__ import annotations

from typing import Any, Final

from dynarig.emulator.model import errors, limits, numbers
from dynarig.emulator.model.findings import ValueFindings
from dynarig.emulator.model.values import Item, Value, entry_size, text_size, value_size
from dynarig.emulator.model.walk import walk_value

NESTING_OF_RESULT = "Nesting Levels have exceeded supported limits"

# A step's subtree, or the number of the result that is written there.
Tree = dict[str | int, Any]

REMOVED: Final = object()  # the place is to go
KEPT: Final = object()  # the place stays as it is


def write_members(members: Item, tree: Tree, results: list[Any], depth: int = 0) -> tuple[Item, int]:
    """A copy of an item or a map's content with the results in it, and by how many bytes it is larger.

    depth: how many maps and lists are around. Raises ValidationException for a result that is nested too deep there.
    """
    new = members.copy()
    growth = 0
    name: Any
    for name, place in tree.items():
        old = members.get(name)
        if type(place) is not int:
            assert old is not None, "a path whose parent was not looked for"
            new[name], grown = _write_value(old, place, results, depth)
            growth += grown
            continue
        result = results[place]
        if result is KEPT or result is old:
            continue
        if result is REMOVED:
            if old is not None:
                del new[name]
                growth -= entry_size(name, depth) + value_size(old)
            continue
        new[name] = result
        if old is None:
            growth += entry_size(name, depth) + _size_of_new(result, depth)
        elif "S" in result and "S" in old:
            growth += text_size(result["S"]) - text_size(old["S"])
        elif "N" in result and "N" in old:
            growth += numbers.size(result["N"]) - numbers.size(old["N"])
        else:
            growth += _size_of_new(result, depth) - value_size(old)
    return new, growth


def written(tree: Tree, results: list[Any]) -> Item:
    """The results alone, each at its path; elements of a list come closed up, in the order of their indexes."""
    parts = ((name, _written_part(place, results)) for name, place in tree.items())
    return {name: part for name, part in parts if part is not None}  # type: ignore[misc]


def _written_part(place: Any, results: list[Any]) -> Value | None:
    if type(place) is int:
        result = results[place]
        return None if result is REMOVED or result is KEPT else result
    if type(next(iter(place))) is int:
        parts = [_written_part(place[index], results) for index in sorted(place)]
        elements = [part for part in parts if part is not None]
        return {"L": elements} if elements else None
    members = written(place, results)
    return {"M": members} if members else None


def _size_of_new(value: Value, depth: int) -> int:
    """Bytes of what an update wrote."""
    if "M" not in value and "L" not in value:
        return value_size(value)
    walk = ValueFindings()
    size = walk_value(value, walk, depth)[1]
    if walk.depth > limits.NESTING_LEVELS_MAX:
        raise errors.validation(NESTING_OF_RESULT)
    return size


def _write_value(value: Value, tree: Tree, results: list[Any], depth: int) -> tuple[Value, int]:
    """A copy of a map or list with the results in it, and by how many bytes it is larger."""
    members = value.get("M")
    if members is not None:
        new, growth = write_members(members, tree, results, depth + 1)
        return {"M": new}, growth
    written = {"L": _write_elements(value["L"], tree, results, depth + 1)}
    return written, _size_of_new(written, depth) - value_size(value)


def _write_elements(elements: list[Value], tree: Tree, results: list[Any], depth: int) -> list[Value]:
    new = list(elements)
    removed: list[int] = []
    for index in sorted(step for step in tree if type(step) is int):
        place = tree[index]
        if type(place) is not int:
            new[index] = _write_value(elements[index], place, results, depth)[0]
            continue
        result = results[place]
        if result is KEPT:
            continue
        if index >= len(elements):
            if result is not REMOVED:
                new.append(result)
        elif result is REMOVED:
            removed.append(index)
        else:
            new[index] = result
    for index in reversed(removed):
        del new[index]
    return new
