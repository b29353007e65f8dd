"""A statement of a document, as a value. Read from statements/<system>.yaml; must not know how it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

SYSTEMS = ("callytics", "acs", "natterbox", "miyabi", "listbackup")
MEASURED = "measured"  # by running something
COMPUTED = "computed"  # by arithmetic, or by reading the fixtures
UNTESTABLE = "untestable"  # needs what no bench has
KINDS = (MEASURED, COMPUTED, UNTESTABLE)


@dataclass(frozen=True, slots=True)
class Number:
    """One figure of a statement. value: as the document gives it. what: which of its figures this is."""

    value: float | str
    unit: str
    what: str

    def __str__(self) -> str:
        return " ".join(part for part in (self._shown(), self.unit, f"({self.what})" if self.what else "") if part)

    def _shown(self) -> str:
        if isinstance(self.value, float):
            return f"{self.value:g}"
        is_amount = isinstance(self.value, int) and not self.unit.startswith("epoch")
        return f"{self.value:,}" if is_amount else str(self.value)


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement.

    quote: the document's own words. source: document and section. kind: one of KINDS. method: how it is, or would be,
    checked. expected, because: what an expert reading the document expects of the service; only compared. reason: one
    sentence why it cannot be tested here, of those that cannot.
    """

    id: str
    system: str
    topic: str
    statement: str
    quote: str
    source: str
    numbers: tuple[Number, ...]
    kind: str
    method: str
    expected: str
    because: str
    reason: str = ""

    @property
    def claimed(self) -> str:
        """The statement's figures as text, empty where it has none."""
        return "; ".join(map(str, self.numbers))

    def number(self, what: str, unit: str = "") -> float:
        """The figure of this name, of several the one in this unit. Raises KeyError."""
        for number in self.numbers:
            if number.what == what and unit in ("", number.unit):
                return float(number.value)
        raise KeyError(f"{self.id} has no number {what!r}")


def find_claim(id: str) -> Claim:
    """The claim of an id. Raises KeyError."""
    return {claim.id: claim for claim in read_claims()}[id]


@cache
def read_claims() -> tuple[Claim, ...]:
    """Every claim, in the order of the documents."""
    return tuple(claim for system in SYSTEMS for claim in _read(system))


def _read(system: str) -> list[Claim]:
    file = resources.files("dynarig.workloads.claims").joinpath("statements", f"{system}.yaml")
    body = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [_claim(system, body["document"], members) for members in body["claims"]]


def _claim(system: str, document: str, members: dict[str, Any]) -> Claim:
    return Claim(
        system=system,
        source=f"{document}: {members['section']}",
        numbers=tuple(Number(**number) for number in members["numbers"]),
        **{key: value for key, value in members.items() if key not in ("section", "numbers")},
    )
