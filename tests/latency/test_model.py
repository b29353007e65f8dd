"""The latency model: the measured quantiles come back, and what is assumed goes the right way."""

from __future__ import annotations

import pytest

from dynarig.emulator.latency.calibration import CLIENT_SHARE_MS, FRACTIONS, TRANSACTIONS, WRITES
from dynarig.emulator.latency.model import (
    CANCELLED_TRANSACTION,
    CONSISTENT_READ,
    READ,
    TRANSACTION_READ,
    TRANSACTION_WRITE,
    WRITE,
    LatencyModel,
    seconds_at,
)
from tests.metrics.rig import Rig


@pytest.mark.parametrize(("kind", "table"), [(WRITE, WRITES), (TRANSACTION_WRITE, TRANSACTIONS)])
def test_measured_quantiles_come_back(kind, table) -> None:
    for items, quantiles in table.items():
        for fraction, milliseconds in zip(FRACTIONS, quantiles, strict=True):
            wanted = (milliseconds - CLIENT_SHARE_MS) / 1000
            assert seconds_at(kind, items, 0, fraction) == pytest.approx(wanted)


def test_between_two_counts_of_items() -> None:
    five, ten, all_ = (seconds_at(WRITE, items, 0, 0.5) for items in (5, 10, 25))
    assert five < ten < all_
    assert seconds_at(WRITE, 100, 0, 0.5) == all_


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.5, 0.77, 0.95, 0.99, 0.999])
def test_what_takes_longer(fraction: float) -> None:
    put = seconds_at(WRITE, 1, 0, fraction)
    eventual, consistent = (seconds_at(kind, 1, 0, fraction) for kind in (READ, CONSISTENT_READ))
    transactional = seconds_at(TRANSACTION_READ, 1, 0, fraction)
    assert 0 < eventual < consistent < put < seconds_at(TRANSACTION_WRITE, 5, 0, fraction)
    assert 1.8 < transactional / consistent < 2.0  # slightly under twice
    assert seconds_at(WRITE, 1, 400 * 1024, fraction) == pytest.approx(put + 0.004)


def test_a_transaction_takes_about_four_puts() -> None:
    measured = (TRANSACTIONS[5].p50 / WRITES[1].p50, TRANSACTIONS[25].p50 / WRITES[1].p50)
    assert measured == (pytest.approx(3.35, abs=0.01), pytest.approx(4.25, abs=0.01))
    assert seconds_at(CANCELLED_TRANSACTION, 5, 0, 0.5) == seconds_at(TRANSACTION_WRITE, 5, 0, 0.5)


def test_draws_follow_the_quantiles_and_the_seed() -> None:
    draws = [LatencyModel(7, 1.0).draw(WRITE, 1, 0) for _ in range(2)]
    assert draws[0] == draws[1]
    model = LatencyModel(1, 2.0)
    many = sorted(model.draw(WRITE, 1, 0) for _ in range(20_000))
    for fraction in (0.5, 0.9, 0.99):
        wanted = 2 * seconds_at(WRITE, 1, 0, fraction)
        assert many[int(fraction * len(many))] == pytest.approx(wanted, rel=0.05)
    assert many[0] >= 2 * seconds_at(WRITE, 1, 0, 0.0)


def test_off_is_the_default() -> None:
    rig = Rig()
    assert rig.put().delay_seconds == rig.get().delay_seconds == 0.0
