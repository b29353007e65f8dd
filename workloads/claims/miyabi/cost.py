"""The month's bill: the document's volumes at what the real mix consumes, at dated Tokyo prices.

A request is not a unit: reads are counted in 4 KB and at half when eventually consistent, writes in 1 KB and again for
each index that sees them. Prices are those of the price table: today's, and those before November 2024.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dynarig.emulator.cost.prices import price_table
from dynarig.workloads.claims.bench import Bench
from dynarig.workloads.claims.claim import Claim, find_claim
from dynarig.workloads.claims.finding import CONTRADICTED, FAILS, HOLDS, PARTLY, Finding, within
from dynarig.workloads.claims.miyabi.traffic import Traffic, of_bench
from dynarig.workloads.claims.register import checks

_REGION = "ap-northeast-1"
_BEFORE = "2024-10-31"
_READS, _WRITES, _GIGABYTES = 1_000_000, 500_000, 5
_TOLERANCE = 0.1
_PRICE_TOLERANCE, _NEAR = 0.01, 0.2
_MONTH_SECONDS = 30 * 86_400


@dataclass(frozen=True)
class Bill:
    """A month in USD, by line."""

    reads: float
    writes: float
    index_writes: dict[str, float]
    storage: float
    index_storage: dict[str, float]

    @property
    def table(self) -> float:
        """The table alone, as the document's ten dollars mean it."""
        return self.reads + self.writes + self.storage

    @property
    def indexes(self) -> float:
        """All indexes."""
        return sum(self.index_writes.values()) + sum(self.index_storage.values())

    @property
    def total(self) -> float:
        """All of it."""
        return self.table + self.indexes

    def to_json(self) -> dict[str, Any]:
        """Every line."""
        lines = {"reads": self.reads, "writes": self.writes, "storage": self.storage}
        return {**lines, "index_writes": self.index_writes, "index_storage": self.index_storage, "total": self.total}


def month(traffic: Traffic, day: str | None = None) -> Bill:
    """The documented month: its requests at the mix's units, its gigabytes shared between table and indexes."""
    prices = price_table().region(_REGION, day) if day else price_table().region(_REGION)
    read, write = float(prices.read_million) / 1e6, float(prices.write_million) / 1e6
    gigabyte = float(prices.storage_gigabyte_month)
    per_byte = _GIGABYTES * gigabyte / traffic.table_bytes
    return Bill(
        reads=_READS * traffic.units_per_request("read") * read,
        writes=_WRITES * traffic.units_per_request("write", "table") * write,
        index_writes={name: _WRITES * traffic.units_per_request("write", name) * write for name in traffic.index_bytes},
        storage=_GIGABYTES * gigabyte,
        index_storage={name: size * per_byte for name, size in traffic.index_bytes.items()},
    )


def _evidence(traffic: Traffic) -> dict[str, Any]:
    return {
        "now": month(traffic).to_json(),
        "before_november_2024": month(traffic, _BEFORE).to_json(),
        "read_units_a_read": traffic.units_per_request("read"),
        "write_units_a_write": traffic.units_per_request("write", "table"),
        "index_units_a_write": {name: traffic.units_per_request("write", name) for name in traffic.index_bytes},
        "traffic": traffic.to_json(),
    }


@checks("MYB-22")
def volumes(claim: Claim, bench: Bench) -> Finding:
    """The month's volumes as rates, beside the rate of the document's own load test."""
    reads, writes = claim.number("read"), claim.number("write")
    rate = (reads + writes) / _MONTH_SECONDS
    tested = find_claim("MYB-35").number("load")  # requests per second, of the document's testing section
    minutes = (reads + writes) / tested / 60
    return Finding(
        CONTRADICTED if tested > 100 * rate else HOLDS,
        f"{rate:.2f} requests a second on the average; the load test of {tested:,.0f} a second takes the month's "
        "volume "
        f"in {minutes:.0f} minutes",
        "The volumes of the estimate and the rate of the load test are three orders of magnitude apart.",
        value=rate,
        unit="requests a second",
        evidence={"reads_a_second": reads / _MONTH_SECONDS, "writes_a_second": writes / _MONTH_SECONDS},
    )


@checks("MYB-23", "MYB-24")
def request_prices(claim: Claim, bench: Bench) -> Finding:
    """A million reads, half a million writes, by the units that the mix takes, at Tokyo's prices."""
    traffic = of_bench(bench)
    kind = "read" if claim.id == "MYB-23" else "write"
    claimed, claimed_price = claim.number(kind, "USD/month"), claim.number(kind, "USD/request")
    now, before = month(traffic), month(traffic, _BEFORE)
    cost, old = (now.reads, before.reads) if kind == "read" else (now.writes, before.writes)
    prices = price_table().region(_REGION)
    price = float(prices.read_million if kind == "read" else prices.write_million) / 1e6
    units = traffic.units_per_request(kind, None if kind == "read" else "table")
    return Finding(
        HOLDS if within(cost, claimed, _TOLERANCE) else FAILS,
        f"{cost:.3f} USD a month ({units:.2f} units a {kind} at {price * 1e6:g} USD a million); {old:.3f} USD before "
        "November 2024",
        f"The document's price of a request is {claimed_price / price:.1f} times the price of a unit in Tokyo today, "
        "and a "
        f"{kind} is not one unit.",
        value=cost,
        unit="USD a month",
        evidence=_evidence(traffic),
        tolerance=_TOLERANCE,
    )


@checks("MYB-25")
def storage_price(claim: Claim, bench: Bench) -> Finding:
    """Five gigabytes at Tokyo's price, without and with what is free and what the indexes repeat."""
    traffic = of_bench(bench)
    bill = month(traffic)
    price = float(price_table().region(_REGION).storage_gigabyte_month)
    claimed = claim.number("storage", "USD/month")
    exact = within(price, claim.number("storage", "USD/GB-month"), _PRICE_TOLERANCE)
    near = within(bill.storage, claimed, _NEAR)
    copies = sum(traffic.index_bytes.values()) / traffic.table_bytes
    return Finding(
        HOLDS if exact else PARTLY if near else FAILS,
        f"{bill.storage:.3f} USD a month at {price:g} a GB; the indexes repeat {copies:.0%} of it; 25 GB a region are "
        "free",
        "The price is us-east-1's; Tokyo's is 14 % higher. Recovery is not in the estimate, and the first 25 GB cost "
        "nothing.",
        value=bill.storage,
        unit="USD a month",
        evidence=_evidence(traffic),
        tolerance=_PRICE_TOLERANCE,
    )


@checks("MYB-26")
def table_total(claim: Claim, bench: Bench) -> Finding:
    """The table's three lines together."""
    traffic = of_bench(bench)
    bill = month(traffic)
    claimed = claim.number("total")
    parts = {"MYB-23": "read", "MYB-24": "write", "MYB-25": "storage"}
    added = sum(find_claim(id).number(what, "USD/month") for id, what in parts.items())
    return Finding(
        HOLDS if within(bill.table, claimed, _TOLERANCE) else FAILS,
        f"{bill.table:.2f} USD a month: reads {bill.reads:.2f}, writes {bill.writes:.2f}, storage {bill.storage:.2f} "
        f"({bill.table - bill.storage:.2f} within the free 25 GB); the document's three lines add up to {added:.2f}",
        "The document's prices of requests are Tokyo's on no day of the price table.",
        value=bill.table,
        unit="USD a month",
        evidence=_evidence(traffic),
        tolerance=_TOLERANCE,
    )


@checks("MYB-27")
def indexes_total(claim: Claim, bench: Bench) -> Finding:
    """What each index adds: the writes that it sees and what it stores."""
    traffic = of_bench(bench)
    bill = month(traffic)
    each = {name: bill.index_writes[name] + bill.index_storage[name] for name in traffic.index_bytes}
    claimed = claim.number("two GSIs")
    return Finding(
        HOLDS if within(bill.indexes, claimed, _TOLERANCE) else FAILS,
        f"{bill.indexes:.2f} USD a month for both: " + ", ".join(f"{name} {cost:.2f}" for name, cost in each.items()),
        "An index takes writes and storage of the items that carry its key, and reads only instead of the table.",
        value=bill.indexes,
        unit="USD a month",
        evidence={"each": each, **_evidence(traffic)},
        tolerance=_TOLERANCE,
    )


@checks("MYB-28")
def grand_total(claim: Claim, bench: Bench) -> Finding:
    """Table and indexes, today and before the price cut."""
    traffic = of_bench(bench)
    bill, before = month(traffic), month(traffic, _BEFORE)
    claimed = claim.number("grand total")
    return Finding(
        HOLDS if within(bill.total, claimed, _TOLERANCE) else FAILS,
        f"{bill.total:.2f} USD a month today, {before.total:.2f} before November 2024: the estimate is "
        f"{claimed / bill.total:.0f} times that",
        "Point-in-time recovery, backups, stream reads and KMS are not in the estimate.",
        value=bill.total,
        unit="USD a month",
        evidence=_evidence(traffic),
        tolerance=_TOLERANCE,
    )
