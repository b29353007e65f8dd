"""What checking a claim gave: what was measured, the verdict, and the evidence; a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOLDS = "holds"
PARTLY = "partly"
FAILS = "fails"
CONTRADICTED = "contradicted"  # by another statement of the same document
NOT_TESTABLE = "not testable here"
VERDICTS = (HOLDS, PARTLY, FAILS, CONTRADICTED, NOT_TESTABLE)

# Which verdicts agree with an expectation; the experts' words are finer than ours. What is uncertain agrees with any.
_AGREES: Mapping[str, frozenset[str]] = {
    "holds": frozenset({HOLDS}),
    "plausible": frozenset({HOLDS, PARTLY}),
    "partly": frozenset({PARTLY}),
    "depends": frozenset({PARTLY}),
    "fails": frozenset({FAILS}),
    "contradicted": frozenset({CONTRADICTED}),
    "not configured": frozenset({FAILS, PARTLY}),
    "not applicable": frozenset({NOT_TESTABLE, FAILS}),
    "not DynamoDB": frozenset({NOT_TESTABLE}),
    "uncertain": frozenset(VERDICTS),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    verdict: one of VERDICTS. measured: the figures in words, with their units ("0.0713 USD a month"); where two
    statements contradict each other, both. value, unit: the one figure to compare, where there is one. why: one
    sentence. evidence: the raw figures, as JSON. disagreement: why the verdict is not the expected one, if it is not.
    tolerance: the share of the claimed figure that the measured one may be off by; 0 where counts or rules decide.
    """

    verdict: str
    measured: str
    why: str
    value: float | None = None
    unit: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    disagreement: str = ""
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        assert self.verdict in VERDICTS, self.verdict
        assert self.measured or self.verdict == NOT_TESTABLE, "a verdict without a figure"
        assert self.why, "a verdict without a reason"


def agrees(verdict: str, expected: str) -> bool:
    """Whether a verdict is what was expected, in the coarser words of ours."""
    return verdict in _AGREES[expected]


def within(measured: float, claimed: float, tolerance: float) -> bool:
    """Whether a figure is as claimed. tolerance: the share of the claimed figure that it may be off by."""
    return abs(measured - claimed) <= tolerance * abs(claimed)
