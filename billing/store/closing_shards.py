"""Shards of closings and their leases. Leases are in real time: Postgres alone decides who works on what."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import asyncpg

from billing.closings import Shard

# Families are dealt out in order of their keys, so that a shard reads a stretch of every index.
MAKE_SHARDS = """
INSERT INTO closing_shard (closing_number, shard_number, owner_from, owner_to, retry)
SELECT $1, row_number() OVER (ORDER BY first_key),
       CASE WHEN lag(first_key) OVER (ORDER BY first_key) IS NULL THEN 0 ELSE first_key END,
       coalesce(lead(first_key) OVER (ORDER BY first_key), 2147483647), false
FROM (
    SELECT min(family_key) AS first_key
    FROM (
        SELECT family_key, (sum(count(*)) OVER (ORDER BY family_key) - 1)::bigint / $2::integer AS stretch
        FROM account WHERE record_cutoff < $1 GROUP BY family_key
    ) dealt GROUP BY stretch
) stretches
"""


async def make_shards(connection: asyncpg.Connection, closing_number: int, accounts_per_shard: int) -> None:
    """Deal the owners of a closing out to shards of about so many accounts."""
    await connection.execute(MAKE_SHARDS, closing_number, accounts_per_shard)


ADD_RETRY_SHARDS = """
INSERT INTO closing_shard (closing_number, shard_number, owner_from, owner_to, retry)
SELECT $1, (SELECT coalesce(max(shard_number), 0) FROM closing_shard WHERE closing_number = $1)
       + row_number() OVER (ORDER BY min(owner_key)), min(owner_key), max(owner_key) + 1, true
FROM (
    SELECT owner_key, (row_number() OVER (ORDER BY owner_key) - 1) / $2::integer AS stretch
    FROM closing_set_apart WHERE closing_number = $1 AND state = 1
) dealt GROUP BY stretch
"""


async def add_retry_shards(connection: asyncpg.Connection, closing_number: int, owners_per_shard: int) -> None:
    """Deal the owners set apart out to shards of so many."""
    await connection.execute(ADD_RETRY_SHARDS, closing_number, owners_per_shard)


LEASE = """
UPDATE closing_shard
SET lease_holder = $3, lease_until = clock_timestamp() + make_interval(secs => $4), attempt_count = attempt_count + 1
WHERE closing_number = $1 AND shard_number = $2 AND NOT done
  AND (lease_until IS NULL OR lease_until < clock_timestamp())
RETURNING closing_number, shard_number, owner_from, owner_to, retry
"""


async def lease(
    connection: asyncpg.Connection, closing_number: int, shard_number: int, holder: UUID, seconds: float
) -> Shard | None:
    """Take the lease of a shard; None when it is done or leased to another."""
    row = await connection.fetchrow(LEASE, closing_number, shard_number, holder, seconds)
    return Shard(*row) if row else None


RENEW = """
UPDATE closing_shard SET lease_until = clock_timestamp() + make_interval(secs => $4)
WHERE closing_number = $1 AND shard_number = $2 AND lease_holder = $3 AND NOT done
"""


async def renew(connection: asyncpg.Connection, shard: Shard, holder: UUID, seconds: float) -> bool:
    """Extend a lease; False when it is no longer held."""
    status: str = await connection.execute(RENEW, shard.closing_number, shard.shard_number, holder, seconds)
    return status == "UPDATE 1"


GIVE_BACK = """
UPDATE closing_shard SET lease_until = NULL, lease_holder = NULL
WHERE closing_number = $1 AND shard_number = $2 AND lease_holder = $3 AND NOT done
"""


async def give_back(connection: asyncpg.Connection, shard: Shard, holder: UUID) -> None:
    """End a lease before its time, so that another may take the shard at once."""
    await connection.execute(GIVE_BACK, shard.closing_number, shard.shard_number, holder)


MARK_DONE = """
UPDATE closing_shard SET done = true, lease_until = NULL
WHERE closing_number = $1 AND shard_number = $2 AND lease_holder = $3 AND NOT done
"""


async def mark_done(connection: asyncpg.Connection, shard: Shard, holder: UUID) -> bool:
    """Mark a shard done in the transaction of its work; False when another holds it or has done it."""
    status: str = await connection.execute(MARK_DONE, shard.closing_number, shard.shard_number, holder)
    return status == "UPDATE 1"


class ShardCounts(NamedTuple):
    """How many shards a closing has, and how many are done."""

    shard_count: int
    done_count: int


COUNT_SHARDS = "SELECT count(*), count(*) FILTER (WHERE done) FROM closing_shard WHERE closing_number = $1"


async def count(connection: asyncpg.Connection, closing_number: int) -> ShardCounts:
    """How far a closing is."""
    return ShardCounts(*await connection.fetchrow(COUNT_SHARDS, closing_number))


TAKE_RINGS = """
UPDATE closing_shard SET ring_time = clock_timestamp()
WHERE closing_number = $1 AND NOT done AND (lease_until IS NULL OR lease_until < clock_timestamp())
  AND (ring_time IS NULL OR ring_time < clock_timestamp() - make_interval(secs => $2))
RETURNING shard_number
"""


async def take_rings(connection: asyncpg.Connection, closing_number: int, again_after_seconds: float) -> list[int]:
    """The shards nobody works on and that were not rung for lately; they count as rung for now."""
    return [row["shard_number"] for row in await connection.fetch(TAKE_RINGS, closing_number, again_after_seconds)]


OWNER_RANGES = """
SELECT owner_from, owner_to FROM closing_shard WHERE closing_number = $1 AND NOT retry ORDER BY owner_from
"""


async def owner_ranges(connection: asyncpg.Connection, closing_number: int) -> list[tuple[int, int]]:
    """The stretches of owners that the shards of a closing were made of."""
    return [(first, end) for first, end in await connection.fetch(OWNER_RANGES, closing_number)]
