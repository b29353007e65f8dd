"""Updates: what an UpdateExpression, or any front that builds its actions, makes of an item.

Rule: every action reads the item as it was and no two write the same place, so the order they are written
in does not show; what order there is comes from lists (see writing). The item is never changed: the path to
each target is copied, everything beside it is shared. Semantics and precedence of run-time errors as
recorded on the service in 2026: first ADD and DELETE on a stored value they cannot take, then a path
without parent in any action, then SET's operands.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from emulator.expressions import arithmetic, writing
from emulator.expressions.ast import Action, Arithmetic, Call, Literal, Operand, Path, Update, ValueRef
from emulator.expressions.paths import Getter, Names, Steps, Values, getter, has_placeholder, meeting, resolve
from emulator.expressions.projection import keep, tree_of
from emulator.model import errors
from emulator.model.values import Item, Value

INVALID_PATH = "The document path provided in the update expression is invalid for update"
MISSING_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"

Source = Callable[[Item], Value]
SourceBuilder = Callable[[Names, Values], Source]
PathBuilder = Callable[[Names], tuple[Steps, Getter]]


class Target(NamedTuple):
    """One action's section (SET, REMOVE, ADD, DELETE) and resolved path."""

    section: str
    path: Steps


class Updated(NamedTuple):
    """item: the new item. touched: the top-level attributes that actions named, each once."""

    item: Item
    touched: tuple[str, ...]


class BoundAction(NamedTuple):
    """An action ready to run. source: SET's operand. constant: the operand of ADD and DELETE."""

    section: str
    path: Steps
    get: Getter
    source: Source | None
    constant: Value | None


class Layout(NamedTuple):
    """Where an update writes: its targets, the tree of them, and the top-level attributes they begin with."""

    targets: tuple[Target, ...]
    tree: writing.Tree
    touched: tuple[str, ...]


def _layout(sections: list[str], paths: list[Steps]) -> Layout:
    """The layout of resolved targets; raises ValidationException if two of them meet."""
    if len(paths) > 1:
        fault = meeting(paths)
        if fault is not None:
            raise errors.validation(fault)
    tree: writing.Tree = {}
    for position, path in enumerate(paths):
        place = tree
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = position
    touched: Any = tuple(tree)  # a path begins with a name
    return Layout(tuple(map(Target, sections, paths)), tree, touched)


class UpdateBuilder:
    """The actions of an update without a request's names and values."""

    def __init__(self, actions: Update) -> None:
        self._parts = [_action_builder(action) for action in actions]
        self._layout: Layout | None = None
        if not any(has_placeholder(action.path) for action in actions):
            paths = [resolve(action.path, {}) for action in actions]
            if meeting(paths) is None:
                self._layout = _layout([action.section for action in actions], paths)

    def bind(self, names: Names, values: Values) -> BoundUpdate:
        """The actions with names and values; KeyError for an undefined placeholder."""
        return BoundUpdate(*self.parts(names, values))

    def parts(self, names: Names, values: Values, layout: Layout | None = None) -> tuple[list[BoundAction], Layout]:
        """What a BoundUpdate is made of. layout: of an earlier binding of the same names."""
        actions = [part(names, values) for part in self._parts]
        layout = layout or self._layout
        if layout is None:
            layout = _layout([action.section for action in actions], [action.path for action in actions])
        return actions, layout


def bind_actions(actions: Update) -> BoundUpdate:
    """Actions without placeholders, ready to apply."""
    return UpdateBuilder(actions).bind({}, {})


class BoundUpdate:
    """An update with a request's names and values in it."""

    __slots__ = ("_actions", "_layout")

    def __init__(self, actions: list[BoundAction], layout: Layout) -> None:
        self._actions = actions
        self._layout = layout

    @property
    def targets(self) -> tuple[Target, ...]:
        """Section and path of each action, in written order."""
        return self._layout.targets

    @property
    def touched(self) -> tuple[str, ...]:
        """The top-level attributes that actions write, each once."""
        return self._layout.touched

    def apply(self, item: Item) -> Updated:
        """The item after every action; raises ValidationException, bare, where the stored item does not admit one."""
        results: list[Any] = [None] * len(self._actions)
        for position, action in enumerate(self._actions):
            if action.constant is not None:
                results[position] = _combined(action, item)
        for action in self._actions:
            if len(action.path) > 1:
                _check_parent(item, action.path)
        for position, action in enumerate(self._actions):
            if action.source is not None:
                results[position] = action.source(item)
            elif action.constant is None:
                results[position] = writing.REMOVED
        return Updated(writing.write_members(item, self._layout.tree, results), self._layout.touched)

    def updated_old(self, old: Item) -> Item:
        """What UPDATED_OLD returns: the targets as the old item held them; ``{}`` if it held none."""
        paths = [action.path for action in self._actions if action.get(old) is not None]
        return keep(old, tree_of(map(_to_first_index, paths)))

    def updated_new(self, new: Item) -> Item:
        """What UPDATED_NEW returns: the targets that were not removed, as the new item holds them."""
        paths = [action.path for action in self._actions if action.section != "REMOVE"]
        return keep(new, tree_of(map(_to_first_index, paths)))


def _to_first_index(path: Steps) -> Steps:
    """A target inside a list is returned as the whole list."""
    for position, step in enumerate(path):
        if type(step) is int:
            return path[:position]
    return path


def _combined(action: BoundAction, item: Item) -> Any:
    """What ADD or DELETE makes of the stored value."""
    operand = action.constant
    assert operand is not None
    stored = action.get(item)
    if action.section == "ADD":
        return operand if stored is None else arithmetic.added(stored, operand)
    if stored is None:
        return writing.KEPT
    left = arithmetic.deleted(stored, operand)
    return writing.REMOVED if left is None else left


def _check_parent(item: Item, path: Steps) -> None:
    """Every step before the last must exist, the last of them a map for a name and a list for an index."""
    content: Any = item
    for step, following in pairwise(path):
        if type(step) is int:
            value = content[step] if step < len(content) else None
        else:
            value = content.get(step)
        if value is not None:
            content = value.get("L" if type(following) is int else "M")
        if value is None or content is None:
            raise errors.validation(INVALID_PATH)


# ---- actions and the right side of SET, built once


def _action_builder(action: Action) -> Callable[[Names, Values], BoundAction]:
    section, operand = action.section, action.operand
    path = _path_builder(action.path)
    if operand is None:
        return lambda names, values: BoundAction(section, *path(names), None, None)
    if section == "SET":
        source = _source_builder(operand)
        return lambda names, values: BoundAction(section, *path(names), source(names, values), None)
    if isinstance(operand, ValueRef):
        text = operand.text
        return lambda names, values: BoundAction(section, *path(names), None, values[text])
    assert isinstance(operand, Literal)
    value = operand.value
    return lambda names, values: BoundAction(section, *path(names), None, value)


def _path_builder(path: Path) -> PathBuilder:
    if has_placeholder(path):

        def build(names: Names) -> tuple[Steps, Getter]:
            steps = resolve(path, names)
            return steps, getter(steps)

        return build
    steps = resolve(path, {})
    bound = steps, getter(steps)
    return lambda names: bound


def _source_builder(operand: Operand) -> SourceBuilder:
    if isinstance(operand, ValueRef):
        return _placeholder_source(operand.text)
    if isinstance(operand, Literal):
        value = operand.value
        return lambda names, values: lambda item: value
    if isinstance(operand, Path):
        path = _path_builder(operand)
        return lambda names, values: _present(path(names)[1])
    if isinstance(operand, Arithmetic):
        return _binary_source(
            _source_builder(operand.left), _source_builder(operand.right), _computing(operand.operator)
        )
    return _call_source(operand)


def _placeholder_source(text: str) -> SourceBuilder:
    def build(names: Names, values: Values) -> Source:
        value = values[text]
        return lambda item: value

    return build


def _present(get: Getter) -> Source:
    def read(item: Item) -> Value:
        value = get(item)
        if value is None:
            raise errors.validation(MISSING_ATTRIBUTE)
        return value

    return read


def _computing(operator: str) -> Callable[[Value, Value], Value]:
    return lambda left, right: arithmetic.compute(operator, left, right)


def _binary_source(
    left: SourceBuilder, right: SourceBuilder, combine: Callable[[Value, Value], Value]
) -> SourceBuilder:
    def build(names: Names, values: Values) -> Source:
        one, two = left(names, values), right(names, values)
        return lambda item: combine(one(item), two(item))

    return build


def _call_source(call: Call) -> SourceBuilder:
    if call.function == "list_append":
        first, second = call.operands
        return _binary_source(_source_builder(first), _source_builder(second), arithmetic.joined_list)
    paths: list[PathBuilder] = []
    operand: Operand = call
    while isinstance(operand, Call) and operand.function == "if_not_exists":
        first, operand = operand.operands
        assert isinstance(first, Path)
        paths.append(_path_builder(first))
    return _first_present_source(paths, _source_builder(operand))


def _first_present_source(paths: list[PathBuilder], default: SourceBuilder) -> SourceBuilder:
    """if_not_exists, however often it is nested in its own default."""

    def build(names: Names, values: Values) -> Source:
        getters = [path(names)[1] for path in paths]
        otherwise = default(names, values)

        def read(item: Item) -> Value:
            for get in getters:
                value = get(item)
                if value is not None:
                    return value
            return otherwise(item)

        return read

    return build
