"""The dated price table."""

from decimal import Decimal

import pytest

from dynarig.emulator.cost.prices import price_table

TABLE = price_table()
CUT = "2024-11-01"
LINES = set(TABLE.prices["us-east-1"])


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


@pytest.mark.parametrize(
    ("region", "write", "read"),
    [
        ("us-east-1", "1.25", "0.25"),
        ("ap-northeast-1", "1.4269", "0.2854"),
        ("eu-west-1", "1.4135", "0.283"),
        ("eu-west-2", "1.4846", "0.2969"),
    ],
)
def test_on_demand_cost_twice_as_much_before_november_2024(region, write, read):
    before, after = TABLE.region(region, "2024-10-31"), TABLE.region(region, CUT)
    assert (before.write_million, before.read_million) == (Decimal(write), Decimal(read))
    assert Decimal("1.99") < before.write_million / after.write_million < Decimal("2.01")
    assert (before.write_unit_hour, before.storage_gigabyte_month) == (
        after.write_unit_hour,
        after.storage_gigabyte_month,
    )


def test_a_region_without_prices_is_marked():
    prices = TABLE.region("mars-north-1")
    assert (prices.region, prices.basis) == ("mars-north-1", "assumed")
    assert prices.write_million == TABLE.region("us-east-1").write_million
    price = TABLE.price("mars-north-1", "storage")
    assert price.certainty == "assumed"
    assert "mars-north-1" in price.source


def test_every_price_is_plausible():
    for prices in TABLE.regions.values():
        assert Decimal("0.5") < prices.write_million < 1
        assert Decimal("0.19") < prices.read_million / prices.write_million < Decimal("0.21")
        assert Decimal("0.0009") < prices.write_unit_hour / prices.write_million < Decimal("0.0011")
        assert Decimal("0.19") < prices.read_unit_hour / prices.write_unit_hour < Decimal("0.21")


@pytest.mark.parametrize("region", TABLE.prices)
def test_every_region_has_every_line_with_its_source(region):
    assert set(TABLE.prices[region]) == LINES
    for dated in TABLE.prices[region].values():
        days = [price.since for price in dated]
        assert days == sorted(days, reverse=True)
        for price in dated:
            assert price.usd > 0
            assert price.certainty in ("published", "quoted", "derived", "recalled")
            assert price.source
            assert price.usage_type.startswith("" if region == "us-east-1" else price.usage_type.partition("-")[0])


def test_usage_types_are_those_of_a_bill():
    assert TABLE.price("ap-northeast-1", "read_request").usage_type == "APN1-ReadRequestUnits"
    assert TABLE.price("us-east-1", "storage").usage_type == "TimedStorage-ByteHrs"
    assert TABLE.price("eu-west-1", "ia_write_request").usage_type == "EU-IA-WriteRequestUnits"
    assert TABLE.price("eu-west-2", "write_capacity_hour").usage_type == "EUW2-WriteCapacityUnit-Hrs"


def test_217_million_writes_of_before_the_cut():
    """T. B., 2019: 217 million writes were billed 271.61 USD."""
    price = TABLE.price("us-east-1", "write_request", "2019-06-01")
    assert price.cost(Decimal(217_000_000)) == pytest.approx(Decimal("271.61"), rel=Decimal("0.002"))


def test_how_storage_is_counted():
    assert (TABLE.read_on, TABLE.gigabyte_bytes) == ("2026-09-16", 10**9)
    assert (TABLE.free_storage_gigabytes, TABLE.storage_overhead_bytes) == (25, 100)
