"""What an operation works in: the store, a connection in a transaction, the moment, and who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import asyncpg

from billing.business_hours import BusinessHours
from billing.comparison import Threshold
from billing.money import Currency
from billing.operations.kept_catalogue import KeptCatalogue
from billing.operations.kept_entitlements import KeptEntitlements
from billing.operations.kept_previews import KeptPreviews
from billing.operations.kept_products import KeptProducts
from billing.operations.month_terms import KeptTerms
from billing.period import Period, day_of
from billing.store import closings, state


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a name, the role, and the scopes granted.

    Attributes:
        name: how the audit trail names it.
        staff: whether it has the staff role; every other caller is self-service.
        scopes: what it may do; None for everything.
    """

    name: str
    staff: bool
    scopes: frozenset[str] | None = None

    @property
    def role(self) -> str:
        """The role as the contract names it."""
        return "staff" if self.staff else "self-service"


SYSTEM = Caller("prorata", staff=True)


@dataclass(frozen=True, slots=True)
class Store:
    """The store an operation works on, with what was fixed when it was made (1.1).

    Attributes:
        pool: connections to Postgres.
        few: others, opened when they are needed, for statements about few rows: these are planned once.
        currency: the one currency.
        zone: the billing zone.
        test_mode: whether business time follows the test clock.
        business_hours: as configured, for response times (2.5).
        outliers: as configured, when a payer's charges differ widely from those of the month before.
        catalogue: the plans, kept in memory.
        entitlements: in words, kept in memory.
        previews: what previews asked and what came of it, kept in memory.
        terms: the terms of months, kept in memory.
        products: the ids of products, kept in memory.
    """

    pool: asyncpg.Pool
    few: asyncpg.Pool
    currency: Currency
    zone: ZoneInfo
    test_mode: bool
    business_hours: BusinessHours = field(default_factory=BusinessHours)
    outliers: Threshold = field(default_factory=Threshold)
    catalogue: KeptCatalogue = field(default_factory=KeptCatalogue)
    entitlements: KeptEntitlements = field(default_factory=KeptEntitlements)
    previews: KeptPreviews = field(default_factory=KeptPreviews)
    terms: KeptTerms = field(default_factory=KeptTerms)
    products: KeptProducts = field(default_factory=KeptProducts)

    async def now(self, connection: asyncpg.Connection) -> datetime:
        """The present moment in business time: the test clock's in test mode."""
        if not self.test_mode:
            return datetime.now(UTC)
        return await state.test_time(connection)

    def moment(self, test_time: datetime) -> datetime:
        """The present moment in business time, given what the test clock shows."""
        return test_time if self.test_mode else datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """A read under way: one connection, one moment.

    Attributes:
        store: the store.
        connection: in no transaction, or in one of repeatable reads.
        now: the moment in business time.
    """

    store: Store
    connection: asyncpg.Connection
    now: datetime

    @property
    def today(self) -> date:
        """The day of the moment in the billing zone."""
        return day_of(self.now, self.store.zone)

    @property
    def current_period(self) -> Period:
        """The period of the moment."""
        return Period.of(self.today)


@dataclass(frozen=True, slots=True)
class Writing(Reading):
    """A write under way: in a transaction, under the shared lock of the cut-off.

    Attributes:
        cutoff: how many closings were started before; every row written carries it.
        caller: who writes.
    """

    cutoff: int
    caller: Caller


@asynccontextmanager
async def reading(store: Store) -> AsyncIterator[Reading]:
    """A read of single statements, each on its own snapshot."""
    async with store.pool.acquire() as connection:
        yield Reading(store, connection, await store.now(connection))


@asynccontextmanager
async def snapshot(store: Store) -> AsyncIterator[Reading]:
    """A read whose statements all see the same snapshot."""
    async with snapshot_connection(store.pool) as connection:
        yield Reading(store, connection, await store.now(connection))


@asynccontextmanager
async def snapshot_connection(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """A connection of a pool whose statements all see the same snapshot."""
    transaction = {"isolation": "repeatable_read", "readonly": True}
    async with pool.acquire() as connection, connection.transaction(**transaction):
        yield connection


@asynccontextmanager
async def writing(store: Store, caller: Caller) -> AsyncIterator[Writing]:
    """A transaction under the shared lock of the cut-off; whatever is raised in it undoes it whole."""
    async with store.pool.acquire() as connection, connection.transaction():
        cutoff, test_time = await state.begin_write(connection)
        yield Writing(store, connection, store.moment(test_time), cutoff, caller)


@asynccontextmanager
async def closing_write(store: Store, caller: Caller) -> AsyncIterator[Writing]:
    """A transaction to start a closing in; the lock of the cut-off is taken in it, alone, and late (6.1)."""
    async with store.pool.acquire() as connection, connection.transaction():
        cutoff = await closings.closings_started(connection)
        yield Writing(store, connection, await store.now(connection), cutoff, caller)
