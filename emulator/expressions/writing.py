"""How an update's results are written into a copy of an item.

Rule: the targets form a tree whose leaves number the results; maps and lists on the way are copied, nothing
else. In a list, indexes mean the list as it was: what lies past its end is appended in the order of the
indexes, whatever the clause order, and removals come last, the highest first, so they never touch what was
appended. Recorded 2026.
"""

from __future__ import annotations

from typing import Any, Final

from emulator.model.values import Item, Value

# A step's subtree, or the number of the result that is written there.
Tree = dict[str | int, Any]

REMOVED: Final = object()  # the place is to go
KEPT: Final = object()  # the place stays as it is


def write_members(members: Item, tree: Tree, results: list[Any]) -> Item:
    """A copy of an item or a map's content with the results in it."""
    new = dict(members)
    for name, place in tree.items():
        assert isinstance(name, str)
        if type(place) is not int:
            new[name] = _write_value(members[name], place, results)
            continue
        result = results[place]
        if result is REMOVED:
            new.pop(name, None)
        elif result is not KEPT:
            new[name] = result
    return new


def _write_value(value: Value, tree: Tree, results: list[Any]) -> Value:
    members = value.get("M")
    if members is not None:
        return {"M": write_members(members, tree, results)}
    return {"L": _write_elements(value["L"], tree, results)}


def _write_elements(elements: list[Value], tree: Tree, results: list[Any]) -> list[Value]:
    new = list(elements)
    removed: list[int] = []
    for index in sorted(step for step in tree if type(step) is int):
        place = tree[index]
        if type(place) is not int:
            new[index] = _write_value(elements[index], place, results)
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
