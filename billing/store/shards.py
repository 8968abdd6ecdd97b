"""Shards of closings and of rehearsals, and their leases. Leases are in real time: Postgres alone decides who works on
what.

The statements are the same for both; the table and the column with the number are filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg

from billing.closings import Shard


class ShardsOf(NamedTuple):
    """Whose shards: the table, its column with the number of the closing or rehearsal, and what tells a retry."""

    table: str
    number: str
    retry: str


CLOSINGS = ShardsOf("closing_shard", "closing_number", "retry")
REHEARSALS = ShardsOf("rehearsal_shard", "rehearsal_number", "false")


# Families are dealt out in order of their keys, so that a shard reads a stretch of every index; contracts among them,
# each with the accounts of its members, as these are read for it.
MAKE_SHARDS = """
INSERT INTO {table} ({number}, shard_number, owner_from, owner_to)
SELECT $1, row_number() OVER (ORDER BY first_key),
       CASE WHEN lag(first_key) OVER (ORDER BY first_key) IS NULL THEN 0 ELSE first_key END,
       coalesce(lead(first_key) OVER (ORDER BY first_key), 2147483647)
FROM (
    SELECT min(family_key) AS first_key
    FROM (
        SELECT family_key, (sum(count(*)) OVER (ORDER BY family_key) - 1)::bigint / $3::integer AS stretch
        FROM (
            SELECT family_key FROM account WHERE record_cutoff < $2
            UNION ALL
            SELECT contract_key FROM contract_membership m JOIN account a USING (family_key) WHERE m.record_cutoff < $2
        ) counted GROUP BY family_key
    ) dealt GROUP BY stretch
) stretches
"""


async def make_shards(
    connection: asyncpg.Connection, of: ShardsOf, number: int, before_cutoff: int, accounts_per_shard: int
) -> None:
    """Deal the owners that were recorded before a cut-off out to shards of about so many accounts."""
    await connection.execute(_filled(MAKE_SHARDS, of), number, before_cutoff, accounts_per_shard)


# Whoever gives a lease back leaves no holder, so that one which is there has lost it.
LEASE = """
WITH before AS MATERIALIZED (
    SELECT shard_number AS found, lease_holder AS lost_by FROM {table}
    WHERE {number} = $1 AND shard_number = $2 AND NOT done AND (lease_until IS NULL OR lease_until < clock_timestamp())
    FOR UPDATE)
UPDATE {table}
SET lease_holder = $3, lease_until = clock_timestamp() + make_interval(secs => $4), attempt_count = attempt_count + 1
FROM before
WHERE {number} = $1 AND shard_number = found
RETURNING {number}, shard_number, owner_from, owner_to, {retry}, lost_by IS NOT NULL
"""


async def lease(
    connection: asyncpg.Connection, of: ShardsOf, number: int, shard_number: int, holder: UUID, seconds: float
) -> Shard | None:
    """Take the lease of a shard; None when it is done or leased to another."""
    row = await connection.fetchrow(_filled(LEASE, of), number, shard_number, holder, seconds)
    return Shard(*row) if row else None


LEASE_NEXT = """
WITH before AS MATERIALIZED (
    SELECT shard_number AS found, lease_holder AS lost_by FROM {table}
    WHERE {number} = $1 AND NOT done AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY attempt_count, shard_number LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE {table}
SET lease_holder = $2, lease_until = clock_timestamp() + make_interval(secs => $3), attempt_count = attempt_count + 1
FROM before
WHERE {number} = $1 AND shard_number = found
RETURNING {number}, shard_number, owner_from, owner_to, {retry}, lost_by IS NOT NULL
"""


async def lease_next(
    connection: asyncpg.Connection, of: ShardsOf, number: int, holder: UUID, seconds: float
) -> Shard | None:
    """Take the lease of a shard that nobody works on, those that failed last; None when there is none."""
    row = await connection.fetchrow(_filled(LEASE_NEXT, of), number, holder, seconds)
    return Shard(*row) if row else None


RENEW = """
UPDATE {table} SET lease_until = clock_timestamp() + make_interval(secs => $4)
WHERE {number} = $1 AND shard_number = $2 AND lease_holder = $3 AND NOT done
"""


async def renew(connection: asyncpg.Connection, of: ShardsOf, shard: Shard, holder: UUID, seconds: float) -> bool:
    """Extend a lease; False when it is no longer held."""
    status: str = await connection.execute(_filled(RENEW, of), shard.number, shard.shard_number, holder, seconds)
    return status == "UPDATE 1"


GIVE_BACK = """
UPDATE {table} SET lease_until = NULL, lease_holder = NULL
WHERE {number} = $1 AND shard_number = $2 AND lease_holder = $3 AND NOT done
"""


async def give_back(connection: asyncpg.Connection, of: ShardsOf, shard: Shard, holder: UUID) -> None:
    """End a lease before its time, so that another may take the shard at once."""
    await connection.execute(_filled(GIVE_BACK, of), shard.number, shard.shard_number, holder)


NOTE_ERROR = """
UPDATE {table} SET error = $3, error_time = clock_timestamp() WHERE {number} = $1 AND shard_number = $2
"""


async def note_error(connection: asyncpg.Connection, of: ShardsOf, shard: Shard, error: str) -> None:
    """Note what the failure of a shard says, in place of the one before."""
    await connection.execute(_filled(NOTE_ERROR, of), shard.number, shard.shard_number, error)


MARK_DONE = """
UPDATE {table} SET done = true, lease_until = NULL
WHERE {number} = $1 AND shard_number = $2 AND lease_holder = $3 AND NOT done
"""


async def mark_done(connection: asyncpg.Connection, of: ShardsOf, shard: Shard, holder: UUID) -> bool:
    """Mark a shard done in the transaction of its work; False when another holds it or has done it."""
    status: str = await connection.execute(_filled(MARK_DONE, of), shard.number, shard.shard_number, holder)
    return status == "UPDATE 1"


class ShardCounts(NamedTuple):
    """How many shards a closing or rehearsal has, how many are done, how many failed at least once, and what the
    latest of these failures says; empty when there is none."""

    shard_count: int
    done_count: int
    failed_count: int
    error: str

    @property
    def all_done(self) -> bool:
        """Whether none is left."""
        return self.done_count == self.shard_count


NO_SHARDS = ShardCounts(0, 0, 0, "")

COUNT_SHARDS = """
SELECT {number}, count(*), count(*) FILTER (WHERE done), count(error),
       coalesce((array_agg(error ORDER BY error_time DESC) FILTER (WHERE error IS NOT NULL))[1], '')
FROM {table} WHERE {number} = ANY ($1) GROUP BY {number}
"""


async def counts(connection: asyncpg.Connection, of: ShardsOf, numbers: Sequence[int]) -> dict[int, ShardCounts]:
    """How far some closings or rehearsals are, by number."""
    rows = await connection.fetch(_filled(COUNT_SHARDS, of), numbers)
    return dict.fromkeys(numbers, NO_SHARDS) | {number: ShardCounts(*found) for number, *found in rows}


async def count(connection: asyncpg.Connection, of: ShardsOf, number: int) -> ShardCounts:
    """How far a closing or rehearsal is."""
    return (await counts(connection, of, [number]))[number]


TAKE_RINGS = """
UPDATE {table} SET ring_time = clock_timestamp()
WHERE {number} = $1 AND shard_number IN (
    SELECT shard_number FROM {table}
    WHERE {number} = $1 AND NOT done AND (lease_until IS NULL OR lease_until < clock_timestamp())
      AND (ring_time IS NULL OR ring_time < clock_timestamp() - make_interval(secs => $2))
    ORDER BY shard_number LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING shard_number
"""


async def take_rings(
    connection: asyncpg.Connection, of: ShardsOf, number: int, again_after_seconds: float, limit: int
) -> list[int]:
    """The first of the shards nobody works on and that were not rung for lately; they count as rung for now."""
    rows = await connection.fetch(_filled(TAKE_RINGS, of), number, again_after_seconds, limit)
    return sorted(row["shard_number"] for row in rows)


def _filled(statement: str, of: ShardsOf) -> str:
    return statement.format(**of._asdict())
