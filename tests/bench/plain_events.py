"""The limit of ingest: the same rows as ready COPY bytes into a plain table with one key, over two connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg
import numpy as np
import numpy.typing as npt

from billing.event_keys import hash_keys
from billing.store import copy
from billing.store.copy import HEADER, INT4, INT8, TIMESTAMPTZ, TRAILER, Column, encode
from prorata import UsageArrays
from tests.bench.measure import seconds_of

CONNECTIONS = 2
DATABASE = "plain"
CHUNK_BYTES = 1 << 18
COLUMNS = (
    "event_id uuid, account_key int4, product_key int4, quantity_micros int8, amount_nanos int8, occur timestamptz"
)
MAKE = f"CREATE TABLE {{table}} ({COLUMNS}, UNIQUE (account_key, event_id))"
MAKE_STAGING = f"CREATE TEMPORARY TABLE staging ({COLUMNS}) ON COMMIT DELETE ROWS"
MOVE = "INSERT INTO {table} SELECT * FROM staging ON CONFLICT DO NOTHING"

Way = Literal["direct", "staged"]
TABLES = ("event", *(f"event_{number}" for number in range(1, 6)))  # of one period each
WAYS: tuple[Way, ...] = ("direct", "staged")
ROWS_AT_ONCE: dict[Way, int] = {"direct": 10_000, "staged": 50_000}  # the best of each, as `limits.md` has it
Rows = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Load:
    """Rows ready for COPY: for each connection, transaction by transaction."""

    transactions: Sequence[Sequence[memoryview]]


class PlainTable:
    """A table of events with one key, a few more for those of other periods, and two connections."""

    def __init__(self, connections: Sequence[asyncpg.Connection]) -> None:
        self._connections = connections

    async def count(self) -> int:
        """How many events there are."""
        of_each = [await self._connections[0].fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]
        return sum(of_each)

    async def try_out(self, load: Load, way: Way) -> float:
        """Write a load and take it back; returns seconds."""
        before = await self.count()
        seconds = await self.write(load, way)
        assert not before, "a table that has events can not be emptied"
        await self._connections[0].execute("TRUNCATE event")
        return seconds

    async def write(self, load: Load, way: Way, table: str = TABLES[0]) -> float:
        """Write a load, both connections at once; returns seconds."""
        writing = zip(self._connections, load.transactions, strict=True)
        return await seconds_of(
            asyncio.gather(*(_write(connection, parts, way, table) for connection, parts in writing))
        )


def prepare(arrays: UsageArrays, way: Way, rows_at_once: int | None = None) -> Load:
    """The rows split by event key, as bytes; sorted by key within a transaction where they are staged."""
    at_once = rows_at_once or ROWS_AT_ONCE[way]
    account = arrays.account_indexes.astype(np.int64)
    event_id = arrays.event_ids.view(">u8").astype(np.uint64)
    of_connection = (hash_keys(account, event_id) >> np.uint64(60)) % np.uint64(CONNECTIONS)
    columns = [
        Column(copy.UUID, event_id),
        Column(INT4, account),
        Column(INT4, arrays.product_indexes),
        Column(INT8, arrays.quantities_micros),
        Column(INT8, arrays.amounts_nanos),
        Column(TIMESTAMPTZ, arrays.occur_times_micros),
    ]
    rows = encode(columns)
    transactions = []
    for connection in range(CONNECTIONS):
        own = np.flatnonzero(of_connection == connection)
        parts = [own[start : start + at_once] for start in range(0, len(own), at_once)]
        if way == "staged":
            parts = [part[np.lexsort((event_id[part, 1], event_id[part, 0], account[part]))] for part in parts]
        transactions.append([memoryview(rows[part].view(np.uint8).data) for part in parts])
    return Load(transactions)


async def _write(connection: asyncpg.Connection, parts: Sequence[memoryview], way: Way, table: str) -> None:
    for part in parts:
        if way == "direct":
            try:
                await connection.copy_to_table(table, source=_bytes(part), format="binary")
            except asyncpg.UniqueViolationError:
                await _stage(connection, part, table)
        else:
            await _stage(connection, part, table)


async def _stage(connection: asyncpg.Connection, part: memoryview, table: str) -> None:
    async with connection.transaction():
        await connection.copy_to_table("staging", source=_bytes(part), format="binary")
        await connection.execute(MOVE.format(table=table))


async def _bytes(part: memoryview) -> AsyncIterator[bytes | memoryview]:
    yield HEADER
    for start in range(0, len(part), CHUNK_BYTES):
        yield part[start : start + CHUNK_BYTES]
    yield TRAILER


@asynccontextmanager
async def plain_table(database_url: str) -> AsyncIterator[PlainTable]:
    """The tables, in a database of their own on a server."""
    maker = await asyncpg.connect(database_url)
    await maker.execute(f"CREATE DATABASE {DATABASE}")
    await maker.close()
    async with AsyncExitStack() as stack:
        connections = []
        for _ in range(CONNECTIONS):
            connection = await asyncpg.connect(database_url, database=DATABASE)
            stack.push_async_callback(connection.close)
            connections.append(connection)
        for table in TABLES:
            await connections[0].execute(MAKE.format(table=table))
        for connection in connections:
            await connection.execute(MAKE_STAGING)
        yield PlainTable(connections)
