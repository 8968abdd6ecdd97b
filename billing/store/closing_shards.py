"""What is special about the shards of closings: those of retries, and what the others were made of."""

from __future__ import annotations

import asyncpg

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


OWNER_RANGES = """
SELECT owner_from, owner_to FROM closing_shard WHERE closing_number = $1 AND NOT retry ORDER BY owner_from
"""


async def owner_ranges(connection: asyncpg.Connection, closing_number: int) -> list[tuple[int, int]]:
    """The stretches of owners that the shards of a closing were made of."""
    return [(first, end) for first, end in await connection.fetch(OWNER_RANGES, closing_number)]


ANY_LEFT = """
SELECT EXISTS (
    SELECT FROM closing c WHERE state = 1 AND (NOT shards_made OR EXISTS (
        SELECT FROM closing_shard s WHERE s.closing_number = c.closing_number AND NOT done)))
"""


async def any_left(connection: asyncpg.Connection) -> bool:
    """Whether a closing runs that has shards to be calculated, or to be made."""
    left: bool = await connection.fetchval(ANY_LEFT)
    return left
