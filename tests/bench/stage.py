"""What a workload runs on: a stack of its own, test clock on, filled by SQL where RPC would take too long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from types import MappingProxyType
from typing import NamedTuple

import asyncpg
import numpy as np
import numpy.typing as npt

from deploy.local import Stack
from prorata import Client

Keys = npt.NDArray[np.int64]

# As `limits.md` has it, and room for the log of a minute's writing, so that checkpoints do not decide.
POSTGRES = MappingProxyType({"shared_buffers": "2GB", "max_wal_size": "16GB", "checkpoint_timeout": "30min"})
PRODUCTS = tuple(f"product-{number}" for number in range(10))
BEGINNING = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """A running stack, a client of it, and a connection to its store."""

    stack: Stack
    client: Client
    database: asyncpg.Connection

    def stop_workers(self) -> None:
        """So that nothing goes on beside what is measured next."""
        for worker in self.stack.workers:
            worker.stop()


@asynccontextmanager
async def stage(*, worker_count: int = 1, **environment: str) -> AsyncIterator[Stage]:
    """A new stack, its clock at the beginning of 2026-06, with ten products; `environment` goes to its parts."""
    with Stack(test_mode=True, worker_count=worker_count, postgres_settings=POSTGRES, environment=environment) as stack:
        database = await asyncpg.connect(stack.database_url)
        try:
            async with Client(stack.address) as client:
                await client.clock.advance(BEGINNING)
                for product_id in PRODUCTS:
                    await client.billing.put_product(
                        product_id, display_name=product_id, unit="unit", stage=6, family=1
                    )
                yield Stage(stack, client, database)
        finally:
            await database.close()


ADD_ACCOUNTS = """
WITH made AS (
    SELECT family_key, account_key, 'AC' || md5(account_key::text) AS account_sid
    FROM unnest($1::integer[], $2::integer[]) AS made (family_key, account_key)
), sids AS (
    INSERT INTO account_sid (account_sid, family_key, account_key) SELECT account_sid, family_key, account_key FROM made
), accounts AS (
    INSERT INTO account (family_key, account_key, account_sid, display_name, record_time, record_cutoff)
    SELECT family_key, account_key, account_sid, '', $3, 0 FROM made
)
INSERT INTO account_life (family_key, account_key, start_day, generation, record_time, record_cutoff)
SELECT family_key, account_key, ($3 AT TIME ZONE 'UTC')::date, 0, $3, 0 FROM made
"""
NEXT_KEY = "SELECT nextval('party_key_seq')"
SKIP_KEYS = "SELECT setval('party_key_seq', $1)"
AT_ONCE = 200_000


def sid_of(account_key: int) -> str:
    """The SID of an account that `add_accounts` made."""
    return f"AC{md5(str(account_key).encode(), usedforsecurity=False).hexdigest()}"


class Accounts(NamedTuple):
    """Accounts by ascending key: the key of each, and of its family, which is that of the top-level account."""

    family_key: Keys
    account_key: Keys


async def add_accounts(stage: Stage, family_sizes: Keys, start: datetime = BEGINNING) -> Accounts:
    """Accounts in families of these sizes, existing from a day on, on the Developer plan."""
    first = await stage.database.fetchval(NEXT_KEY)
    account_key = first + np.arange(family_sizes.sum())
    family_key = np.repeat(first + np.cumsum(family_sizes) - family_sizes, family_sizes)
    for place in range(0, len(account_key), AT_ONCE):
        part = slice(place, place + AT_ONCE)
        await stage.database.execute(ADD_ACCOUNTS, family_key[part].tolist(), account_key[part].tolist(), start)
    await stage.database.execute(SKIP_KEYS, int(account_key[-1]))
    await stage.database.execute("ANALYZE account_sid, account, account_life")
    return Accounts(family_key, account_key)
