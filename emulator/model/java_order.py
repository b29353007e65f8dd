"""The iteration orders of Java's hash tables, which show wherever the service tells what it keeps in one.

Rule: pure functions of texts and numbers. Number sets in stream images, Scan, transactions and PartiQL come in the
order of a HashSet<BigDecimal>; attribute names in some refusals, and maps in some echoes, in that of a
HashMap<String, …> (recorded 2026). Knows nothing of where an order is used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from dynarig.emulator.model.values import Item, Value

DEFAULT_CAPACITY = 16
_BUCKET_FULL = 8  # a ninth entry in one bucket doubles a table of fewer than 64 buckets
_TREES_FROM = 64
_WORD = 0xFFFFFFFF
_NUMBER_SET = re.compile(rb'NS":\[')  # a megabyte at once: a third of the time of `in` item by item


def string_hash(text: str) -> int:
    """String.hashCode, as an unsigned 32-bit number: over UTF-16 code units."""
    units = text.encode("utf-16-be", "surrogatepass")
    code = 0
    for at in range(0, len(units), 2):
        code = (31 * code + (units[at] << 8 | units[at + 1])) & _WORD
    return code


def decimal_hash(number: str) -> int:
    """BigDecimal.hashCode of a stored number's text without trailing zeros, as an unsigned 32-bit number."""
    negative = number.startswith("-")
    whole, _, fraction = number.lstrip("-").partition(".")
    digits = whole + fraction
    unscaled, scale = int(digits), len(fraction)
    if unscaled == 0:
        return 0
    if not fraction:
        trimmed = digits.rstrip("0")
        unscaled, scale = int(trimmed), len(trimmed) - len(digits)
    code, rest = 0, unscaled
    for shift in range((rest.bit_length() - 1) // 32 * 32, -1, -32):
        code = (31 * code + (rest >> shift & _WORD)) & _WORD
    return (31 * (-code if negative else code) + scale) & _WORD


def sized_capacity(count: int) -> int:
    """The buckets of a table made for `count` entries and filled with them: 1 → 2, 2–3 → 4, 4–6 → 8, 7–12 → 16, …"""
    capacity = 1
    while capacity < count or count > capacity * 3 // 4:
        capacity *= 2
    return capacity


def hash_order(hashes: Sequence[int], capacity: int = DEFAULT_CAPACITY) -> list[int]:
    """The positions of entries, inserted in the order given, as a table of at first `capacity` buckets yields them.

    The table doubles when it is over three quarters full, and when a bucket would hold nine entries while there are
    fewer than 64 buckets.
    """
    spread = [code ^ code >> 16 for code in hashes]
    fill: Counter[int] = Counter()
    for count, code in enumerate(spread, start=1):
        bucket = code & capacity - 1
        crowded = fill[bucket] >= _BUCKET_FULL and capacity < _TREES_FROM
        fill[bucket] += 1
        doublings = crowded + (count > (capacity << crowded) * 3 // 4)
        if doublings:
            capacity <<= doublings
            fill = Counter(earlier & capacity - 1 for earlier in spread[:count])
    return sorted(range(len(spread)), key=lambda at: spread[at] & capacity - 1)


def order_strings(texts: Iterable[str], *, sized: bool = False) -> list[str]:
    """Distinct texts as a HashSet<String> yields them. sized: a table made for their count, not for sixteen."""
    given = list(texts)
    capacity = sized_capacity(len(given)) if sized else DEFAULT_CAPACITY
    return [given[at] for at in hash_order([string_hash(text) for text in given], capacity)]


def order_numbers(numbers: Sequence[str]) -> list[str]:
    """A number set's members, given ascending, as a HashSet<BigDecimal> yields them."""
    return [numbers[at] for at in hash_order([decimal_hash(number) for number in numbers])]


def holds_number_set(raw: bytes) -> bool:
    """Whether a stored item's bytes hold a number set at any depth: only then has it another order."""
    # Inside a text every quotation mark is escaped, so these bytes are a value's type and nothing else.
    return b'"NS":[' in raw


def any_holds_number_set(raws: list[bytes]) -> bool:
    """Whether any of several does."""
    joined = b",".join(raws)
    # One byte is found at the speed of memory, and items without lists and sets have none of these.
    return b"[" in joined and _NUMBER_SET.search(joined) is not None


def order_number_sets(item: Item) -> Item:
    """A copy of normalised attributes with every number set, at any depth, in hash order."""
    return {name: _ordered(value) for name, value in item.items()}


def _ordered(value: Value) -> Value:
    ((tag, content),) = value.items()
    if tag == "NS":
        return {tag: order_numbers(content)}
    if tag == "M":
        return {tag: order_number_sets(content)}
    if tag == "L":
        return {tag: [_ordered(element) for element in content]}
    return value
