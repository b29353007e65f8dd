"""The dated price table."""

from decimal import Decimal

import pytest

from dynarig.emulator.cost.prices import price_table

TABLE = price_table()


@pytest.mark.parametrize(
    ("region", "write", "read", "storage"),
    [
        ("us-east-1", "0.625", "0.125", "0.25"),
        ("us-west-2", "0.625", "0.125", "0.25"),
        ("ap-northeast-1", "0.715", "0.1425", "0.285"),
        ("eu-west-2", "0.7423", "0.1485", "0.297"),
    ],
)
def test_the_regions_of_the_documents(region, write, read, storage):
    prices = TABLE.region(region)
    assert (prices.write_million, prices.read_million) == (Decimal(write), Decimal(read))
    assert prices.storage_gigabyte_month == Decimal(storage)
    assert prices.basis in ("list", "derived")


def test_a_region_without_prices_is_marked():
    prices = TABLE.region("mars-north-1")
    assert (prices.region, prices.basis) == ("mars-north-1", "assumed")
    assert prices.write_million == TABLE.region("us-east-1").write_million


def test_every_price_is_plausible():
    for prices in TABLE.regions.values():
        assert Decimal("0.5") < prices.write_million < 1
        assert Decimal("0.19") < prices.read_million / prices.write_million < Decimal("0.21")
        assert Decimal("0.0009") < prices.write_unit_hour / prices.write_million < Decimal("0.0011")
        assert Decimal("0.19") < prices.read_unit_hour / prices.write_unit_hour < Decimal("0.21")


def test_how_storage_is_counted():
    assert (TABLE.read_on, TABLE.gigabyte_bytes) == ("2026-09-16", 10**9)
    assert (TABLE.free_storage_gigabytes, TABLE.storage_overhead_bytes) == (25, 100)
