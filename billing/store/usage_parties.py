"""What usage may name: accounts with the days they exist, and products with the first month of their price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import asyncpg


class AccountDays(NamedTuple):
    """An account's keys, and the days between which it exists; the end excluded, None while it is open (3.1)."""

    account_sid: str
    family_key: int
    account_key: int
    start_day: date
    end_day: date | None


FIND_ACCOUNTS = """
SELECT account_sid, family_key, account_key, start_day, end_day
FROM account_sid JOIN account_life USING (family_key, account_key)
WHERE account_sid = ANY ($1::text[]) AND supersede_cutoff IS NULL
"""


async def find_accounts(connection: asyncpg.Connection, account_sids: Sequence[str]) -> list[AccountDays]:
    """Those of the accounts that exist, in no order."""
    return [AccountDays(*row) for row in await connection.fetch(FIND_ACCOUNTS, account_sids)]


class ChangedDays(NamedTuple):
    """The days of an account since they changed."""

    account_key: int
    start_day: date
    end_day: date | None


ACCOUNTS_CHANGED = """
SELECT account_key, start_day, end_day FROM account_life
WHERE generation > 0 AND generation > $1 AND supersede_cutoff IS NULL
"""


async def accounts_changed(connection: asyncpg.Connection, after_generation: int) -> list[ChangedDays]:
    """The accounts whose days changed after a generation of accounts."""
    return [ChangedDays(*row) for row in await connection.fetch(ACCOUNTS_CHANGED, after_generation)]


class PricedProduct(NamedTuple):
    """A product, the first day of the first period in which it has a price in the price book, if any, and whether a
    contract has a price of its own (4.5).
    """

    product_id: str
    product_key: int
    priced_from: date | None
    own_priced: bool


LIST_PRICED_PRODUCTS = """
SELECT product_id, product_key,
       (SELECT min(start_month) FROM price
        WHERE price.product_key = product.product_key AND contract_key IS NULL AND supersede_cutoff IS NULL)
           AS priced_from,
       EXISTS (SELECT FROM price
               WHERE price.product_key = product.product_key AND contract_key IS NOT NULL AND supersede_cutoff IS NULL)
           AS own_priced
FROM product
"""


async def list_priced_products(connection: asyncpg.Connection) -> list[PricedProduct]:
    """All products."""
    return [PricedProduct(*row) for row in await connection.fetch(LIST_PRICED_PRODUCTS)]


OWN_PRICED = """
SELECT DISTINCT (n.number - 1)::integer AS place
FROM unnest($1::integer[], $2::integer[], $3::date[]) WITH ORDINALITY AS n (family_key, product_key, month, number)
JOIN contract_membership m ON m.family_key = n.family_key AND m.start_day <= n.month
    AND (m.end_day IS NULL OR m.end_day > n.month) AND m.supersede_cutoff IS NULL
JOIN price p ON p.contract_key = m.contract_key AND p.product_key = n.product_key AND p.start_month <= n.month
    AND p.supersede_cutoff IS NULL
"""


async def own_priced(
    connection: asyncpg.Connection, family_keys: Sequence[int], product_keys: Sequence[int], months: Sequence[date]
) -> list[int]:
    """Where a product has a contract's own price for a family in the month of that first day (4.5).

    Args:
        family_keys, product_keys, months: of one length.

    Returns:
        The places in these.
    """
    return [row["place"] for row in await connection.fetch(OWN_PRICED, family_keys, product_keys, months)]
