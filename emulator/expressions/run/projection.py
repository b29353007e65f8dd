"""Projections: which parts of an item a list of document paths keeps.

Rule: the paths become a tree once; the tree is laid over each item. Paths that share an index share its
element, and the elements kept of a list come back compacted in ascending order of their indexes (recorded
2026). Values are shared with the item, never copied.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dynarig.emulator.expressions.run.paths import Steps
from dynarig.emulator.model.values import Item, Value

# A step's subtree, or None where a path ends and everything below is kept.
Tree = dict[str | int, Any]


def tree_of(paths: Iterable[Steps]) -> Tree:
    """The tree of resolved paths; a path that others go beyond keeps everything."""
    root: Tree = {}
    for path in paths:
        place: Tree | None = root
        for step in path[:-1]:
            if place is None:
                break
            place = place.setdefault(step, {})
        if place is not None:
            place[path[-1]] = None
    return root


def keep(members: Item, tree: Tree) -> Item:
    """What the tree keeps of an item or of a map's content; empty if nothing."""
    kept: Item = {}
    for name, subtree in tree.items():
        value = members.get(name)  # type: ignore[arg-type]
        if value is None:
            continue
        part = value if subtree is None else _keep_part(value, subtree)
        if part is not None:
            kept[name] = part  # type: ignore[index]
    return kept


def _keep_part(value: Value, tree: Tree) -> Value | None:
    members = value.get("M")
    if members is not None:
        kept = keep(members, tree)
        return {"M": kept} if kept else None
    elements = value.get("L")
    if elements is None:
        return None
    compacted: list[Value] = []
    for index in sorted(step for step in tree if type(step) is int):
        if index >= len(elements):
            break
        subtree = tree[index]
        part = elements[index] if subtree is None else _keep_part(elements[index], subtree)
        if part is not None:
            compacted.append(part)
    return {"L": compacted} if compacted else None


class BoundProjection:
    """A projection with a request's names in it. paths: the document paths, resolved, in written order."""

    __slots__ = ("_tree", "paths")

    def __init__(self, paths: tuple[Steps, ...]) -> None:
        self.paths = paths
        self._tree = tree_of(paths)

    @property
    def top_level(self) -> tuple[str, ...]:
        """The attributes that the projection touches, each once."""
        return tuple(self._tree)  # type: ignore[arg-type]

    @property
    def is_flat(self) -> bool:
        """Whether it keeps those attributes whole, and nothing else."""
        return not any(self._tree.values())

    def apply(self, item: Item) -> Item:
        """What the projection keeps of an item; ``{}`` if nothing."""
        return keep(item, self._tree)
