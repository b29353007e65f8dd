"""Flags as our commands read them: argparse, whose complaint is one line that says what is valid.

Rule: every command parses with `Parser`. A flag that is not there is told with the nearest that is; abbreviations are
not taken, so that a new flag cannot change what an old script says. Must not know: any command.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from dynarig.emulator.settings import did_you_mean

# The flag that names a server, in the words of our own commands, of the aws CLI, and short.
ENDPOINT = ("--endpoint", "--endpoint-url", "--url")


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that complains in one line and exits with 2. aliases: spellings that the command takes beside
    its flags.
    """

    aliases: Sequence[str] = ()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **named})

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """As argparse's; what nothing takes is told with what was probably meant."""
        arguments, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error(self._unknown(rest))
        return arguments

    def error(self, message: str) -> NoReturn:
        """One line on stderr, exit status 2."""
        self.exit(2, f"{self.prog}: {message}\n")

    def _unknown(self, rest: Sequence[str]) -> str:
        flag = next((word.partition("=")[0] for word in rest if word.startswith("-")), None)
        if flag is None:
            return f"nothing takes {' '.join(rest)!r}; `{self.prog} --help` shows what there is"
        meant = did_you_mean(flag, [*_flags(self), *self.aliases])
        return f"no flag {flag}{meant or f'; `{self.prog} --help` lists them'}"


def whole(least: int, most: int = 2**63 - 1) -> Callable[[str], int]:
    """The type of a flag that takes a whole number within bounds."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            upper = "" if most == 2**63 - 1 else f" and at most {most}"
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}{upper}")
        return value

    return read


def _flags(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The flags of a parser and of its commands'."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _flags(each)
