"""An experiment and what came of it, as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """ours: what was seen, in the words of the published figure. figures: the numbers behind it."""

    ours: str
    agrees: bool
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Experiment:
    """id: E1 and so on. source: where it was published. setup, published, tolerance: a line each.

    reason: why the tolerance is as wide, or as strict, as it is, known before any result.
    """

    id: str
    source: str
    setup: str
    published: str
    tolerance: str
    run: Callable[[], Outcome]
    reason: str

    def to_json(self, outcome: Outcome) -> dict[str, Any]:
        """The experiment with its outcome, one row of the table."""
        return {
            "id": self.id,
            "source": self.source,
            "setup": self.setup,
            "published": self.published,
            "ours": outcome.ours,
            "tolerance": self.tolerance,
            "reason": self.reason,
            "verdict": "agrees" if outcome.agrees else "differs",
            "figures": outcome.figures,
        }
