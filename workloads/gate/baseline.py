"""The stored baseline: the commit that later trees are held against, why it was taken, and what it measured.

Rule: the commit is what counts; its figures serve where git does not have it (a shallow clone) and the fingerprint is
the same. A file says in `reason` why performance was allowed to become what it is.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from dynarig.workloads.results import write

DEFAULT = Path("results") / "gate" / "baseline.json"
_FORMAT = 1


class BaselineError(Exception):
    """A baseline cannot be read; the text is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """instructions: probe → count; versions: probe → version of its work. wall_clock: metric → figure of the load."""

    commit: str
    reason: str
    fingerprint: dict[str, str]
    instructions: dict[str, int]
    versions: dict[str, int]
    wall_clock: dict[str, float] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        write(path, {"format": _FORMAT, **asdict(self)})


def read(path: Path) -> Baseline:
    """The baseline of a file. Raises BaselineError."""
    try:
        body: dict[str, Any] = orjson.loads(path.read_bytes())
        if body.pop("format") != _FORMAT:
            raise BaselineError(f"{path} is of another format; take a new one: dynarig gate --update --reason …")
        return Baseline(**body)
    except FileNotFoundError:
        raise BaselineError(f"there is no baseline {path}; take one: dynarig gate --update --reason …") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BaselineError(f"{path} is no baseline of the gate") from None
