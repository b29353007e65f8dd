"""Values of requests: a specification, as a mix writes it, becomes a function that makes the next value.

Rule: what holds no generator is a constant and costs nothing later. A generator is a mapping with the one member
`$name`; which there are, the compiler is told. Inside DynamoDB's type tags plain values take the type's form, so that
`{N: 5}` is `{"N": "5"}` and `{B: {$binary: 10}}` is base64. Faults are MixError with the line.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from dynarig.workloads.mixes.bench import Bench, Moment
from dynarig.workloads.mixes.errors import MixError, meant, shown

Maker = Callable[[Moment], Any]
Generator = Callable[[Any, "Compiler"], Maker]
TYPES = frozenset(("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"))


class Constant:
    """A value that is the same in every request."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, moment: Moment) -> Any:
        return self.value


class Compiler:
    """Turns specifications of one pattern into makers. known: what the pattern's `draw` has named so far.

    generators: by name. apart: whether keys of one request must differ, as batches and transactions want it.
    """

    def __init__(self, bench: Bench, generators: Mapping[str, Generator], apart: bool = False) -> None:
        self.bench = bench
        self._generators = generators
        self.apart = apart
        self.known: list[str] = []

    def value(self, given: Any) -> Maker:
        """The maker of a value."""
        if isinstance(given, dict):
            return self._mapping(given)
        if isinstance(given, list):
            return _listed([self.value(each) for each in given])
        return Constant(given)

    def _mapping(self, given: dict[str, Any]) -> Maker:
        words = [name for name in given if name.startswith("$")]
        if words:
            if len(given) > 1:
                raise MixError(f"{words[0]} stands alone in its mapping, not beside {', '.join(given)}", given)
            word = words[0]
            if word not in self._generators:
                known = [*self._generators, "$param"]
                raise MixError(f"no generator {shown(word)}{meant(word, known)}; one of {', '.join(known)}", given)
            try:
                return self._generators[word](given[word], self)
            except MixError as fault:
                raise fault.within(word, given) from None
        makers = {str(name): self.value(member) for name, member in given.items()}
        (tag, maker), *others = makers.items() or [("", Constant(None))]
        if tag in _FORMS and not others and not isinstance(given[tag], dict | list):
            return Constant({tag: _formed(tag, given[tag], given)})
        if tag in _FORMS and not others and _is_generator(given[tag]):
            return _typed(tag, maker)
        return _mapped(makers)


def _is_generator(given: Any) -> bool:
    return isinstance(given, dict) and len(given) == 1 and next(iter(given)).startswith("$")


def _mapped(makers: dict[str, Maker]) -> Maker:
    if all(isinstance(maker, Constant) for maker in makers.values()):
        return Constant({name: maker.value for name, maker in makers.items() if isinstance(maker, Constant)})
    pairs = tuple(makers.items())
    return lambda moment: {name: maker(moment) for name, maker in pairs}


def _listed(makers: list[Maker]) -> Maker:
    if all(isinstance(maker, Constant) for maker in makers):
        return Constant([maker.value for maker in makers if isinstance(maker, Constant)])

    def listed(moment: Moment) -> list[Any]:
        made: list[Any] = []
        for maker in makers:
            value = maker(moment)
            made.extend(value) if isinstance(value, Several) else made.append(value)
        return made

    return listed


class Several(list[Any]):
    """Values that take their places one by one in the list that they are made for."""


def _typed(tag: str, maker: Maker) -> Maker:
    form = _FORMS[tag]

    def typed(moment: Moment) -> Any:
        value = maker(moment)
        if isinstance(value, dict):  # a generator that knows its type: `{S: {$value: …}}`
            return value
        return {tag: form(value)}

    return typed


def _formed(tag: str, value: Any, at: Any) -> Any:
    try:
        return _FORMS[tag](value)
    except (TypeError, ValueError):
        raise MixError(f"{tag} takes no {shown(value)}", at) from None


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _number(value: Any) -> str:
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, str):
        float(value)
        return value
    return repr(value) if isinstance(value, float) else str(int(value))


def _binary(value: Any) -> str:
    if isinstance(value, str):  # base64 already, as on the wire
        base64.b64decode(value, validate=True)
        return value
    return base64.b64encode(value).decode()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_FORMS: dict[str, Callable[[Any], Any]] = {"S": _text, "N": _number, "B": _binary, "BOOL": _flag, "NULL": _flag}
