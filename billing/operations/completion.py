"""The step after the last shard that completes a closing or a rehearsal: why it fails is noted with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from billing.operations.closing import announce
from billing.operations.context import Store
from billing.operations.held_connection import is_lost
from billing.operations.leases import error_text

Note = Callable[[asyncpg.Connection, int, str], Awaitable[bool]]
"""Notes what the completion of a number failed with; whether that is new."""


@asynccontextmanager
async def completing(store: Store, note: Note, number: int) -> AsyncIterator[None]:
    """While the body completes what bears a number; when it fails, others are told what its error says."""
    try:
        yield
    except Exception as error:
        if not is_lost(error):
            async with store.pool.acquire() as connection, connection.transaction():
                if await note(connection, number, error_text(error)):
                    await announce(connection)
        raise
