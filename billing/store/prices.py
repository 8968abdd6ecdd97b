"""The price book, and contracts' own prices (4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import asyncpg

from billing.charge_columns import UsedPrice
from billing.period import Period
from billing.pricing import Graduated, Package, PerUnit, Pricing, Tier, Volume
from billing.products import Price
from billing.rating import ProductTerms
from billing.store.questions import Question, Rows, asked

PER_UNIT, GRADUATED, VOLUME, PACKAGE = 1, 2, 3, 4
FORM_COLUMNS = ("form", "unit_price", "tier_bounds", "tier_prices", "package_size", "package_price")


class NewPrice(NamedTuple):
    """A price to be recorded; the contract's key is None in the price book."""

    product_key: int
    contract_key: int | None
    start: Period
    pricing: Pricing


SUPERSEDE_PRICES = """
UPDATE price p SET supersede_time = $4, supersede_cutoff = $5
FROM unnest($1::integer[], $2::integer[], $3::date[]) AS n (product_key, contract_key, start_month)
WHERE p.product_key = n.product_key AND p.contract_key IS NOT DISTINCT FROM n.contract_key
  AND p.start_month = n.start_month AND p.supersede_cutoff IS NULL
"""
INSERT_PRICE = """
INSERT INTO price (product_key, contract_key, start_month, record_time, record_cutoff,
                   form, unit_price, tier_bounds, tier_prices, package_size, package_price)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def save_prices(
    connection: asyncpg.Connection, prices: Sequence[NewPrice], record_time: datetime, cutoff: int
) -> None:
    """Record prices in place of those of the same product, contract and period, which must differ among them."""
    keys = [(price.product_key, price.contract_key, price.start.first_day) for price in prices]
    if keys:
        await connection.execute(SUPERSEDE_PRICES, *map(list, zip(*keys, strict=True)), record_time, cutoff)
    rows = [(*key, record_time, cutoff, *_columns(each.pricing)) for key, each in zip(keys, prices, strict=True)]
    await connection.executemany(INSERT_PRICE, rows)


def _columns(pricing: Pricing) -> tuple[Any, ...]:
    """The columns of a price's form."""
    if isinstance(pricing, PerUnit):
        return PER_UNIT, pricing.unit_price, None, None, None, None
    if isinstance(pricing, Package):
        return PACKAGE, None, None, None, pricing.size, pricing.package_price
    form = GRADUATED if isinstance(pricing, Graduated) else VOLUME
    bounds = [tier.up_to for tier in pricing.tiers if tier.up_to is not None]
    return form, None, bounds, [tier.unit_price for tier in pricing.tiers], None, None


def pricing_of(row: Mapping[str, Any]) -> Pricing | None:
    """The pricing in the columns of a price's form; None where there is no price."""
    form = row["form"]
    if form is None:
        return None
    if form == PER_UNIT:
        return PerUnit(row["unit_price"])
    if form == PACKAGE:
        return Package(row["package_size"], row["package_price"])
    tiers = tuple(map(Tier, [*row["tier_bounds"], None], row["tier_prices"]))
    return Graduated(tiers) if form == GRADUATED else Volume(tiers)


LIST_PRICES = """
SELECT product_id, start_month, coalesce(contract_sid, '') AS contract_sid, r.record_time,
       form, unit_price, tier_bounds, tier_prices, package_size, package_price
FROM price r JOIN product USING (product_key) LEFT JOIN contract USING (contract_key)
WHERE supersede_cutoff IS NULL AND coalesce(contract_sid, '') = $1
  AND ($2 = '' OR product_id = $2) AND (product_id, start_month) > ($3, $4)
ORDER BY product_id, start_month LIMIT $5
"""


async def list_prices(
    connection: asyncpg.Connection, contract_sid: str, product_id: str, after: tuple[str, date], limit: int
) -> list[Price]:
    """Prices by product and period, after one: of all products, or of one; a contract's own, or the price book's."""
    rows = await connection.fetch(LIST_PRICES, contract_sid, product_id, *after, limit)
    return [_price(row) for row in rows]


def _price(row: asyncpg.Record) -> Price:
    pricing = pricing_of(row)
    assert pricing is not None
    return Price(row["product_id"], Period.of(row["start_month"]), pricing, row["contract_sid"], row["record_time"])


CONTRACT_KEYS = "SELECT contract_sid, contract_key FROM contract WHERE contract_sid = ANY ($1)"


async def contract_keys(connection: asyncpg.Connection, contract_sids: Sequence[str]) -> dict[str, int]:
    """The keys of those contracts that exist, by SID."""
    return dict(await connection.fetch(CONTRACT_KEYS, contract_sids))


OWN_PRODUCT_TERMS = """
WITH prices AS (
    SELECT DISTINCT ON (contract_key, product_key) contract_key, product_key, price_key, start_month,
           form, unit_price, tier_bounds, tier_prices, package_size, package_price
    FROM price
    WHERE contract_key = ANY ($3)
      AND start_month <= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2)
    ORDER BY contract_key, product_key, start_month DESC
), terms AS (
    SELECT DISTINCT ON (product_key) product_key, covered FROM product_terms
    WHERE start_month <= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2)
    ORDER BY product_key, start_month DESC
)
SELECT contract_key, contract_sid, product_key, product_id, coalesce(t.covered, false) AS covered, price_key,
       start_month, form, unit_price, array_to_string(tier_bounds, ' '), array_to_string(tier_prices, ' '),
       package_size, package_price
FROM prices JOIN product USING (product_key) JOIN contract USING (contract_key) LEFT JOIN terms t USING (product_key)
"""


@asked
def own_product_terms(
    period: Period, before_cutoff: int, contract_keys: Sequence[int]
) -> Question[dict[int, dict[int, ProductTerms]]]:
    """The own prices of contracts that hold in a period, as recorded before a cut-off, by contract and product.

    They hold for the families that are members on the first day of the period (4.5).
    """
    arguments = period.first_day, before_cutoff, list(contract_keys)
    return Question(OWN_PRODUCT_TERMS, arguments, _own_product_terms)


def _own_product_terms(rows: Rows) -> dict[int, dict[int, ProductTerms]]:
    found: dict[int, dict[int, ProductTerms]] = {}
    for contract_key, contract_sid, product_key, product_id, covered, price_key, start_month, *form in rows:
        kind, unit_price, bounds, prices, size, package_price = form
        columns = (kind, unit_price, _numbers(bounds), _numbers(prices), size, package_price)
        pricing = pricing_of(dict(zip(FORM_COLUMNS, columns, strict=True)))
        found.setdefault(contract_key, {})[product_key] = ProductTerms(
            product_id, covered, price_key, pricing, str(Period.of(start_month)), contract_key, contract_sid
        )
    return found


def _numbers(text: str | None) -> list[Decimal] | None:
    """Numbers with spaces between them: an array, as one can stand among columns."""
    return None if text is None else [Decimal(number) for number in text.split()]


USED_PRICES = """
SELECT price_key, start_month, coalesce(contract_sid, '') AS contract_sid,
       form, unit_price, tier_bounds, tier_prices, package_size, package_price
FROM price LEFT JOIN contract USING (contract_key) WHERE price_key = ANY ($1)
"""


async def used_prices(connection: asyncpg.Connection, price_keys: Iterable[int]) -> dict[int, UsedPrice]:
    """Those of the prices that exist, superseded or not, by key."""
    return {
        row["price_key"]: UsedPrice(pricing_of(row), str(Period.of(row["start_month"])), row["contract_sid"])
        for row in await connection.fetch(USED_PRICES, list(price_keys))
    }


class Repriced(NamedTuple):
    """The months, the end excluded, in which a price became another; contract 0 is the price book."""

    product_key: int
    contract_key: int
    start_month: date
    end_month: date | None


REPRICED = """
SELECT c.product_key, coalesce(c.contract_key, 0) AS contract_key, c.start_month,
       (SELECT min(n.start_month) FROM price n
        WHERE n.product_key = c.product_key AND n.contract_key IS NOT DISTINCT FROM c.contract_key
          AND n.start_month > c.start_month
          AND n.record_cutoff <= $1 AND (n.supersede_cutoff IS NULL OR n.supersede_cutoff > $1)) AS end_month
FROM (SELECT DISTINCT product_key, contract_key, start_month FROM price
      WHERE (record_cutoff = $1) <> coalesce(supersede_cutoff = $1, false)) c
ORDER BY c.product_key, c.contract_key NULLS FIRST, c.start_month
"""


@asked
def repriced(cutoff: int) -> Question[list[Repriced]]:
    """Which prices became others with a cut-off: recorded or superseded with exactly this one, but not both."""
    return Question(REPRICED, (cutoff,), lambda rows: [Repriced(*row) for row in rows])
