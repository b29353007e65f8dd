"""Bytes → capacity, in integer half units (2 = one capacity unit).

Sources: Developer Guide, read-write-operations (unit sizes, rounding up, halves for eventually consistent reads,
doubles for transactions); the index rules are those of Developer Guide, GSI and LSI, recorded byte-exact in 2026.
"""

from __future__ import annotations

from dynarig.emulator.model import limits


def read_half_units(size: int, consistent: bool) -> int:
    """What reading `size` bytes takes: one step at the least, two half units a step where consistent."""
    steps = -(-size // limits.READ_UNIT_BYTES) or 1
    return steps * 2 if consistent else steps


def transactional_read_half_units(size: int) -> int:
    """What a transactional read of one item of `size` bytes takes: two units a step."""
    return 4 * (-(-size // limits.READ_UNIT_BYTES) or 1)


def write_half_units(size: int) -> int:
    """What writing `size` bytes takes: one step at the least, one unit a step."""
    return 2 * (-(-size // limits.WRITE_UNIT_BYTES) or 1)


def index_write_half_units(before: int | None, after: int | None, moved: bool) -> int:
    """What an index pays for a changed entry of `before` and `after` bytes (None: no entry).

    An entry whose key moved is deleted and put, each rounded by itself; in place the larger one counts.
    """
    if before is None or after is None:
        return write_half_units(after if before is None else before)  # type: ignore[arg-type]
    if moved:
        return write_half_units(before) + write_half_units(after)
    return write_half_units(before if before > after else after)
