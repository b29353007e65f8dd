"""Document paths: resolving their placeholders, reading them off an item, and refusing two that meet.

A resolved path is a tuple of names (str) and list indexes (int). Texts as recorded on the service in 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import methodcaller

from dynarig.emulator.expressions.parse.ast import NameRef, Path
from dynarig.emulator.model.values import Item, Value

Names = Mapping[str, str]
Values = Mapping[str, Value]
Steps = tuple[str | int, ...]
Getter = Callable[[Item], Value | None]


def has_placeholder(path: Path) -> bool:
    """Whether the path needs the request's names."""
    return any(type(step) is NameRef for step in path.steps)


def resolve(path: Path, names: Names) -> Steps:
    """The path with its placeholders replaced; KeyError for an undefined one."""
    return tuple([names[step.text] if type(step) is NameRef else step for step in path.steps])  # type: ignore[misc]


def resolve_defined(path: Path, names: Names) -> Steps | None:
    """The resolved path, or None where a placeholder is undefined."""
    try:
        return resolve(path, names)
    except KeyError:
        return None


def render(steps: Steps) -> str:
    """A path as the service prints it: ``[a, [3], b]``."""
    return f"[{', '.join(f'[{step}]' if type(step) is int else str(step) for step in steps)}]"


def getter(steps: Steps) -> Getter:
    """A function that reads the path off an item; None where the item has nothing there."""
    if len(steps) == 1:
        return methodcaller("get", steps[0])
    first, rest = steps[0], steps[1:]
    if len(rest) == 1 and type(rest[0]) is str:
        return _entry_getter(first, rest[0])

    def get(item: Item) -> Value | None:
        value = item.get(first)  # type: ignore[arg-type]
        for step in rest:
            if value is None:
                return None
            value = child(value, step)
        return value

    return get


def _entry_getter(first: str | int, second: str) -> Getter:
    """The commonest document path, straight."""

    def get(item: Item) -> Value | None:
        value = item.get(first)  # type: ignore[arg-type]
        members = None if value is None else value.get("M")
        return None if members is None else members.get(second)

    return get


def child(value: Value, step: str | int) -> Value | None:
    """What a value holds under a name or at an index; None if it is no map or list, or holds nothing there."""
    if type(step) is int:
        elements = value.get("L")
        return None if elements is None or step >= len(elements) else elements[step]
    members = value.get("M")
    return None if members is None else members.get(step)


class _Place:
    """Where paths have been: the path that ends here, the first that goes on, and on to what."""

    __slots__ = ("end", "first", "next")

    def __init__(self) -> None:
        self.end: Steps | None = None
        self.first: Steps | None = None
        self.next: dict[str | int, _Place] = {}


def meeting(paths: Iterable[Steps]) -> str | None:
    """The refusal of the first path, in the order given, that meets an earlier one; None if none does."""
    root = _Place()
    for path in paths:
        fault = _add(root, path)
        if fault is not None:
            return fault
    return None


def _add(root: _Place, path: Steps) -> str | None:
    place = root
    for step in path:
        if place.end is not None:
            return _refusal("overlap", place.end, path)
        if place.first is None:
            place.first = path
        elif type(next(iter(place.next))) is not type(step):
            return _refusal("conflict", place.first, path)
        following = place.next.get(step)
        if following is None:
            following = place.next[step] = _Place()
        place = following
    earlier = place.end or place.first
    if earlier is not None:
        return _refusal("overlap", earlier, path)
    place.end = path
    return None


def _refusal(verb: str, one: Steps, two: Steps) -> str:
    return (
        f"Two document paths {verb} with each other; must remove or rewrite one of these paths; "
        f"path one: {render(one)}, path two: {render(two)}"
    )
