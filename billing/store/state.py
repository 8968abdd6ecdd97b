"""The store itself: what was fixed when it was made, the cut-off, the test clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import asyncpg

from billing.store.questions import Question, asked

EVERYTHING = 2**31 - 1  # as a cut-off: whatever was recorded, however late
EVER = datetime.max.replace(tzinfo=UTC)  # as a moment: whatever was recorded, however late


class StoreSettings(NamedTuple):
    """What is fixed when a store is made (1.1)."""

    currency: str
    minor_digits: int
    billing_zone: str
    test_mode: bool


class Generations(NamedTuple):
    """How often accounts and the catalogue of products changed, so that caches know; and what the test clock shows."""

    account_generation: int
    product_generation: int
    test_time: datetime | None


MAKE_STORE = """
INSERT INTO store (currency, minor_digits, billing_zone, test_mode, make_time)
VALUES ($1, $2, $3, $4, clock_timestamp())
ON CONFLICT (singleton) DO NOTHING
"""

START_TEST_CLOCK = """
UPDATE store_state SET test_time = clock_timestamp()
WHERE test_time IS NULL AND (SELECT test_mode FROM store)
"""

GET_STORE = "SELECT currency, minor_digits, billing_zone, test_mode FROM store"


async def make_store(connection: asyncpg.Connection, settings: StoreSettings) -> StoreSettings:
    """Make the store with these settings unless it is made already; returns those it has."""
    async with connection.transaction():
        await connection.execute(MAKE_STORE, *settings)
        await connection.execute(START_TEST_CLOCK)
        return StoreSettings(*await connection.fetchrow(GET_STORE))


ANSWERS = "SELECT 1"


async def answers(connection: asyncpg.Connection) -> None:
    """Have a sign of life of the store; whatever asking raises means that there is none."""
    await connection.fetchval(ANSWERS)


BEGIN_WRITE = "SELECT cutoff, test_time FROM begin_write()"


async def begin_write(connection: asyncpg.Connection) -> tuple[int, datetime]:
    """Take the shared lock of the cut-off until the transaction ends; returns the cut-off and the test time."""
    row = await connection.fetchrow(BEGIN_WRITE)
    return row["cutoff"], row["test_time"]


TEST_TIME = "SELECT test_time FROM store_state"


@asked
def test_time() -> Question[datetime]:
    """What the test clock shows, in UTC."""
    return Question(TEST_TIME, (), lambda rows: rows[0][0])


LOCK_TEST_TIME = "SELECT test_time FROM store_state FOR UPDATE"
SET_TEST_TIME = "UPDATE store_state SET test_time = $1"


async def lock_test_time(connection: asyncpg.Connection) -> datetime:
    """What the test clock shows, locked until the transaction ends."""
    moment: datetime = await connection.fetchval(LOCK_TEST_TIME)
    return moment


async def set_test_time(connection: asyncpg.Connection, moment: datetime) -> None:
    """Set the test clock."""
    await connection.execute(SET_TEST_TIME, moment)


class CatalogueCounts(NamedTuple):
    """What counts up with every change of products and prices, and with every version of a plan."""

    product_generation: int
    version_count: int


CATALOGUE_COUNTS = "SELECT product_generation, version_count FROM store_state"


@asked
def catalogue_counts() -> Question[CatalogueCounts]:
    """How often the catalogue has changed."""
    return Question(CATALOGUE_COUNTS, (), lambda rows: CatalogueCounts(*rows[0]))


GENERATIONS = "SELECT account_generation, product_generation, test_time FROM store_state"


async def generations(connection: asyncpg.Connection) -> Generations:
    """The counts by which caches of accounts and products know that they are stale."""
    return Generations(*await connection.fetchrow(GENERATIONS))


NEXT_ACCOUNT_GENERATION = """
UPDATE store_state SET account_generation = account_generation + 1 RETURNING account_generation
"""
NEXT_PRODUCT_GENERATION = "UPDATE store_state SET product_generation = product_generation + 1"


async def next_account_generation(connection: asyncpg.Connection) -> int:
    """Count a change of the days of an account; returns the count, to stand on the changed rows."""
    generation: int = await connection.fetchval(NEXT_ACCOUNT_GENERATION)
    return generation


async def next_product_generation(connection: asyncpg.Connection) -> None:
    """Count a change of products or prices."""
    await connection.execute(NEXT_PRODUCT_GENERATION)


STORE_IS_EMPTY = """
SELECT NOT EXISTS (SELECT FROM account) AND NOT EXISTS (SELECT FROM product) AND NOT EXISTS (SELECT FROM closing)
"""


async def is_empty(connection: asyncpg.Connection) -> bool:
    """Whether nothing was recorded yet."""
    empty: bool = await connection.fetchval(STORE_IS_EMPTY)
    return empty
