"""What a second's requests share out of a throughput that does not suffice: whole, exact in sum, in the order of
arrival."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dynarig.workloads.simulation.axis import shared_out


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 300)), min_size=1, max_size=8), st.floats(0, 1))
def test_what_is_granted_is_shared_out_whole(partitions: list[tuple[int, int]], share: float) -> None:
    offered, ceilings = (np.array(column) for column in zip(*partitions, strict=True))
    capped = np.minimum(offered, ceilings)
    granted = int(capped.sum() * share)
    accepted, after = shared_out(offered, capped, granted)
    assert accepted.sum() == granted
    assert (accepted >= 0).all()
    assert (accepted <= capped).all()
    assert 0 <= after <= offered.sum() - granted


def test_a_full_partition_leaves_the_rest_to_the_others() -> None:
    """100 asked of one that takes 10, 40 of one that takes all; 30 are granted: the first is full after a tenth of the
    second, the second has 20 of its 40 at the half."""
    accepted, after = shared_out(np.array([100, 40]), np.array([10, 40]), 30)
    assert accepted.tolist() == [10, 20]
    assert after == 70
