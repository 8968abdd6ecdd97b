"""Products and their terms by month (4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from billing.period import Period
from billing.products import Family, Product, Stage
from billing.rating import ProductTerms
from billing.store.prices import pricing_of
from billing.store.questions import Question, Rows, asked

BEGINNING = date(1900, 1, 1)  # asyncpg takes date.min for -infinity

PUT_PRODUCT = """
INSERT INTO product (product_id, display_name, unit, record_time, record_cutoff) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT product_id DO UPDATE SET display_name = excluded.display_name, unit = excluded.unit
RETURNING product_key
"""


async def put_product(connection: asyncpg.Connection, product: Product, record_time: datetime, cutoff: int) -> int:
    """Make a product, or change its name and unit; returns its key."""
    key: int = await connection.fetchval(
        PUT_PRODUCT, product.product_id, product.display_name, product.unit, record_time, cutoff
    )
    return key


SUPERSEDE_TERMS = """
UPDATE product_terms SET supersede_time = $3, supersede_cutoff = $4
WHERE product_key = $1 AND start_month = $2 AND supersede_cutoff IS NULL
"""
INSERT_TERMS = """
INSERT INTO product_terms (product_key, start_month, stage, family, covered, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def save_terms(
    connection: asyncpg.Connection, product_key: int, product: Product, record_time: datetime, cutoff: int
) -> None:
    """Record a product's stage and family from its month on, in place of those recorded for that month before."""
    start = product.start.first_day if product.start else BEGINNING
    await connection.execute(SUPERSEDE_TERMS, product_key, start, record_time, cutoff)
    await connection.execute(
        INSERT_TERMS, product_key, start, int(product.stage), int(product.family), product.covered, record_time, cutoff
    )


LIST_PRODUCTS = """
SELECT p.product_id, p.display_name, p.unit, t.start_month, t.stage, t.family
FROM product p
CROSS JOIN LATERAL (
    SELECT start_month, stage, family FROM product_terms t
    WHERE t.product_key = p.product_key AND t.supersede_cutoff IS NULL
    ORDER BY start_month <= $1 DESC, abs(start_month - $1) LIMIT 1
) t
WHERE p.product_id > $2 ORDER BY p.product_id LIMIT $3
"""


async def list_products(connection: asyncpg.Connection, period: Period, after_id: str, limit: int) -> list[Product]:
    """Products by id, after one, as they are in a period; before their first period as they are then."""
    return [
        Product(
            row["product_id"],
            row["display_name"],
            row["unit"],
            Stage(row["stage"]),
            Family(row["family"]),
            None if row["start_month"] == BEGINNING else Period.of(row["start_month"]),
        )
        for row in await connection.fetch(LIST_PRODUCTS, period.first_day, after_id, limit)
    ]


PRODUCT_KEYS = "SELECT product_id, product_key FROM product WHERE product_id = ANY ($1)"


async def product_keys(connection: asyncpg.Connection, product_ids: list[str]) -> dict[str, int]:
    """The keys of those products that exist, by id."""
    return dict(await connection.fetch(PRODUCT_KEYS, product_ids))


IDS_OF_PRODUCTS = "SELECT product_key, product_id FROM product WHERE product_key = ANY ($1)"


async def ids_of_products(connection: asyncpg.Connection, product_keys: Sequence[int]) -> dict[int, str]:
    """The ids of products, by key."""
    return dict(await connection.fetch(IDS_OF_PRODUCTS, product_keys))


LOCK_PRODUCTS = """
SELECT product_id, product_key FROM product WHERE product_id = ANY ($1) ORDER BY product_key FOR NO KEY UPDATE
"""


async def lock_products(connection: asyncpg.Connection, product_ids: list[str]) -> dict[str, int]:
    """The keys of those products that exist, by id, locked against other changes of them and their prices."""
    return dict(await connection.fetch(LOCK_PRODUCTS, product_ids))


PRODUCT_TERMS = """
WITH terms AS (
    SELECT DISTINCT ON (product_key) product_key, covered FROM product_terms
    WHERE start_month <= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2)
    ORDER BY product_key, start_month DESC
), prices AS (
    SELECT DISTINCT ON (product_key) product_key, price_key, start_month,
           form, unit_price, tier_bounds, tier_prices, package_size, package_price
    FROM price
    WHERE contract_key IS NULL
      AND start_month <= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2)
    ORDER BY product_key, start_month DESC
)
SELECT product_key, p.product_id, coalesce(t.covered, false) AS covered, price_key, start_month,
       form, unit_price, tier_bounds, tier_prices, package_size, package_price
FROM product p LEFT JOIN terms t USING (product_key) LEFT JOIN prices USING (product_key)
"""


@asked
def product_terms(period: Period, before_cutoff: int) -> Question[dict[int, ProductTerms]]:
    """What every product costs in a period and whether it is covered, as recorded before a cut-off, by key.

    The prices are those of the price book. Before the first month of its stage a product is not covered.
    """
    return Question(PRODUCT_TERMS, (period.first_day, before_cutoff), _product_terms, apart=True)


def _product_terms(rows: Rows) -> dict[int, ProductTerms]:
    return {
        row["product_key"]: ProductTerms(
            row["product_id"],
            row["covered"],
            row["price_key"] or 0,
            pricing_of(row),
            str(Period.of(row["start_month"])) if row["start_month"] else "",
        )
        for row in rows
    }
