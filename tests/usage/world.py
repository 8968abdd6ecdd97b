"""What the tests of usage record, and where."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import numpy as np

from billing.intake import UNRATED, UsageBatch, to_micros
from billing.operations.context import Store
from billing.operations.ingest import Ingestor, Outcome
from billing.refusals import Refusal
from billing.store import state

NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
IN_JULY = datetime(2026, 7, 10, 12, tzinfo=UTC)
IN_JUNE = datetime(2026, 6, 10, 12, tzinfo=UTC)


def seeded(seed: int | str) -> random.Random:
    """Chance that is the same in every run."""
    return random.Random(seed)  # noqa: S311 - not for secrets


def sid(number: int) -> str:
    """An account's SID."""
    return f"AC{number:032x}"


@dataclass(frozen=True)
class Record:
    """A usage record: of account 1 and product "sms", unrated, in July, unless said otherwise."""

    event: int
    account_sid: str = sid(1)
    product_id: str = "sms"
    quantity: int = 1_000_000
    moment: datetime = IN_JULY
    amount: int | None = None

    def but(self, **changes: object) -> Record:
        """The same, with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def batch_of(records: Sequence[Record]) -> UsageBatch:
    """A batch of records."""
    sids = sorted({record.account_sid for record in records})
    products = sorted({record.product_id for record in records})
    ids = np.frombuffer(b"".join(UUID(int=record.event).bytes for record in records), dtype=">u8")
    return UsageBatch(
        event_id=ids.reshape(-1, 2).astype(np.uint64),
        account_index=np.array([sids.index(record.account_sid) for record in records], dtype=np.uint32),
        product_index=np.array([products.index(record.product_id) for record in records], dtype=np.uint32),
        occur_micros=np.array([to_micros(record.moment) for record in records], dtype=np.int64),
        quantity_micros=np.array([record.quantity for record in records], dtype=np.int64),
        amount_nanos=np.array([UNRATED if r.amount is None else r.amount for r in records], dtype=np.int64),
        account_sids=sids,
        product_ids=products,
    )


def verdicts(outcome: Outcome) -> list[str]:
    """What became of each record: "new", "repeated", or the reason of its refusal."""
    return [
        Refusal(code).reason if code else "repeated" if repeated else "new"
        for code, repeated in zip(outcome.refusal.tolist(), outcome.repeated.tolist(), strict=True)
    ]


async def record(ingestor: Ingestor, *records: Record) -> list[str]:
    """Record a batch; returns what became of each record."""
    return verdicts(await ingestor.record(batch_of(records)))


async def add_account(
    store: Store, number: int, family: int | None = None, start: date = date(2020, 1, 1), end: date | None = None
) -> None:
    """An account, of another's family if said; its SID and key are made of the number."""
    family_key = number if family is None else family
    async with store.pool.acquire() as connection, connection.transaction():
        for table, columns in (
            ("account_sid", "account_sid, family_key, account_key"),
            ("account", "account_sid, family_key, account_key, display_name, record_time, record_cutoff"),
        ):
            rest = ", 'An account', now(), 0" if table == "account" else ""
            await connection.execute(
                f"INSERT INTO {table} ({columns}) VALUES ($1, $2, $3{rest})",
                *(sid(number), family_key, number),
            )
        await connection.execute(ADD_LIFE, family_key, number, start, end, 0)


ADD_LIFE = """
INSERT INTO account_life (family_key, account_key, start_day, end_day, generation, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, now(), 0)
"""


async def change_days(store: Store, number: int, start: date, end: date | None) -> None:
    """Change the days of a top-level account."""
    async with store.pool.acquire() as connection, connection.transaction():
        generation = await state.next_account_generation(connection)
        await connection.execute(
            "UPDATE account_life SET supersede_time = now(), supersede_cutoff = 0 "
            "WHERE account_key = $1 AND supersede_cutoff IS NULL",
            number,
        )
        await connection.execute(ADD_LIFE, number, number, start, end, generation)


async def add_product(store: Store, product_id: str, priced_from: date | None = date(2020, 1, 1)) -> None:
    """A product, with a price from a month on unless None is said."""
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO product (product_id, display_name, unit, record_time, record_cutoff) "
            "VALUES ($1, 'A product', 'piece', now(), 0)",
            product_id,
        )
        if priced_from is not None:
            await connection.execute(ADD_PRICE, product_id, priced_from)
        await state.next_product_generation(connection)


ADD_PRICE = """
INSERT INTO price (product_key, start_month, unit_price, record_time, record_cutoff)
SELECT product_key, $2, 0.01, now(), 0 FROM product WHERE product_id = $1
"""


async def add_price(store: Store, product_id: str, start_month: date) -> None:
    """Publish a price of a product."""
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute(ADD_PRICE, product_id, start_month)
        await state.next_product_generation(connection)


async def start_closing(store: Store) -> None:
    """Count a closing as started, as starting one does."""
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(7070001)")
        await connection.execute("UPDATE store_state SET closings_started = closings_started + 1")


async def events_recorded(connection: asyncpg.Connection) -> Counter[tuple[str, int]]:
    """How often each event stands in the store, by account and event id; asserts that the batches count the same."""
    rows = await connection.fetch("SELECT account_sid, event_id FROM usage_event JOIN account USING (account_key)")
    counted = await connection.fetch(
        "SELECT b.batch_key, b.event_count, count(e.event_id) AS there FROM usage_batch b "
        "LEFT JOIN usage_event e USING (batch_key) GROUP BY b.batch_key, b.event_count"
    )
    assert all(row["event_count"] == row["there"] > 0 for row in counted)
    assert sum(row["there"] for row in counted) == len(rows)
    return Counter((row["account_sid"], row["event_id"].int) for row in rows)


def keys(records: Iterable[Record]) -> set[tuple[str, int]]:
    """The keys of records of one period."""
    return {(one.account_sid, one.event) for one in records}


WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks waited JOIN pg_locks held USING (pid)
WHERE NOT waited.granted AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def lane_waits(connection: asyncpg.Connection, count: int = 1) -> None:
    """Return when so many transactions of this database wait for a lock."""
    while await connection.fetchval(WAITING) < count:
        await connection.execute("SELECT pg_sleep(0.01)")


@asynccontextmanager
async def writers_held_up(connection: asyncpg.Connection, month: str = "2026_07") -> AsyncIterator[None]:
    """While the body runs, what is written about a month waits."""
    async with connection.transaction():
        await connection.execute(f"LOCK TABLE usage_event_{month} IN EXCLUSIVE MODE")
        yield


ADD_AS_ANOTHER = """
INSERT INTO usage_event (occur_time, quantity_micros, amount_nanos, batch_key, family_key, account_key,
                                 product_key, event_id, rated)
SELECT occur_time, quantity_micros, amount_nanos, batch_key, family_key, account_key, product_key, $1, rated
FROM usage_event WHERE event_id = '00000000-0000-0000-0000-000000000000'
"""


async def add_as_another(connection: asyncpg.Connection, event: int) -> None:
    """Record an event like event 0, which is recorded, in a transaction under way, as another writer does."""
    await connection.execute(ADD_AS_ANOTHER, UUID(int=event))


@asynccontextmanager
async def event_held(connection: asyncpg.Connection, event: int) -> AsyncIterator[None]:
    """While the body runs, whoever records this event of the account and month of event 0 waits for another writer."""
    transaction = connection.transaction()
    await transaction.start()
    await add_as_another(connection, event)
    try:
        yield
    finally:
        await transaction.rollback()
