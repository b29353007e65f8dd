"""What a walk over a request's attribute values can find, and the texts of it.

Rule: a fault is noted, never raised, as the service looks at values only after checks of its own; whoever's turn it is
asks for it. Texts as recorded on the service in 2026, where two validation layers word some of them differently.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from dynarig.emulator.model import errors, limits

EMPTY_VALUE = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
SEVERAL_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
)
NESTING = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
)
EMPTY_NAME = "Empty attribute name"
# Recorded on the service (September 2026), in an envelope on single writes.
LONG_NAME = "Attribute name is too large, must be less than 65536 bytes"
NULL_FALSE = errors.ONE_OR_MORE + "Null attribute value types must have the value of true"


class ValueFault(NamedTuple):
    """What is wrong with a value: its text in the newer and in the older validation layer, and whether it never gets an
    envelope."""

    newer: str
    older: str
    bare: bool = False

    def text(self, older: bool) -> str:
        """The text as the layer in force words it."""
        return self.older if older else self.newer


class ValueFindings(Struct, gc=False):
    """What one walk over a request's values found.

    fault: the first wrong value. empty_name: an attribute without a name was seen. depth: the most maps and lists
    around a leaf. older: something was seen that drops the whole request to the older validation layer.
    """

    fault: ValueFault | None = None
    empty_name: bool = False
    depth: int = 0
    older: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found that any check of values looks for."""
        return self.fault is None and not self.empty_name and self.depth <= limits.NESTING_LEVELS_MAX

    def note(self, newer: str, older: str | None = None, *, bare: bool = False) -> None:
        """Keep the first fault."""
        if self.fault is None:
            self.fault = ValueFault(newer, newer if older is None else older, bare)
