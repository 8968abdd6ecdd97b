"""Making and opening the store: what is fixed when it is made must agree with what is configured (1.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import asyncpg

from billing.business_hours import BusinessHours
from billing.comparison import DEFAULT_AMOUNT, DEFAULT_FACTOR, Threshold
from billing.currencies import currency_of
from billing.money import Currency
from billing.operations.context import Store
from billing.starting import CanNotStart
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


Prepare = Callable[[asyncpg.Connection], None]

AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)  # when a connection is opened; a TimeoutError is one


class StoreMismatch(CanNotStart):
    """The store was made with other settings than those configured."""


class StoreAway(CanNotStart):
    """The store can not be reached, or has no schema yet: this may pass."""


@asynccontextmanager
async def open_store(
    database_url: str,
    wanted: StoreWanted,
    pool_size: int,
    business_hours: BusinessHours | None = None,
    outlier: Outlier | None = None,
    *,
    process_name: str = "prorata",
    prepare: Prepare | None = None,
) -> AsyncIterator[Store]:
    """Open the store while the body runs, making it if it is new; its connections bear the name of the process.

    Whoever prepares them is given each connection when it is opened.

    Raises:
        StoreAway: it can not be reached, or has no schema yet.
        StoreMismatch: it was made with another currency, zone or mode, or there is no such currency.
        ValueError: the outlier's factor is below 1, or its amount negative or more exact than the currency.
        ZoneInfoNotFoundError: there is no such zone.
    """
    zone = ZoneInfo(wanted.billing_zone)
    try:
        minor_digits = currency_of(wanted.currency).minor_digits
    except ValueError as error:
        raise StoreMismatch(f"PRORATA_CURRENCY is {wanted.currency!r}: {error}") from error
    settings = StoreSettings(wanted.currency, minor_digits, wanted.billing_zone, wanted.test_mode)
    async with AsyncExitStack() as parts:
        try:
            pool, few = await _pools(parts, database_url, pool_size, process_name, prepare)
            async with pool.acquire() as connection:
                made = await state.make_store(connection, settings)
        except asyncpg.UndefinedTableError as error:
            raise StoreAway("the store has no schema yet: run python -m server migrate") from error
        except AWAY as error:
            why = (str(error) or type(error).__name__).splitlines()[0]
            raise StoreAway(
                f"the store can not be reached ({why}): correct PRORATA_DATABASE_URL, or start Postgres"
            ) from error
        _check_agrees(made, settings)
        currency = Currency(made.currency, made.minor_digits)
        threshold = Threshold.of(*(outlier or Outlier()), currency)
        yield Store(pool, few, currency, zone, made.test_mode, business_hours or BusinessHours(), threshold)


async def _pools(
    parts: AsyncExitStack, database_url: str, pool_size: int, process_name: str, prepare: Prepare | None
) -> tuple[asyncpg.Pool, asyncpg.Pool]:
    """The connections of a store, and those for what is about few rows; closed with the parts."""
    name = {"application_name": process_name}
    init = None if prepare is None else _preparing(prepare)
    # Of connections that it is to keep, asyncpg would log a traceback again and again while the store is away.
    pool = asyncpg.create_pool(
        database_url, min_size=0, max_size=pool_size, init=init, reset=_no_reset, server_settings=name
    )
    few = asyncpg.create_pool(
        database_url,
        min_size=0,
        max_size=MOST_ABOUT_FEW,
        init=init,
        reset=_no_reset,
        server_settings={**name, **ABOUT_FEW},
        max_cacheable_statement_size=0,  # however long they are
    )
    return await parts.enter_async_context(pool), await parts.enter_async_context(few)


def _check_agrees(made: StoreSettings, configured: StoreSettings) -> None:
    """What is configured is what the store was made with; StoreMismatch with a line for each that is not.

    The digits of the minor unit are those it was made with.
    """
    variables = {
        "PRORATA_CURRENCY": (made.currency, configured.currency),
        "PRORATA_BILLING_ZONE": (made.billing_zone, configured.billing_zone),
        "PRORATA_TEST_MODE": (str(made.test_mode).lower(), str(configured.test_mode).lower()),
    }
    lines = [
        f"{variable} is {now}, but the store was made with {then}: configure that, or another store"
        for variable, (then, now) in variables.items()
        if then != now
    ]
    if lines:
        raise StoreMismatch("\n".join(lines))


def _preparing(prepare: Prepare) -> Callable[[asyncpg.Connection], Awaitable[None]]:
    async def init(connection: asyncpg.Connection) -> None:
        prepare(connection)

    return init


async def _no_reset(connection: asyncpg.Connection) -> None:
    """Nothing to reset: no session settings, no listeners, no session locks are left behind."""
