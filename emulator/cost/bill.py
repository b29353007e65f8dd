"""The bill: what was metered times what it costs, by table, index and operation, for the run and for a month like it.

Rule: every figure is units × price, and tells both; nothing is rounded but for show. A month has the price table's
hours: what is billed by request goes on at the run's rate, what is billed by time stays as it is now. Provisioned
tables pay for their hours, so their requests cost nothing more. The free tier is shown apart: it is the account's, no
table's.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from dynarig.emulator.cost.accrual import Accrual, amounts
from dynarig.emulator.cost.prices import LATEST, Price, PriceTable, price_table
from dynarig.emulator.metrics.activity import FORGOTTEN, STANDARD
from dynarig.emulator.metrics.series import Namespace, SeriesName, Successes
from dynarig.emulator.storage.catalog import Catalog
from dynarig.emulator.storage.table_settings import PROVISIONED

_HOUR_SECONDS = Decimal(3600)
_SHORTEST_SECONDS = 1.0  # a run that the clock does not show cannot be made a month of
_STEP_LINES = 25  # of a bill that others wait for: half a millisecond
_FREE_LINES = ("storage", "read_capacity_hour", "write_capacity_hour", "streams_read")


@dataclass(frozen=True, slots=True)
class Metered:
    """What is billed. lines: of the meter. region, day: of prices, or None for the
    tables' own and the latest."""

    lines: Mapping[SeriesName, tuple[int, int]]
    successes: Iterable[Successes]
    accrual: Accrual
    catalogs: Iterable[Catalog]
    region: str | None = None
    day: str | None = None


@dataclass(frozen=True, slots=True)
class BillLine:
    """One figure. quantity: units of the run. month_quantity: of a month like it, None where the clock stands.

    cost, month_cost: USD of these.
    """

    price: Price
    account: str
    region: str
    table: str
    index: str | None
    operation: str | None
    quantity: Decimal
    month_quantity: Decimal | None
    cost: Decimal
    month_cost: Decimal | None


def bill(metered: Metered, now: float) -> Generator[None, None, list[BillLine]]:
    """Every line that is not nothing, dearest first, in steps."""
    prices, began_at = price_table(), metered.accrual.began_at
    elapsed = 0.0 if began_at is None else now - began_at
    month = Decimal(prices.month_hours) * _HOUR_SECONDS
    factor = month / Decimal(elapsed) if elapsed >= _SHORTEST_SECONDS else None
    every = chain(
        _requests(metered, factor), _streams(metered, factor), _held(metered, prices), _moved(metered, prices)
    )
    lines: list[BillLine] = []
    for count, line in enumerate(every):
        if line.quantity or line.month_quantity:
            lines.append(line)
        if count % _STEP_LINES == 0:
            yield
    return sorted(lines, key=lambda line: (-(line.month_cost or line.cost), line.price.usage_type, line.table))


def by_request(metered: Metered) -> list[BillLine]:
    """The lines of what is billed by request alone, without a month."""
    return [*_requests(metered, None), *_streams(metered, None)]


def _line(
    price: Price,
    where: tuple[str, str, str, str | None],
    operation: str | None,
    quantity: Decimal,
    month: Decimal | None,
) -> BillLine:
    """where: account, region, table and index."""
    month_cost = None if month is None else price.cost(month)
    return BillLine(price, *where, operation, quantity, month, price.cost(quantity), month_cost)


def _price(metered: Metered, namespace: Namespace, line: str) -> Price:
    return price_table().price(metered.region or namespace.region, line, metered.day or LATEST)


def _requests(metered: Metered, factor: Decimal | None) -> Iterable[BillLine]:
    """Requests of tables that are billed by request, in whole and half units."""
    for name, half_units in metered.lines.items():
        if name.tariff.billing_mode == PROVISIONED:
            continue
        infrequent = "" if name.tariff.table_class == STANDARD else "ia_"
        for axis, units in zip(("read", "write"), half_units, strict=True):
            if not units:
                continue
            quantity = Decimal(units) / 2
            yield _line(
                _price(metered, name.namespace, f"{infrequent}{axis}_request"),
                (*name.namespace, name.table, name.index),
                name.operation,
                quantity,
                None if factor is None else quantity * factor,
            )


def _streams(metered: Metered, factor: Decimal | None) -> Iterable[BillLine]:
    """A unit each call of GetRecords."""
    for successes in metered.successes:
        if successes.stream_label is not None:
            calls = Decimal(successes.stream_reads)
            price = _price(metered, successes.namespace, "streams_read")
            month = None if factor is None else calls * factor
            yield _line(price, (*successes.namespace, successes.table, None), "GetRecords", calls, month)


def _held(metered: Metered, prices: PriceTable) -> Iterable[BillLine]:
    """Storage and provisioned units: of the run by the clock, of a month as they are now."""
    present = dict(amounts(metered.catalogs))
    for held in {**metered.accrual.seconds, **present}:
        per_hour = Decimal(1)
        if held.line.endswith("storage"):
            per_hour = Decimal(prices.gigabyte_bytes) * prices.month_hours
        seconds = Decimal(metered.accrual.seconds.get(held, 0.0))
        month = Decimal(present.get(held, 0)) * prices.month_hours / per_hour
        price = _price(metered, held.namespace, held.line)
        quantity = seconds / _HOUR_SECONDS / per_hour
        yield _line(price, (*held.namespace, held.table, held.index), None, quantity, month)


def _moved(metered: Metered, prices: PriceTable) -> Iterable[BillLine]:
    """A restore, an export or an import is billed once, by what it moved; a month like the run has those of the run."""
    for catalog in metered.catalogs:
        namespace = Namespace(catalog.account, catalog.region)
        for (line, table), size_bytes in list(catalog.moved_bytes.items()):
            quantity = Decimal(size_bytes) / prices.gigabyte_bytes
            where = (*namespace, table or FORGOTTEN, None)
            yield _line(_price(metered, namespace, line), where, None, quantity, quantity)


def free_tier(lines: Iterable[BillLine]) -> dict[tuple[str, str], Decimal]:
    """(account and region, line of the price table) → USD a month that the free tier takes off."""
    free = price_table().free_tier
    quantities: dict[tuple[str, str], tuple[Price, Decimal]] = {}
    for line in lines:
        if line.price.line in _FREE_LINES and line.month_quantity is not None:
            key = (f"{line.account}/{line.region}", line.price.line)
            _, before = quantities.get(key, (line.price, Decimal(0)))
            quantities[key] = (line.price, before + line.month_quantity)
    return {key: price.cost(min(quantity, Decimal(free[key[1]]))) for key, (price, quantity) in quantities.items()}


def explained(line: BillLine) -> str:
    """One figure down to units × price, with the price's age, source and certainty."""
    price = line.price
    text = f"{_plain(line.quantity)} {price.unit} × {price.usd} USD per {price.per:,} = {_usd(line.cost)}"
    if line.month_cost is not None and line.month_quantity is not None:
        text += f"; a month: {_plain(line.month_quantity)} × {price.usd} per {price.per:,} = {_usd(line.month_cost)}"
    return f"{text}. Price since {price.since}, {price.certainty}: {price.source}."


def _plain(quantity: Decimal) -> str:
    """The number in full to nine decimals, without trailing zeros."""
    return f"{quantity:,.9f}".rstrip("0").rstrip(".")


def _usd(amount: Decimal) -> str:
    return f"{amount:.9f} USD"


def shown(metered: Metered, now: float) -> Generator[None, None, dict[str, Any]]:
    """The bill as JSON shows it, in steps: what is metered while it is made may be in it or not."""
    began_at = metered.accrual.began_at
    lines = yield from bill(metered, now)
    shown_lines = []
    for count, line in enumerate(lines):
        shown_lines.append(_shown_line(line))
        if count % _STEP_LINES == 0:
            yield
    month = sum((line.month_cost or Decimal(0) for line in lines), Decimal(0))
    free = free_tier(lines)
    return {
        "currency": "USD",
        "prices_read_on": price_table().read_on,
        "elapsed_seconds": 0.0 if began_at is None else now - began_at,
        "lines": shown_lines,
        "run_usd": float(sum((line.cost for line in lines), Decimal(0))),
        "month_usd": None if any(line.month_cost is None for line in lines) else float(month),
        "free_tier_month_usd": {f"{where} {line}": float(usd) for (where, line), usd in free.items()},
        "month_usd_after_free_tier": float(month - sum(free.values(), Decimal(0))),
    }


def _shown_line(line: BillLine) -> dict[str, Any]:
    return {
        "usage_type": line.price.usage_type,
        "account": line.account,
        "region": line.region,
        "table": line.table,
        "index": line.index,
        "operation": line.operation,
        "quantity": float(line.quantity),
        "unit": line.price.unit,
        "price_usd": float(line.price.usd),
        "per": line.price.per,
        "certainty": line.price.certainty,
        "run_usd": float(line.cost),
        "month_usd": None if line.month_cost is None else float(line.month_cost),
        "explanation": explained(line),
    }
