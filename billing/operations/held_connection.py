"""A connection held for long: given back and taken anew when it is lost, and never waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from billing.errors import BillingError, Reason

CONNECT_SECONDS = 5.0
RETRY_SECONDS = 1.0

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    OSError,  # a TimeoutError is one
)


def is_lost(error: BaseException) -> bool:
    """Whether an error means that the database is away for the moment."""
    return isinstance(error, LOST) and not isinstance(error, ValueError)  # that one is an argument of ours


def unavailable() -> BillingError:
    """The database is away. Whether the work in hand was done is not known; done again, it counts once."""
    return BillingError(
        Reason.UNAVAILABLE,
        "the connection to the database was lost; send the batch again, what was recorded of it counts once",
        retry_seconds=RETRY_SECONDS,
    )


class HeldConnection:
    """One connection of a pool, for one task at a time."""

    def __init__(self, pool: asyncpg.Pool, seconds: float) -> None:
        """`seconds` is how long one use may take, after which the connection is cut."""
        self._pool = pool
        self._seconds = seconds
        self._connection: asyncpg.Connection | None = None
        self._limit: asyncio.Timeout | None = None

    @asynccontextmanager
    async def used(self) -> AsyncIterator[asyncpg.Connection]:
        """The connection, in no transaction.

        Raises:
            an error that `is_lost`: it can not be had, is lost, or was cut because the use took too long.
        """
        connection = await self._get()
        alarm = asyncio.get_running_loop().call_later(self._seconds, connection.terminate)
        try:
            # A COPY under way would wait for ever to go on writing into a connection that is gone.
            async with asyncio.timeout(None) as self._limit:
                yield connection
        finally:
            self._limit = None
            alarm.cancel()

    async def drop(self) -> None:
        """Give the connection back; a transaction that it may still be in is undone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.remove_termination_listener(self._on_lost)
            await self._pool.release(connection)

    async def cut(self) -> None:
        """Close the connection at once, whatever it is doing."""
        if self._connection is not None:
            self._connection.terminate()
        await self.drop()

    async def _get(self) -> asyncpg.Connection:
        if self._connection is None:
            connection = await self._pool.acquire(timeout=CONNECT_SECONDS)
            connection.add_termination_listener(self._on_lost)
            self._connection = connection
        return self._connection

    def _on_lost(self, _: object) -> None:
        self._connection = None  # the pool has taken it back already
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())
