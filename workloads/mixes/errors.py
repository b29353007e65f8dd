"""What is wrong with a mix, in one line that names file, line and pattern as far as they are known. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class MixError(ValueError):
    """A mix that cannot be used. Its text is one line for a person."""

    def __init__(self, reason: str, at: Any = None) -> None:
        """at: the mapping that is wrong, which knows its line where it was read from YAML."""
        super().__init__(reason)
        self.reason = reason
        self.line: int | None = getattr(at, "line", None)

    def within(self, what: str, at: Any = None) -> MixError:
        """The same fault, told as one of `what`; the line of `at` where none nearer is known."""
        fault = MixError(f"{what}: {self.reason}")
        fault.line = self.line or getattr(at, "line", None)
        return fault

    def told(self, source: str) -> MixError:
        """The whole line, with the file."""
        place = f"{source}: line {self.line}" if self.line else source
        return MixError(f"{place}: {self.reason}")


def mapping(value: Any, what: str) -> dict[str, Any]:
    """A mapping, or MixError."""
    if not isinstance(value, dict):
        raise MixError(f"{what} is a mapping, not {shown(value)}", value)
    return value


def members(value: Any, what: str, known: Iterable[str]) -> dict[str, Any]:
    """A mapping with known members only; MixError names the stranger and what is valid."""
    given, valid = mapping(value, what), list(known)
    for name in given:
        if name not in valid:
            raise MixError(f"{what} has no member {name!r}{meant(name, valid)}; one of {', '.join(valid)}", given)
    return given


def number(value: Any, what: str, minimum: float = float("-inf"), maximum: float = float("inf")) -> float:
    """A number within bounds, or MixError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MixError(f"{what} is a number, not {shown(value)}", value)
    if not minimum <= value <= maximum:
        bounds = f"at least {minimum:g}" if maximum == float("inf") else f"from {minimum:g} to {maximum:g}"
        raise MixError(f"{what} is {bounds}, not {value}", value)
    return value


def whole(value: Any, what: str, minimum: int = 0) -> int:
    """A whole number from `minimum` up, or MixError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise MixError(f"{what} is a whole number from {minimum} up, not {shown(value)}", value)
    return value


def text(value: Any, what: str) -> str:
    """A text that is not empty, or MixError."""
    if not isinstance(value, str) or not value:
        raise MixError(f"{what} is a text, not {shown(value)}", value)
    return value


def one_of(value: Any, what: str, known: Iterable[str]) -> str:
    """One of some words, or MixError with what was probably meant."""
    valid = list(known)
    if value in valid:
        return str(value)
    raise MixError(f"no {what} {shown(value)}{meant(value, valid)}; one of {', '.join(valid)}", value)


def meant(word: Any, known: Iterable[str]) -> str:
    """` (did you mean …?)` where a known word is near."""
    near = difflib.get_close_matches(str(word), list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def shown(value: Any) -> str:
    """A value in a few words."""
    whole_text = repr(value)
    return whole_text if len(whole_text) <= 60 else f"{whole_text[:57]}…"
