"""Numbers: the text that comes in, the one text that is stored, and its size.

Rule: a stored number is plain decimal text without needless zeros, so equal numbers are equal texts. Knows nothing of
attribute values. Grammar, texts and ranges as recorded on the service in 2026.
"""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

from dynarig.emulator.model import limits

_GRAMMAR = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\Z", re.ASCII)
_AS_STORED = re.compile(r"-?(?:[1-9][0-9]*|0(?=\.))(?:\.[0-9]*[1-9])?\Z")  # of up to 38 characters; the others are rare
_EXACT = Context(prec=1_000, Emax=MAX_EMAX, Emin=MIN_EMIN)

TOO_PRECISE = "Attempting to store more than 38 significant digits in a Number"
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
_UNREADABLE = "The parameter cannot be converted to a numeric value"


class NumberFault(Exception):
    """A number that cannot be stored. `newer` and `older` are the texts of the two validation layers."""

    def __init__(self, newer: str, older: str | None = None) -> None:
        super().__init__(newer)
        self.newer = newer
        self.older = newer if older is None else older


def normalise(text: str) -> str:
    """The stored text of a number; raises NumberFault."""
    if text.isascii() and text.isdigit() and len(text) <= limits.NUMBER_DIGITS_MAX and (text[0] != "0" or text == "0"):
        return text
    return _normalise_any(text)


def stored_size(text: str) -> int:
    """Bytes of a number that is written just as it is stored; 0 for any other text, to be normalised first."""
    known = SMALL_SIZES.get(text)
    if known is not None:
        return known
    if len(text) > limits.NUMBER_DIGITS_MAX or _AS_STORED.match(text) is None:
        return 0
    return _measured(text)


def _normalise_any(text: str) -> str:
    match = _GRAMMAR.match(text)
    if match is None or not (match[2] or match[3]):
        raise NumberFault(f"{_UNREADABLE}: {text}", f"{_UNREADABLE}: {text}" if text else _UNREADABLE)
    sign, whole, fraction = match[1], match[2], match[3] or ""
    exponent = _exponent(match[4] or "0", text)
    digits = whole + fraction
    point = len(whole) + exponent  # digits before the decimal point
    significant = digits.lstrip("0")
    # A zero is ranged as if its final digit were 1 (recorded: 0e126 overflows, 0.0e-130 underflows).
    leading = len(digits) - len(significant) if significant else len(digits) - 1
    magnitude = point - leading - 1
    if magnitude > limits.NUMBER_EXPONENT_MAX:
        raise NumberFault(OVERFLOW, _older_range_text(exponent, OVERFLOW, text))
    if magnitude < limits.NUMBER_EXPONENT_MIN:
        raise NumberFault(UNDERFLOW, _older_range_text(exponent, UNDERFLOW, text))
    if not significant:
        return "0"
    trimmed = significant.rstrip("0")
    if len(trimmed) > limits.NUMBER_DIGITS_MAX:
        raise NumberFault(TOO_PRECISE)
    return ("-" if sign == "-" else "") + _plain(trimmed, magnitude)


def _exponent(text: str, number: str) -> int:
    """The exponent; outside 64 bits the whole number is unreadable."""
    exponent = int(text) if len(text) <= 20 else None
    if exponent is None or not -(2**63) <= exponent < 2**63:
        raise NumberFault(f"{_UNREADABLE}: {number}")
    return exponent


def _older_range_text(exponent: int, text: str, number: str) -> str:
    """The older layer reads a number as a Java BigDecimal, whose scale has 32 bits."""
    if not -(2**31) < exponent < 2**31:
        return f"{_UNREADABLE}: {number}"
    return UNDERFLOW if exponent == 2**31 - 1 else text


def _plain(digits: str, magnitude: int) -> str:
    """Plain decimal text of 0.d1d2d3… × 10^(magnitude + 1)."""
    whole_length = magnitude + 1
    if whole_length <= 0:
        return "0." + "0" * -whole_length + digits
    if len(digits) <= whole_length:
        return digits + "0" * (whole_length - len(digits))
    return f"{digits[:whole_length]}.{digits[whole_length:]}"


def size(text: str) -> int:
    """Bytes that a stored number takes: one, plus one for each two digits on either side of the point, plus the sign.

    Recorded byte-exact on the service in 2026 (100 takes 2, 100.5 takes 4, 0.15 takes 2, zero takes 1).
    """
    return SMALL_SIZES.get(text) or _measured(text)


def _measured(text: str) -> int:
    if text.isdigit():
        return 1 + (len(text.rstrip("0")) + 1) // 2  # zero has no digit left
    negative = text[0] == "-"
    digits = text[1:] if negative else text
    if "." not in digits:
        return 1 + (len(digits.rstrip("0")) + 1) // 2 + negative
    whole, fraction = digits.split(".")
    if whole == "0":
        return 1 + (len(fraction.lstrip("0")) + 1) // 2 + negative
    return 1 + (len(whole) + 1) // 2 + (len(fraction) + 1) // 2 + negative


SMALL_SIZES = {str(number): _measured(str(number)) for number in range(1_000)}


def from_decimal(value: Decimal) -> str:
    """The stored text of an exact result; raises NumberFault where it has too many digits or is out of range."""
    return normalise(f"{value:f}" if value.adjusted() < 200 else str(value))


def add(left: str, right: str) -> str:
    """left + right, exact; raises NumberFault."""
    return from_decimal(_EXACT.add(Decimal(left), Decimal(right)))


def subtract(left: str, right: str) -> str:
    """left - right, exact; raises NumberFault."""
    return from_decimal(_EXACT.subtract(Decimal(left), Decimal(right)))
