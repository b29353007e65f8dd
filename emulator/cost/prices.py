"""The dated price table (`prices.json`) and its reader.

Rule: prices are Decimal and never changed in code; each tells since when it holds, where it comes from and how certain
it is. A region that the table lacks is told, not guessed silently: it gets us-east-1's prices as "assumed". Must not
know: meters, tables.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson

DEFAULT_REGION = "us-east-1"
LATEST = "9999-12-31"
ASSUMED = "assumed"


def is_day(text: str) -> bool:
    """Whether this is a day of the calendar, as 2024-10-31."""
    try:
        return datetime.fromisoformat(text).date().isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Price:
    """usd: for `per` of `unit`. usage_type: as on a bill, with the region's prefix. since: a day, as 2024-11-01.

    certainty: published (by AWS), quoted (an AWS list, second-hand), derived, recalled or assumed; source says more.
    """

    line: str
    usage_type: str
    usd: Decimal
    per: int
    unit: str
    since: str
    source: str
    certainty: str

    def cost(self, quantity: Decimal) -> Decimal:
        """What so many units cost."""
        return quantity * self.usd / self.per


@dataclass(frozen=True, slots=True)
class RegionPrices:
    """One region's main prices in USD: per million request units, per GB-month, per capacity-unit-hour.

    `basis` is "list", "derived" or "assumed", of on-demand prices; `assumed` names single prices that are no list's.
    """

    region: str
    write_million: Decimal
    read_million: Decimal
    storage_gigabyte_month: Decimal
    pitr_gigabyte_month: Decimal
    backup_gigabyte_month: Decimal
    write_unit_hour: Decimal
    read_unit_hour: Decimal
    basis: str
    assumed: tuple[str, ...] = ()


_MAIN = {
    "write_million": "write_request",
    "read_million": "read_request",
    "storage_gigabyte_month": "storage",
    "pitr_gigabyte_month": "pitr_storage",
    "backup_gigabyte_month": "backup_storage",
    "write_unit_hour": "write_capacity_hour",
    "read_unit_hour": "read_capacity_hour",
}


@dataclass(frozen=True, slots=True)
class PriceTable:
    """All prices, and what billing counts by: bytes in a gigabyte, hours in a month, free use, overhead an entry."""

    read_on: str
    gigabyte_bytes: int
    month_hours: int
    free_tier: dict[str, int]
    storage_overhead_bytes: int
    prices: dict[str, dict[str, tuple[Price, ...]]]  # region → line → newest first

    @property
    def free_storage_gigabytes(self) -> int:
        """What is stored for nothing."""
        return self.free_tier["storage"]

    @property
    def regions(self) -> dict[str, RegionPrices]:
        """The main prices of every region, the latest."""
        return {name: self.region(name) for name in self.prices}

    def price(self, region: str, line: str, day: str = LATEST) -> Price:
        """The price of a line on a day; of a day before the first, the first. KeyError for a line that there is not."""
        known = self.prices.get(region)
        dated = (known or self.prices[DEFAULT_REGION])[line]
        found = next((each for each in dated if each.since <= day), dated[-1])
        if known is not None:
            return found
        return replace(found, certainty=ASSUMED, source=f"{DEFAULT_REGION}'s, as {region} is not in the table")

    def region(self, name: str, day: str = LATEST) -> RegionPrices:
        """The main prices of a region on a day."""
        found = {member: self.price(name, line, day) for member, line in _MAIN.items()}
        certainties = {found[member].certainty for member in ("write_million", "read_million")}
        basis = ASSUMED if ASSUMED in certainties else "derived" if "derived" in certainties else "list"
        return RegionPrices(
            region=name,
            basis=basis,
            assumed=tuple(member for member, price in found.items() if price.certainty not in ("published", "quoted")),
            **{member: price.usd for member, price in found.items()},
        )


@cache
def price_table() -> PriceTable:
    """The table that ships with this version."""
    text = pkgutil.get_data(__package__, "prices.json")
    assert text is not None, "the prices are part of the package"
    body: dict[str, Any] = orjson.loads(text)
    return PriceTable(
        read_on=body["read_on"],
        gigabyte_bytes=body["gigabyte_bytes"],
        month_hours=body["month_hours"],
        free_tier=body["free_tier"],
        storage_overhead_bytes=body["storage_overhead_bytes"],
        prices={
            region: {line: _dated(body, members["prefix"], line, dated) for line, dated in members["prices"].items()}
            for region, members in body["regions"].items()
        },
    )


def _dated(body: dict[str, Any], prefix: str, line: str, dated: list[list[str]]) -> tuple[Price, ...]:
    told = body["lines"][line]
    usage_type = f"{prefix}-{told['usage_type']}" if prefix else told["usage_type"]
    return tuple(
        Price(
            line,
            usage_type,
            Decimal(usd),
            told["per"],
            told["unit"],
            since,
            body["sources"][source]["text"],
            body["sources"][source]["certainty"],
        )
        for since, usd, source in dated
    )
