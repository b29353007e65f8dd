"""Decorating: each call of a function, and each test of a class, within a context of its own.

Rule: what is decorated keeps its kind: a coroutine function stays one, a generator stays one (so fixtures and tests are
found as before), a class stays the same class. A test of a class shares its context with what is run before and after
it: setUp and tearDown, setup_method and teardown_method. Must not know: what the context is.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar, cast

Decorated = TypeVar("Decorated")
Opened = Callable[[], AbstractContextManager[Any]]

_STACK = "_dynarig_within"


def within(opened: Opened, target: Decorated) -> Decorated:
    """The target, each of whose calls or tests enters what `opened` gives. TypeError for what is no code."""
    if inspect.isclass(target):
        _class_within(opened, target)
        return target
    if not inspect.isroutine(target):
        raise TypeError(f"functions and classes of tests can be decorated, not {target!r}")
    return cast(Decorated, _function_within(opened, target))


def _function_within(opened: Opened, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        with opened():
            return function(*arguments, **named)

    async def call_and_await(*arguments: Any, **named: Any) -> Any:
        with opened():
            return await function(*arguments, **named)

    def generate(*arguments: Any, **named: Any) -> Any:
        with opened():
            return (yield from function(*arguments, **named))

    async def generate_async(*arguments: Any, **named: Any) -> Any:
        with opened():
            async for each in function(*arguments, **named):
                yield each

    wrapper: Callable[..., Any] = call
    if inspect.iscoroutinefunction(function):
        wrapper = call_and_await
    elif inspect.isgeneratorfunction(function):
        wrapper = generate
    elif inspect.isasyncgenfunction(function):
        wrapper = generate_async
    return functools.wraps(function)(wrapper)


def _class_within(opened: Opened, decorated: Any) -> None:
    if issubclass(decorated, unittest.TestCase):
        decorated.run = _function_within(opened, decorated.run)  # one test with its setUp, tearDown and clean-ups
        return
    tests = [
        name
        for name in dir(decorated)
        if name.startswith("test") and inspect.isfunction(inspect.getattr_static(decorated, name))
    ]
    if not tests:
        raise TypeError(f"{decorated.__name__} has no method that begins with 'test'; decorate its functions")
    for name in tests:
        setattr(decorated, name, _method_within(opened, getattr(decorated, name)))
    _share(opened, decorated)


def _method_within(opened: Opened, method: Callable[..., Any]) -> Callable[..., Any]:
    """A test: in the context that setup_method has opened for its instance, or else in one of its own."""

    def open_unless_shared(owner: Any) -> Opened:
        return ExitStack if _STACK in vars(owner) else opened

    @functools.wraps(method)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        with open_unless_shared(self)():
            return method(self, *arguments, **named)

    @functools.wraps(method)
    async def call_and_await(self: Any, *arguments: Any, **named: Any) -> Any:
        with open_unless_shared(self)():
            return await method(self, *arguments, **named)

    return call_and_await if inspect.iscoroutinefunction(method) else call


def _share(opened: Opened, decorated: Any) -> None:
    """Opens the context in setup_method and closes it in teardown_method, which pytest calls around each test."""
    set_up = getattr(decorated, "setup_method", None)
    tear_down = getattr(decorated, "teardown_method", None)

    def setup_method(self: Any, method: Any = None) -> None:
        with ExitStack() as stack:
            stack.enter_context(opened())
            _call_with(set_up, self, method)
            setattr(self, _STACK, stack.pop_all())

    def teardown_method(self: Any, method: Any = None) -> None:
        with vars(self).pop(_STACK, ExitStack()):
            _call_with(tear_down, self, method)

    decorated.setup_method = setup_method
    decorated.teardown_method = teardown_method


def _call_with(method: Callable[..., Any] | None, owner: Any, test: Any) -> None:
    """Calls setup_method or teardown_method, which may take the test's method or not."""
    if method is not None:
        taken = len(inspect.signature(method).parameters)
        method(owner, test) if taken > 1 else method(owner)
