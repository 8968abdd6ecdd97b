"""A connection held for long: given back and taken anew when it is lost, and never waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import asyncpg
import structlog

from billing.errors import BillingError, Reason

log = structlog.get_logger()

Answer = TypeVar("Answer")

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


# Whatever a question that asks for a sign of life fails with.
UNANSWERED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


def is_lost(error: BaseException) -> bool:
    """Whether an error, or each of a group, means that the database is away for the moment."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_lost, error.exceptions))
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

    @property
    def is_held(self) -> bool:
        """Whether there is a connection, which may have been lost unnoticed; else the next use is of a new one."""
        return self._connection is not None

    @asynccontextmanager
    async def used(self) -> AsyncIterator[asyncpg.Connection]:
        """The connection, in no transaction.

        Raises:
            an error that `is_lost`: it can not be had, is lost, or was cut because the use took too long.
        """
        connection = await self._get()
        alarm = asyncio.get_running_loop().call_later(self._seconds, self.cut)
        try:
            # A COPY under way would wait for ever to go on writing into a connection that is gone.
            async with asyncio.timeout(None) as self._limit:
                yield connection
        finally:
            self._limit = None
            alarm.cancel()

    async def asked(self, ask: Callable[[asyncpg.Connection], Awaitable[Answer]]) -> Answer:
        """The answer of statements, but no COPY, over the connection, in no transaction. The quicker way to use it.

        Raises:
            whatever asking raises; as `used` does.
        """
        connection = await self._get()
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(self._seconds, self.cut)
        try:
            return await ask(connection)
        except asyncpg.PostgresConnectionError as error:
            if loop.time() >= alarm.when():
                raise TimeoutError from error
            raise
        finally:
            alarm.cancel()

    async def drop(self) -> None:
        """Give the connection back, which is in no transaction."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._pool.release(connection)

    def cut(self) -> None:
        """Close the connection at once, whatever it is doing; the pool has it back with that."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(asyncpg.InterfaceError):  # it is lost already
                connection.terminate()
        self._end_use()

    async def _get(self) -> asyncpg.Connection:
        if self._connection is None:
            connection = await self._pool.acquire(timeout=CONNECT_SECONDS)

            def lost(_: object) -> None:
                if self._connection is connection:
                    log.warning("connection_lost")
                    self._connection = None  # the pool has taken it back
                    self._end_use()

            connection.add_termination_listener(lost)
            self._connection = connection
        return self._connection

    def _end_use(self) -> None:
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())
