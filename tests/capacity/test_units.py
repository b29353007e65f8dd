"""Bytes to half units: steps, minima, and what an index pays for an entry that comes, goes, changes or moves."""

from __future__ import annotations

import pytest

from dynarig.emulator.capacity.units import (
    index_write_half_units,
    read_half_units,
    transactional_read_half_units,
    write_half_units,
)


@pytest.mark.parametrize(("size", "steps"), [(0, 1), (1, 1), (4_096, 1), (4_097, 2), (8_192, 2), (1_048_576, 256)])
def test_reads_step_by_4_kilobytes(size: int, steps: int) -> None:
    assert read_half_units(size, consistent=False) == steps
    assert read_half_units(size, consistent=True) == 2 * steps
    assert transactional_read_half_units(size) == 4 * steps


@pytest.mark.parametrize(("size", "steps"), [(0, 1), (1, 1), (1_024, 1), (1_025, 2), (409_600, 400)])
def test_writes_step_by_a_kilobyte(size: int, steps: int) -> None:
    assert write_half_units(size) == 2 * steps


@pytest.mark.parametrize(
    ("before", "after", "moved", "units"),
    [
        (None, 18, True, 1),
        (None, 3_017, True, 3),
        (3_017, None, True, 3),
        (3_017, 18, False, 3),
        (18, 3_017, False, 3),
        (1_517, 1_517, False, 2),
        (1_517, 1_517, True, 4),
        (3_017, 18, True, 4),
        (18, 18, True, 2),
    ],
)
def test_index_entries(before: int | None, after: int | None, moved: bool, units: int) -> None:
    assert index_write_half_units(before, after, moved) == 2 * units
