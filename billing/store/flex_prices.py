"""The prices of Flex pricing models with their quotas (7.2, 7.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import asyncpg

from billing.flex import FlexModel, FlexTerms
from billing.period import Period
from billing.store.questions import Question, Rows, asked

BEGINNING = date(1900, 1, 1)  # the month from which list prices hold

LOCK_PRICES = "SELECT FROM flex_price WHERE start_month = $1 ORDER BY price_key FOR NO KEY UPDATE"


async def lock_prices(connection: asyncpg.Connection) -> None:
    """Hold off other changes of prices until the transaction ends, by the list prices, which are always there."""
    await connection.execute(LOCK_PRICES, BEGINNING)


SUPERSEDE_PRICES = """
UPDATE flex_price p SET supersede_time = $3, supersede_cutoff = $4
FROM unnest($1::smallint[], $2::date[]) AS n (model, start_month)
WHERE p.model = n.model AND p.start_month = n.start_month AND p.supersede_cutoff IS NULL
"""
INSERT_PRICES = """
INSERT INTO flex_price (model, start_month, unit_price, record_time, record_cutoff)
SELECT model, start_month, unit_price, $4, $5
FROM unnest($1::smallint[], $2::date[], $3::numeric[]) AS n (model, start_month, unit_price)
RETURNING price_key, model, start_month
"""
INSERT_QUOTAS = """
INSERT INTO flex_quota (price_key, product_key, quantity_micros)
SELECT price_key, product_key, quantity_micros
FROM unnest($1::integer[], $2::integer[], $3::bigint[]) AS n (price_key, product_key, quantity_micros)
"""


class NewPrice(NamedTuple):
    """A price to be recorded; quotas in 10⁻⁶ of the unit by product key."""

    model: FlexModel
    start: Period
    unit_price: Decimal
    quotas: Mapping[int, int]


async def save_prices(
    connection: asyncpg.Connection, prices: Sequence[NewPrice], record_time: datetime, cutoff: int
) -> None:
    """Record prices in place of those of the same model and period, which must differ among them."""
    models = [int(price.model) for price in prices]
    months = [price.start.first_day for price in prices]
    await connection.execute(SUPERSEDE_PRICES, models, months, record_time, cutoff)
    amounts = [price.unit_price for price in prices]
    rows = await connection.fetch(INSERT_PRICES, models, months, amounts, record_time, cutoff)
    keys = {(row["model"], row["start_month"]): row["price_key"] for row in rows}
    quotas = [
        (keys[int(price.model), price.start.first_day], product_key, micros)
        for price in prices
        for product_key, micros in price.quotas.items()
    ]
    if quotas:
        await connection.execute(INSERT_QUOTAS, *map(list, zip(*quotas, strict=True)))


class ListedPrice(NamedTuple):
    """A price as it is shown: `start` is None for the list price; quotas as product id and 10⁻⁶ of the unit, by id."""

    model: FlexModel
    start: Period | None
    unit_price: Decimal
    quotas: list[tuple[str, int]]


LIST_PRICES = """
SELECT p.price_key, p.model, p.start_month, p.unit_price, q.product_id, q.quantity_micros
FROM flex_price p
LEFT JOIN (
    SELECT price_key, product_id, quantity_micros FROM flex_quota JOIN product USING (product_key)
) q USING (price_key)
WHERE p.supersede_cutoff IS NULL
ORDER BY p.model, p.start_month, q.product_id
"""


async def list_prices(connection: asyncpg.Connection) -> list[ListedPrice]:
    """All prices that hold, by model and period."""
    listed: dict[int, ListedPrice] = {}
    for row in await connection.fetch(LIST_PRICES):
        start = None if row["start_month"] == BEGINNING else Period.of(row["start_month"])
        price = listed.setdefault(row["price_key"], ListedPrice(FlexModel(row["model"]), start, row["unit_price"], []))
        if row["product_id"] is not None:
            price.quotas.append((row["product_id"], row["quantity_micros"]))
    return list(listed.values())


FLEX_TERMS = """
SELECT model, price_key, unit_price, start_month, q.product_key, q.quantity_micros
FROM (
    SELECT DISTINCT ON (model) model, price_key, unit_price, start_month FROM flex_price
    WHERE start_month <= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2)
    ORDER BY model, start_month DESC
) p LEFT JOIN flex_quota q USING (price_key)
"""


@asked
def flex_terms(period: Period, before_cutoff: int) -> Question[dict[FlexModel, FlexTerms]]:
    """What every model costs in a period, and what it includes, as recorded before a cut-off."""
    return Question(FLEX_TERMS, (period.first_day, before_cutoff), _flex_terms)


def _flex_terms(rows: Rows) -> dict[FlexModel, FlexTerms]:
    quotas: dict[int, dict[int, int]] = {}
    for _, price_key, _, _, product_key, micros in rows:
        included = quotas.setdefault(price_key, {})
        if product_key is not None:
            included[product_key] = micros
    return {
        FlexModel(model): FlexTerms(
            price_key, unit_price, "" if start == BEGINNING else str(Period.of(start)), quotas[price_key]
        )
        for model, price_key, unit_price, start, _, _ in rows
    }


REPRICED_FAMILIES = """
WITH repriced AS (
    SELECT model, min(start_month) AS start_month FROM flex_price
    WHERE (record_cutoff = $3 OR supersede_cutoff = $3)
      AND start_month < (SELECT (period + interval '1 month')::date FROM closing WHERE closing_number = $3)
    GROUP BY model
)
SELECT m.family_key, min(greatest(r.start_month, date_trunc('month', m.start_day)::date)) AS first_day
FROM flex_model m JOIN repriced r USING (model)
WHERE m.family_key >= $1 AND m.family_key < $2
GROUP BY m.family_key ORDER BY m.family_key
"""


@asked
def repriced_families(families: tuple[int, int], cutoff: int) -> Question[list[tuple[int, date]]]:
    """The families of a range of keys whose model has another price or quota with a cut-off, in periods closed by then.

    Returns:
        Family key and the first month that may come to something else; ascending.
    """
    return Question(REPRICED_FAMILIES, (*families, cutoff), list)
