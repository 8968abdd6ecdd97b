"""The price book (4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import asyncpg

from billing.period import Period
from billing.products import Price

SUPERSEDE_PRICES = """
UPDATE price p SET supersede_time = $3, supersede_cutoff = $4
FROM unnest($1::integer[], $2::date[]) AS n (product_key, start_month)
WHERE p.product_key = n.product_key AND p.start_month = n.start_month AND p.supersede_cutoff IS NULL
"""
INSERT_PRICES = """
INSERT INTO price (product_key, start_month, unit_price, record_time, record_cutoff)
SELECT product_key, start_month, unit_price, $4, $5
FROM unnest($1::integer[], $2::date[], $3::numeric[]) AS n (product_key, start_month, unit_price)
"""


async def save_prices(
    connection: asyncpg.Connection,
    prices: Sequence[tuple[int, Period, Decimal]],
    record_time: datetime,
    cutoff: int,
) -> None:
    """Record prices (product key, first period, price of a unit), in place of those of the same product and period."""
    keys = [key for key, _, _ in prices]
    months = [period.first_day for _, period, _ in prices]
    await connection.execute(SUPERSEDE_PRICES, keys, months, record_time, cutoff)
    await connection.execute(INSERT_PRICES, keys, months, [price for _, _, price in prices], record_time, cutoff)


LIST_PRICES = """
SELECT product_id, start_month, unit_price, r.record_time
FROM price r JOIN product USING (product_key)
WHERE supersede_cutoff IS NULL AND ($1 = '' OR product_id = $1) AND (product_id, start_month) > ($2, $3)
ORDER BY product_id, start_month LIMIT $4
"""


async def list_prices(
    connection: asyncpg.Connection, product_id: str, after: tuple[str, date], limit: int
) -> list[Price]:
    """Prices by product and period, after one: of all products, or of one."""
    return [
        Price(row["product_id"], Period.of(row["start_month"]), row["unit_price"], row["record_time"])
        for row in await connection.fetch(LIST_PRICES, product_id, *after, limit)
    ]
