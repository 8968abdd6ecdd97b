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
    """A product, and the first day of the first period in which it has a price, if any (4.5)."""

    product_id: str
    product_key: int
    priced_from: date | None


LIST_PRICED_PRODUCTS = """
SELECT product_id, product_key,
       (SELECT min(start_month) FROM price
        WHERE price.product_key = product.product_key AND price.supersede_cutoff IS NULL) AS priced_from
FROM product
"""


async def list_priced_products(connection: asyncpg.Connection) -> list[PricedProduct]:
    """All products."""
    return [PricedProduct(*row) for row in await connection.fetch(LIST_PRICED_PRODUCTS)]
