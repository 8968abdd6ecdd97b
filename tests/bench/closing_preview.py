"""Previews of one owner, beside the queries they can not do without."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import asyncpg
import numpy as np

from billing.period import Period
from tests.bench.bench import PAIRS, Bench
from tests.bench.measure import Row, Turn, at_most
from tests.bench.stage import Stage, sid_of

CALLS, QUICK_CALLS = 300, 20
FIND = "SELECT family_key FROM account_sid WHERE account_sid = $1"
USED = """
SELECT account_key, product_key, sum(rated_nanos), sum(unrated_micros) FROM usage_rollup
WHERE family_key = ANY ($1) AND day >= $2 AND day < $3 GROUP BY account_key, product_key
"""
# The members of the contracts that it pays for, whose usage counts with its own: it is charged for all of them.
PAYS_FOR = """
SELECT m.family_key, m.contract_key, m.start_day, m.end_day
FROM contract_payer p JOIN contract_membership m USING (contract_key)
WHERE p.payer_key = $1 AND p.supersede_cutoff IS NULL AND m.supersede_cutoff IS NULL
"""
OF_MONTH = (
    "SELECT account_key, account_sid FROM account WHERE family_key = $1",
    "SELECT plan_id, start_day, end_day FROM plan_held WHERE owner_key = $1 AND supersede_cutoff IS NULL",
)
# A preview of the month next to close has the adjustments and credits due too (6.4), and usage that is not rolled up:
# whether there are any must be asked at least.
DUE = (
    "SELECT contract_key, start_day, end_day FROM contract_membership "
    "WHERE family_key = $1 AND supersede_cutoff IS NULL",
    "SELECT count(*) FROM usage_batch WHERE NOT rolled_up AND $1::integer > 0",
    "SELECT start_day, end_day FROM plan_held WHERE owner_key = $1 "
    "AND (record_cutoff >= (SELECT closings_started FROM store_state) OR supersede_cutoff >= "
    "(SELECT closings_started FROM store_state))",
    "SELECT period FROM late_activity WHERE family_key = $1 AND cutoff >= (SELECT closings_started FROM store_state)",
    "SELECT credit_key, amount_minor FROM support_credit_amount WHERE payer_key = $1",
)
SOME_OWNERS = """
SELECT account_key FROM account WHERE family_key = account_key ORDER BY hashint4(account_key) LIMIT $1
"""
NEW_USAGE = """
UPDATE usage_rollup SET rated_nanos = rated_nanos + 10000000
WHERE family_key = ANY ($1) AND day = $2
"""
BESIDE = "the queries it needs, by asyncpg: of the month, and for what else is due"


async def measure_preview(bench: Bench, on: Stage, period: Period) -> None:
    """Preview a month that is next to close, of owners one after the other: for the first time, and again."""
    calls = QUICK_CALLS if bench.quick else CALLS
    keys = [row["account_key"] for row in await on.database.fetch(SOME_OWNERS, calls * (PAIRS + 1))]
    turns = [keys[start : start + calls] for start in range(0, len(keys), calls)]
    again = turns.pop()

    async def preview(key: int) -> None:
        await on.client.billing.preview_charges(sid_of(key), period=str(period))

    async def with_new_usage(_number: int) -> float:
        await on.database.execute(NEW_USAGE, again, period.first_day)
        return await _p99(again, preview)

    async def measure(name: str, ours: Turn, keys_of: Callable[[int], list[int]]) -> None:
        pairs = await bench.pairs(
            f"preview {name}",
            ours,
            lambda number: _p99(keys_of(number), lambda key: _query(on.database, key, period)),
        )
        what = f"PreviewCharges {name}, one after the other, p99 of {calls}"
        bench.rows(Row("closing", what, "ms", pairs.ours, BESIDE, pairs.limit, at_most(2)))

    for _ in range(3):  # until what is kept of them is
        await _p99(again, preview)
    await measure("for the first time", lambda number: _p99(turns[number], preview), lambda number: turns[number])
    await measure("again, with new usage", with_new_usage, lambda _: again)
    await measure("again, with nothing new", lambda _: _p99(again, preview), lambda _: again)


async def _query(database: asyncpg.Connection, key: int, period: Period) -> None:
    """What a preview of an account needs, one query after the other."""
    await database.fetch(FIND, sid_of(key))
    for each in (*OF_MONTH, *DUE):
        await database.fetch(each, key)
    members = await database.fetch(PAYS_FOR, key)
    await database.fetch(USED, sorted({key, *(row["family_key"] for row in members)}), period.first_day, period.end_day)


async def _p99(keys: list[int], call: Callable[[int], Awaitable[object]]) -> float:
    """The 99th percentile of one call a key, in milliseconds."""
    milliseconds = []
    for key in keys:
        start = time.perf_counter()
        await call(key)
        milliseconds.append((time.perf_counter() - start) * 1e3)
    return float(np.quantile(milliseconds, 0.99))
