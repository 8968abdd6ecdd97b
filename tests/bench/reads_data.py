"""What the reads are about: 10,000 accounts in families, the plans they hold, and a month of usage of some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tests.bench.ingest_ways import NOW
from tests.bench.stage import Stage, add_accounts, sid_of

FAMILY_SIZES = np.tile(np.array([1, 1, 1, 1, 6]), 1_000)  # 5,000 families, 10,000 accounts

# Two in three families changed their plan in June, one in seven has a change pending; of 100 families two hold the plan
# of a contract, from July on.
ADD_PLANS = """
WITH family AS (
    SELECT family_key, row_number() OVER (ORDER BY family_key)::integer AS number
    FROM unnest($1::integer[]) AS f (family_key)
), run AS (
    SELECT family_key, number, day AS start_day, nth,
           coalesce(lead(day) OVER (PARTITION BY family_key ORDER BY day),
                    CASE WHEN number % 50 = 0 THEN date '2026-07-01' END) AS end_day
    FROM family, unnest(ARRAY['2026-06-01', '2026-06-15', '2026-08-25']::date[]) WITH ORDINALITY AS d (day, nth)
    WHERE nth = 1 OR (nth = 2 AND number % 3 > 0) OR (nth = 3 AND number % 7 = 0 AND number % 50 > 0)
)
INSERT INTO plan_held (owner_key, plan_id, start_day, end_day, origin, by_staff, record_time, record_cutoff)
SELECT family_key, (ARRAY['developer', 'production', 'business'])[nth], start_day, end_day, least(nth, 2), false,
       timestamptz '2026-06-01 00:00Z', 0
FROM run
"""
ADD_CONTRACTS = """
WITH member AS (
    SELECT family_key, row_number() OVER (ORDER BY family_key) AS number FROM unnest($1::integer[]) AS f (family_key)
), joined AS (
    SELECT family_key, (number - 1) / 50 / 4 AS place FROM member WHERE number % 50 = 0
), made AS MATERIALIZED (
    SELECT place, nextval('party_key_seq')::integer AS contract_key FROM (SELECT DISTINCT place FROM joined) p
), contracts AS (
    INSERT INTO contract (contract_key, contract_sid, display_name, record_time, record_cutoff)
    SELECT contract_key, 'CT' || md5(contract_key::text), '', timestamptz '2026-06-20 00:00Z', 0 FROM made
    RETURNING contract_key
), plans AS (
    INSERT INTO plan_held (owner_key, plan_id, start_day, origin, by_staff, own_rate, own_minimum, record_time,
                           record_cutoff)
    SELECT contract_key, 'personalized', date '2026-07-01', 1, true, 0.05, 4000, timestamptz '2026-06-20 00:00Z', 0
    FROM made
)
INSERT INTO contract_membership (contract_key, family_key, start_day, record_time, record_cutoff)
SELECT contract_key, family_key, date '2026-07-01', timestamptz '2026-06-20 00:00Z', 0
FROM joined JOIN made USING (place)
"""
MAKE_PARTITIONS = "SELECT make_usage_partitions('2026-07-01', '2026-07-01 00:00Z', '2026-08-01 00:00Z')"
ADD_CELLS = """
INSERT INTO usage_rollup (family_key, account_key, product_key, day, cutoff, event_count, quantity_micros,
                          unrated_micros, rated_nanos)
SELECT family_key, account_key, product_key, date '2026-07-01' + day, 0, 40, 40000000 + day, 40000000 + day,
       1000000007::bigint * day
FROM unnest($1::integer[], $2::integer[]) AS a (family_key, account_key), product, generate_series(0, 29) AS day
"""
ADD_TAIL = """
WITH batch AS (
    INSERT INTO usage_batch (period, cutoff, event_count, record_time)
    SELECT '2026-07-01', 0, count(*), '2026-07-31 12:00Z' FROM unnest($2::integer[]), product RETURNING batch_key
)
INSERT INTO usage_event_2026_07 (occur_time, quantity_micros, amount_nanos, batch_key, family_key, account_key,
                                 product_key, event_id, rated)
SELECT timestamptz '2026-07-20 11:00Z', 1000000, 5, batch_key, family_key, account_key, product_key, gen_random_uuid(),
       true
FROM unnest($1::integer[], $2::integer[]) AS a (family_key, account_key), product, batch
"""


class Asked(NamedTuple):
    """Who is asked about.

    Attributes:
        accounts: all accounts, in an order by chance.
        families: top-level accounts that hold a plan of their own without a change pending.
        alone: top-level accounts without subaccounts, with a month of 300 day cells each.
        parents: top-level accounts of families of six, with 1,800 day cells each.
        using: the family and account keys of all accounts with day cells.
    """

    accounts: Sequence[str]
    families: Sequence[str]
    alone: Sequence[str]
    parents: Sequence[str]
    using: tuple[Sequence[int], Sequence[int]]


async def add_data(on: Stage) -> Asked:
    """Fill the store."""
    accounts = await add_accounts(on, FAMILY_SIZES)
    families = accounts.account_key[accounts.family_key == accounts.account_key]
    number = np.arange(1, len(families) + 1)
    await on.database.execute(ADD_PLANS, families.tolist())
    await on.database.execute(ADD_CONTRACTS, families.tolist())
    await on.database.execute(MAKE_PARTITIONS)
    with_usage = accounts.family_key <= families[499]
    keys = accounts.family_key[with_usage].tolist(), accounts.account_key[with_usage].tolist()
    await on.database.execute(ADD_CELLS, *keys)
    await on.database.execute("ANALYZE")
    await on.client.clock.advance(NOW)
    chance = np.random.default_rng(1)
    sizes = FAMILY_SIZES[:500]
    return Asked(
        [sid_of(int(key)) for key in chance.permutation(accounts.account_key)],
        [sid_of(int(key)) for key in chance.permutation(families[(number % 7 > 0) & (number % 50 > 0)])],
        [sid_of(int(key)) for key in families[:500][sizes == 1]],
        [sid_of(int(key)) for key in families[:500][sizes > 1]],
        keys,
    )


async def add_tail(on: Stage, asked: Asked, batches: int) -> None:
    """Usage that is not rolled up, in so many batches, of accounts that have day cells."""
    for _ in range(batches):
        await on.database.execute(ADD_TAIL, *asked.using)
    await on.database.execute("ANALYZE")
