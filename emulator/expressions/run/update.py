"""Updates: what an UpdateExpression, or any front that builds its actions, makes of an item.

Rule: every action reads the item as it was and no two write the same place, so the order they are written
in does not show; what order there is comes from lists (see writing). The item is never changed: the path to
each target is copied, everything beside it is shared. Semantics and precedence of run-time errors as
recorded on the service in 2026: first ADD and DELETE on a stored value they cannot take, then a path
without parent in any action, then SET's operands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec import Struct

from dynarig.emulator.expressions.parse.ast import Action, Arithmetic, Call, Literal, Operand, Path, Update, ValueRef
from dynarig.emulator.expressions.run import arithmetic, writing
from dynarig.emulator.expressions.run.paths import Getter, Steps, Values, getter, meeting, resolve
from dynarig.emulator.expressions.run.projection import keep, tree_of
from dynarig.emulator.model import errors
from dynarig.emulator.model.values import Item, Value

INVALID_PATH = "The document path provided in the update expression is invalid for update"
MISSING_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"

Source = Callable[[Item, Values], Any]
Parent = tuple[tuple[str | int, str], ...]


class Target(NamedTuple):
    """One action's section (SET, REMOVE, ADD, DELETE) and resolved path."""

    section: str
    path: Steps


class Updated(Struct):
    """item: the new item. growth: by how many bytes it is larger than the old one."""

    item: Item
    growth: int


def _tree(paths: list[Steps]) -> writing.Tree:
    """The tree of resolved targets; raises ValidationException if two of them meet."""
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
    return tree


class Actions:
    """The actions of an update whose names are known, taken apart by what each needs when it is applied.

    Made once for a text and what its names stand for, so that a request only brings its values. Raises
    ValidationException if two targets meet, KeyError for a name that is left open.

    joining, setting: the position and the source of each ADD and DELETE, and of each SET and REMOVE; those fail before
    paths without parent, these after. targets: of each action, in written order. touched: the top-level attributes that
    they begin with, each once. only_takes: whether there are actions and all of them take away.
    """

    __slots__ = ("getters", "joining", "only_takes", "parents", "setting", "targets", "touched", "tree")

    def __init__(self, actions: Update) -> None:
        paths = [resolve(action.path, {}) for action in actions]
        self.tree = _tree(paths)
        self.targets = tuple(map(Target, [action.section for action in actions], paths))
        self.touched: Any = tuple(self.tree)  # a path begins with a name
        self.only_takes = bool(actions) and all(action.section in ("REMOVE", "DELETE") for action in actions)
        self.getters = tuple(map(getter, paths))
        self.parents = tuple(_parent(path) for path in paths if len(path) > 1)
        sources = [(at, _action_source(action, self.getters[at])) for at, action in enumerate(actions)]
        joins = [action.section in ("ADD", "DELETE") for action in actions]
        self.joining = tuple(source for source, is_join in zip(sources, joins, strict=True) if is_join)
        self.setting = tuple(source for source, is_join in zip(sources, joins, strict=True) if not is_join)


def bind_actions(actions: Update) -> BoundUpdate:
    """Actions without placeholders, ready to apply."""
    return BoundUpdate(Actions(actions), {})


class BoundUpdate(Struct, gc=False):
    """An update with a request's names and values in it."""

    actions: Actions
    values: Values

    def apply(self, item: Item) -> Updated:
        """The item after every action; raises ValidationException, bare, where the stored item does not admit one."""
        new, growth = writing.write_members(item, self.actions.tree, self._results(item))
        return Updated(new, growth)

    def _results(self, item: Item) -> list[Any]:
        """What each action comes to on this item."""
        actions, values = self.actions, self.values
        results: list[Any] = [None] * len(actions.targets)
        for position, source in actions.joining:
            results[position] = source(item, values)
        for parent in actions.parents:
            _check_parent(item, parent)
        for position, source in actions.setting:
            results[position] = source(item, values)
        return results

    def updated_old(self, old: Item) -> Item:
        """What UPDATED_OLD returns: the targets as the old item held them, of lists the elements; ``{}`` for none."""
        return keep(old, tree_of(target.path for target in self.actions.targets))

    def updated_new(self, old: Item) -> Item:
        """What UPDATED_NEW returns of an update of this item: what was written, of lists the elements, closed up."""
        return writing.written(self.actions.tree, self._results(old))


def _parent(path: Steps) -> Parent:
    """The steps before the last, each with the type that holds what follows: a map for a name, a list for an index."""
    return tuple((step, "L" if type(following) is int else "M") for step, following in pairwise(path))


def _check_parent(item: Item, parent: Parent) -> None:
    """Every step before the last must exist and hold what follows."""
    content: Any = item
    for step, tag in parent:
        if type(step) is int:
            value = content[step] if step < len(content) else None
        else:
            value = content.get(step)
        content = None if value is None else value.get(tag)
        if content is None:
            raise errors.validation(INVALID_PATH)


# ---- what an action comes to, built once


def _action_source(action: Action, get: Getter) -> Source:
    """What is written at an action's target, of what `get` reads there."""
    if action.operand is None:
        return lambda item, values: writing.REMOVED
    operand = _source(action.operand)
    if action.section == "SET":
        return operand
    return _added(get, operand) if action.section == "ADD" else _deleted(get, operand)


def _added(get: Getter, operand: Source) -> Source:
    def add(item: Item, values: Values) -> Value:
        stored, given = get(item), operand(item, values)
        return given if stored is None else arithmetic.added(stored, given)

    return add


def _deleted(get: Getter, operand: Source) -> Source:
    def delete(item: Item, values: Values) -> Any:
        stored = get(item)
        if stored is None:
            return writing.KEPT
        left = arithmetic.deleted(stored, operand(item, values))
        return writing.REMOVED if left is None else left

    return delete


def _source(operand: Operand) -> Source:
    if isinstance(operand, ValueRef):
        text = operand.text
        return lambda item, values: values[text]
    if isinstance(operand, Literal):
        value = operand.value
        return lambda item, values: value
    if isinstance(operand, Path):
        return _present(getter(resolve(operand, {})))
    if isinstance(operand, Arithmetic):
        return _binary_source(
            _source(operand.left), _source(operand.right), partial(arithmetic.compute, operand.operator)
        )
    return _call_source(operand)


def _present(get: Getter) -> Source:
    def read(item: Item, values: Values) -> Value:
        value = get(item)
        if value is None:
            raise errors.validation(MISSING_ATTRIBUTE)
        return value

    return read


def _binary_source(left: Source, right: Source, combine: Callable[[Value, Value], Value]) -> Source:
    return lambda item, values: combine(left(item, values), right(item, values))


def _call_source(call: Call) -> Source:
    if call.function == "list_append":
        first, second = call.operands
        return _binary_source(_source(first), _source(second), arithmetic.joined_list)
    getters: list[Getter] = []
    operand: Operand = call
    while isinstance(operand, Call) and operand.function == "if_not_exists":
        path, operand = operand.operands
        assert isinstance(path, Path)
        getters.append(getter(resolve(path, {})))
    return _first_present_source(getters, _source(operand))


def _first_present_source(getters: list[Getter], default: Source) -> Source:
    """if_not_exists, however often it is nested in its own default."""

    def read(item: Item, values: Values) -> Any:
        for get in getters:
            value = get(item)
            if value is not None:
                return value
        return default(item, values)

    return read
