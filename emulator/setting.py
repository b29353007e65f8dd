"""One field of a settings class: a default of one type, what it is for, and its bounds.

Rule: the default decides the type. `Settings` gathers the fields of every room that has some and makes flags of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any


def setting(
    default: Any,
    help: str,
    *,
    choices: Sequence[str] = (),
    minimum: float | None = None,
    maximum: float | None = None,
) -> Any:
    """One field of a settings class. Its type is the default's: bool, int, float or str. Bounds are inclusive."""
    metadata = {"help": help, "choices": tuple(choices), "minimum": minimum, "maximum": maximum}
    return field(default=default, metadata=metadata)
