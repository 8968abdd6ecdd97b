"""Leases of shards: taken, renewed while their holder works, and given back when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import structlog

from billing.closings import Shard
from billing.operations.background import beside
from billing.operations.closing import announce
from billing.operations.context import Store
from billing.operations.held_connection import is_lost
from billing.store import shards
from billing.store.shards import ShardsOf

LEASE_SECONDS = 6.0  # real time; a lost worker's shard is free after that
RENEW_SECONDS = 2.0
ERROR_LENGTH = 200  # characters

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do a shard, until another takes it.

    Attributes:
        of: whether the shard is one of closings or of rehearsals.
        shard: the shard.
        holder: of the lease.
    """

    of: ShardsOf
    shard: Shard
    holder: UUID

    async def mark_done(self, connection: asyncpg.Connection) -> bool:
        """Mark the shard done in the transaction of its work; False when another holds it or has done it."""
        done = await shards.mark_done(connection, self.of, self.shard, self.holder)
        if not done:
            log.warning("shard_lost", table=self.of.table, number=self.shard.number, shard=self.shard.shard_number)
        return done


@asynccontextmanager
async def leased(
    store: Store, of: ShardsOf, number: int, shard_number: int | None = None
) -> AsyncIterator[Lease | None]:
    """The lease of a shard while the body runs; None when it is done or leased to another.

    Without a number the first that nobody works on, None when there is none.
    """
    holder = uuid4()
    async with store.pool.acquire() as connection:
        if shard_number is None:
            shard = await shards.lease_next(connection, of, number, holder, LEASE_SECONDS)
        else:
            shard = await shards.lease(connection, of, number, shard_number, holder, LEASE_SECONDS)
    if shard is None:
        yield None
        return
    if shard.taken_over:
        log.warning("lease_taken_over", table=of.table, number=shard.number, shard=shard.shard_number)
    lease = Lease(of, shard, holder)
    try:
        async with beside(_renew(store, lease)):
            yield lease
    except BaseException as error:
        async with store.pool.acquire() as connection, connection.transaction():
            await shards.give_back(connection, of, shard, holder)
            if isinstance(error, Exception):  # else the worker ends
                await shards.note_error(connection, of, shard, error_text(error))
                await announce(connection)
        raise


def error_text(error: Exception) -> str:
    """What an error says to staff, in short: without the parameters and the rows that those of Postgres carry."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, asyncpg.InterfaceError | asyncpg.DataError):  # these quote values
        return type(error).__name__
    lines = str(error.args[0]).splitlines() if error.args else []
    return ": ".join((type(error).__name__, *lines[:1]))[:ERROR_LENGTH]


async def _renew(store: Store, lease: Lease) -> None:
    """Renew the lease again and again until it is lost; a connection that is lost costs one turn, not the work."""
    of, shard, holder = lease.of, lease.shard, lease.holder
    about = {"table": of.table, "number": shard.number, "shard": shard.shard_number}
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            async with store.pool.acquire() as connection:
                held = await shards.renew(connection, of, shard, holder, LEASE_SECONDS)
        except Exception as error:
            if not is_lost(error):
                raise
            log.warning("lease_not_renewed", **about, error=repr(error))
            continue
        if not held:
            log.warning("lease_lost", **about)
            return
