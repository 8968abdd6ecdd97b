"""Making and opening the store: what is fixed when it is made must agree with what is configured (1.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import asyncpg

from billing.business_hours import BusinessHours
from billing.comparison import DEFAULT_AMOUNT, DEFAULT_FACTOR, Threshold
from billing.currencies import currency_of
from billing.money import Currency
from billing.operations.context import Store
from billing.store import state
from billing.store.state import StoreSettings


class StoreWanted(NamedTuple):
    """What is configured: the currency (ISO 4217), the billing zone (IANA), and whether a test clock drives it."""

    currency: str
    billing_zone: str
    test_mode: bool


class Outlier(NamedTuple):
    """What is configured: by what factor, and by what least amount of the currency, an outlier differs."""

    factor: Decimal = DEFAULT_FACTOR
    amount: Decimal = DEFAULT_AMOUNT


# What is about few rows takes longer to plan than to run, so it is planned once a connection; and by indexes, as for
# tables larger than they may be by then.
ABOUT_FEW = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
MOST_ABOUT_FEW = 4  # connections


class StoreMismatch(Exception):  # noqa: N818 - says what is wrong
    """The store was made with other settings than those configured."""


@asynccontextmanager
async def open_store(
    database_url: str,
    wanted: StoreWanted,
    pool_size: int,
    business_hours: BusinessHours | None = None,
    outlier: Outlier | None = None,
    *,
    process_name: str = "prorata",
) -> AsyncIterator[Store]:
    """Open the store while the body runs, making it if it is new; its connections bear the name of the process.

    Raises:
        StoreMismatch: it was made with another currency, zone or mode, or there is no such currency.
        ValueError: the outlier's factor is below 1, or its amount negative or more exact than the currency.
        ZoneInfoNotFoundError: there is no such zone.
    """
    zone = ZoneInfo(wanted.billing_zone)
    try:
        minor_digits = currency_of(wanted.currency).minor_digits
    except ValueError as error:
        raise StoreMismatch(str(error)) from error
    settings = StoreSettings(wanted.currency, minor_digits, wanted.billing_zone, wanted.test_mode)
    name = {"application_name": process_name}
    async with (
        asyncpg.create_pool(
            database_url, min_size=1, max_size=pool_size, reset=_no_reset, server_settings=name
        ) as pool,
        asyncpg.create_pool(
            database_url,
            min_size=0,
            max_size=MOST_ABOUT_FEW,
            reset=_no_reset,
            server_settings={**name, **ABOUT_FEW},
            max_cacheable_statement_size=0,  # however long they are
        ) as few,
    ):
        async with pool.acquire() as connection:
            made = await state.make_store(connection, settings)
        if made._replace(minor_digits=minor_digits) != settings:  # those it was made with stay
            raise StoreMismatch(f"the store was made with {made._asdict()}, configured is {settings._asdict()}")
        currency = Currency(made.currency, made.minor_digits)
        threshold = Threshold.of(*(outlier or Outlier()), currency)
        yield Store(pool, few, currency, zone, made.test_mode, business_hours or BusinessHours(), threshold)


async def _no_reset(connection: asyncpg.Connection) -> None:
    """Nothing to reset: no session settings, no listeners, no session locks are left behind."""
