"""The dated price table (`prices.json`) and its reader.

Rule: prices are Decimal and never changed in code; a region that the table lacks is told, not guessed silently: its
price list is us-east-1's with `basis` "assumed". Must not know: meters, tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import orjson

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class RegionPrices:
    """One region's prices in USD: per million request units, per GB-month, per capacity-unit-hour.

    `basis` is "list", "derived" or "assumed" (see the notes in prices.json); `assumed` names single assumed prices.
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


@dataclass(frozen=True, slots=True)
class PriceTable:
    """All regions, and what storage billing counts by: bytes in a gigabyte, free gigabytes, overhead per entry."""

    read_on: str
    gigabyte_bytes: int
    free_storage_gigabytes: int
    storage_overhead_bytes: int
    regions: dict[str, RegionPrices]

    def region(self, name: str) -> RegionPrices:
        """The prices of a region; us-east-1's, marked as assumed, where the table has none."""
        found = self.regions.get(name)
        if found is not None:
            return found
        fallback = self.regions[DEFAULT_REGION]
        members = {field: getattr(fallback, field) for field in RegionPrices.__dataclass_fields__}
        return RegionPrices(**{**members, "region": name, "basis": "assumed"})


@cache
def price_table() -> PriceTable:
    """The table that ships with this version."""
    body: dict[str, Any] = orjson.loads(resources.files("dynarig.emulator.cost").joinpath("prices.json").read_bytes())
    regions = {name: _region(name, members) for name, members in body["regions"].items()}
    return PriceTable(
        read_on=body["read_on"],
        gigabyte_bytes=body["gigabyte_bytes"],
        free_storage_gigabytes=body["free_storage_gigabytes"],
        storage_overhead_bytes=body["storage_overhead_bytes"],
        regions=regions,
    )


def _region(name: str, members: dict[str, Any]) -> RegionPrices:
    texts = {key: value for key, value in members.items() if key not in ("basis", "assumed")}
    prices = {key: Decimal(value) for key, value in texts.items()}
    return RegionPrices(region=name, basis=members["basis"], assumed=tuple(members.get("assumed", ())), **prices)
