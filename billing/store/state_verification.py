"""What the store notes of itself, derived anew: counters, closings and their shards, SIDs, and what is covered."""

from __future__ import annotations

import asyncpg

from billing.products import Family, Stage
from billing.store.verification import Comparison, compare, compared

COUNTERS = f"""
WITH compared AS (
    SELECT 'closings started' AS what, ARRAY[closings_started]::numeric[] AS stored,
           ARRAY[(SELECT count(*) FROM closing)]::numeric[] AS derived
    FROM store_state
    UNION ALL
    SELECT 'versions of plans', ARRAY[version_count]::numeric[], ARRAY[(SELECT count(*) FROM plan_version)]::numeric[]
    FROM store_state
    UNION ALL
    SELECT 'changes of accounts, at least', ARRAY[account_generation]::numeric[],
           ARRAY[greatest(account_generation, (SELECT max(generation) FROM account_life))]::numeric[]
    FROM store_state
    UNION ALL
    SELECT 'the position relayed, at most', ARRAY[relayed_position]::numeric[],
           ARRAY[least(relayed_position, last_position)]::numeric[]
    FROM charge_feed
    UNION ALL
    SELECT format('the position of %s, at most', consumer), ARRAY[feed_position]::numeric[],
           ARRAY[least(feed_position, last_position)]::numeric[]
    FROM charge_consumer CROSS JOIN charge_feed
) {compared("what")}
"""  # noqa: S608 - constants of this module


async def compare_counters(connection: asyncpg.Connection) -> Comparison:
    """What is counted on the way with what there is: closings, versions, changes of accounts, positions passed on."""
    return await compare(connection, COUNTERS)


# A closing runs until it is completed, which is a step of its own after the last shard.
CLOSINGS = f"""
WITH compared AS (
    SELECT period, ARRAY[to_char(period, 'YYYYMM')::integer, state, shards_made::integer]::numeric[] AS stored,
           ARRAY[to_char(min(period) OVER () + make_interval(months => closing_number - 1), 'YYYYMM')::integer,
                 CASE WHEN state = 1 OR coalesce(open_count, 1) > 0 THEN 1 WHEN waiting_count > 0 THEN 2 ELSE 3 END,
                 (open_count IS NOT NULL)::integer]::numeric[] AS derived
    FROM closing
    LEFT JOIN (
        SELECT closing_number, count(*) FILTER (WHERE NOT done) AS open_count FROM closing_shard GROUP BY closing_number
    ) shards USING (closing_number)
    LEFT JOIN (
        SELECT closing_number, count(*) AS waiting_count FROM closing_set_apart WHERE state = 1 GROUP BY closing_number
    ) apart USING (closing_number)
) {compared("format('closing of %s', to_char(period, 'YYYY-MM'))")}
"""  # noqa: S608 - constants of this module


async def compare_closings(connection: asyncpg.Connection) -> Comparison:
    """Closings with their numbers, shards and owners set apart: month, state (1 to 3), and whether there are shards."""
    return await compare(connection, CLOSINGS)


SHARDS = f"""
WITH compared AS (
    SELECT closing_number, shard_number, ARRAY[owner_from, owner_to]::numeric[] AS stored,
           ARRAY[coalesce(lag(owner_to) OVER dealt, 0), coalesce(lead(owner_from) OVER dealt, 2147483647)]::numeric[]
               AS derived
    FROM closing_shard WHERE NOT retry WINDOW dealt AS (PARTITION BY closing_number ORDER BY owner_from)
) {compared("format('closing %s, shard %s', closing_number, shard_number)")}
"""  # noqa: S608 - constants of this module


async def compare_shards(connection: asyncpg.Connection) -> Comparison:
    """The shards of closings with those beside them: no owner is left out or in two."""
    return await compare(connection, SHARDS)


SIDS = f"""
WITH compared AS (
    SELECT account_sid, ARRAY[coalesce(s.family_key, 0), coalesce(s.account_key, 0)]::numeric[] AS stored,
           ARRAY[coalesce(a.family_key, 0), coalesce(a.account_key, 0)]::numeric[] AS derived
    FROM account_sid s FULL JOIN account a USING (account_sid)
) {compared("account_sid")}
"""  # noqa: S608 - constants of this module


async def compare_sids(connection: asyncpg.Connection) -> Comparison:
    """The keys that are found by a SID with those of its account: of the top-level account, and its own."""
    return await compare(connection, SIDS)


COVERED_SUBJECT = """
format('%s from %s', (SELECT product_id FROM product p WHERE p.product_key = compared.product_key), start_month)
"""
COVERED = f"""
WITH compared AS (
    SELECT product_key, start_month, ARRAY[covered::integer]::numeric[] AS stored,
           ARRAY[(stage = {int(Stage.GENERALLY_AVAILABLE)} AND family = {int(Family.PLATFORM)})::integer]::numeric[]
               AS derived
    FROM product_terms
) {compared(COVERED_SUBJECT)}
"""  # noqa: S608 - constants of this module and of the rules


async def compare_covered(connection: asyncpg.Connection) -> Comparison:
    """Whether products are covered (1 or 0) with their stage and family (4.7)."""
    return await compare(connection, COVERED)
