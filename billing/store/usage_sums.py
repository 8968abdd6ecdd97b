"""Usage summed: the roll-ups, and if asked for the tail of events that are not rolled up yet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import asyncpg

from billing.period import Period
from billing.rating import UsageSums
from billing.store import usage_batches
from billing.store.copy import INT4, INT8, decode_array, fetch_columns, join_numeric, split_numeric
from billing.store.questions import Question, Rows, asked
from billing.store.usage_partitions import event_partition

# The conditions below are written into the text, integers and days all of them: so every plan is made for the values
# asked for, and COPY, which knows no parameters, can run them.

ROLLED_UP = """
SELECT family_key, account_key, product_key, day, event_count, quantity_micros, unrated_micros, rated_nanos
FROM usage_rollup WHERE {whose} AND day >= '{first_day}' AND day < '{end_day}' AND cutoff < {before_cutoff}
"""

IN_TAIL = """
SELECT family_key, account_key, product_key, {day} AS day, 1::bigint AS event_count, quantity_micros,
       CASE WHEN rated THEN 0 ELSE quantity_micros END AS unrated_micros, amount_nanos AS rated_nanos
FROM {partition}
WHERE {whose} AND batch_key >= {first_batch} AND batch_key <= {last_batch}
  AND batch_key = ANY ('{{{batches}}}'::bigint[])
"""


class FamilyRange(NamedTuple):
    """The families whose key lies between two keys, the end excluded."""

    owner_from: int
    owner_to: int


def _of_families(families: Sequence[int] | FamilyRange) -> str:
    if isinstance(families, FamilyRange):
        return f"family_key >= {families.owner_from:d} AND family_key < {families.owner_to:d}"
    return f"family_key = ANY ('{{{','.join(map(str, families))}}}'::integer[])"


def rolled_up(whose: str, period: Period, before_cutoff: int) -> str:
    """The query of cells in which usage with a lower cut-off is rolled up; `whose` is a condition."""
    return ROLLED_UP.format(
        whose=whose,
        first_day=period.first_day,
        end_day=period.end_day,
        before_cutoff=before_cutoff,
    )


def in_tail(whose: str, period: Period, batch_keys: Sequence[int], day: str = "NULL::date") -> str:
    """The query of events in batches, at least one, that are not rolled up; `day` is an expression."""
    return IN_TAIL.format(
        whose=whose,
        day=day,
        partition=event_partition(period),
        first_batch=batch_keys[0],
        last_batch=batch_keys[-1],
        batches=",".join(map(str, batch_keys)),
    )


LOAD_SUMS = """
SELECT family_key, account_key, product_key, {rated}, {unrated}
FROM ({usage}) u GROUP BY family_key, account_key, product_key ORDER BY family_key, account_key, product_key
"""


async def load_usage_sums(
    connection: asyncpg.Connection,
    families: Sequence[int] | FamilyRange,
    period: Period,
    before_cutoff: int,
    *,
    with_tail: bool,
) -> UsageSums:
    """A period's usage of many families, summed per account and product.

    Args:
        connection: with the tail, in a transaction of repeatable reads, so that nothing is seen twice or not at all.
        families: which, by their keys or as a range of keys.
        period: the period.
        before_cutoff: only what was recorded with a lower cut-off.
        with_tail: whether events that are not rolled up yet count too.
    """
    whose = _of_families(families)
    usage = rolled_up(whose, period, before_cutoff)
    batch_keys = await usage_batches.tail(connection, period, before_cutoff) if with_tail else []
    if batch_keys:
        usage = f"{usage} UNION ALL {in_tail(whose, period, batch_keys)}"
    if isinstance(families, FamilyRange):  # many: without what sums beyond 64 bits need, until there is one
        with suppress(asyncpg.NumericValueOutOfRangeError):
            async with connection.transaction():
                return await _load_small_sums(connection, usage)
    query = LOAD_SUMS.format(
        usage=usage, rated=split_numeric("sum(rated_nanos)"), unrated=split_numeric("sum(unrated_micros)")
    )
    family, account, product, *sums = await fetch_columns(connection, query, wires=SENT)
    return UsageSums(family, account, product, join_numeric(*sums[:2]), join_numeric(*sums[2:]))


# The same of a few families, for a statement that is made once: without the tail, a column of sums as one array.
SUMS_OF_FAMILIES = f"""
SELECT array_send(array_agg(family_key)), array_send(array_agg(account_key)), array_send(array_agg(product_key)),
       array_send(array_agg(rated_high)), array_send(array_agg(rated_low)),
       array_send(array_agg(unrated_high)), array_send(array_agg(unrated_low))
FROM (
    SELECT family_key, account_key, product_key,
           {split_numeric("sum(rated_nanos)")}, {split_numeric("sum(unrated_micros)")}
    FROM usage_rollup
    WHERE family_key = ANY ($1::integer[]) AND day >= $2 AND day < $3 AND cutoff < $4
    GROUP BY family_key, account_key, product_key ORDER BY family_key, account_key, product_key
) s (family_key, account_key, product_key, rated_high, rated_low, unrated_high, unrated_low)
"""  # noqa: S608 - constants of this module
SENT = (INT4, INT4, INT4, INT8, INT8, INT8, INT8)


@asked
def rolled_up_sums(family_keys: Sequence[int], period: Period, before_cutoff: int) -> Question[UsageSums]:
    """As `load_usage_sums`, of few families, without what is not rolled up yet."""
    return Question(SUMS_OF_FAMILIES, (list(family_keys), period.first_day, period.end_day, before_cutoff), _sums_sent)


def _sums_sent(rows: Rows) -> UsageSums:
    columns = (decode_array(sent, wire) for sent, wire in zip(rows[0], SENT, strict=True))
    family, account, product, *sums = columns
    return UsageSums(family, account, product, join_numeric(*sums[:2]), join_numeric(*sums[2:]))


async def _load_small_sums(connection: asyncpg.Connection, usage: str) -> UsageSums:
    """The sums, where 64 bits hold what is added and what it comes to."""
    rated, unrated = "sum(rated_nanos::int8)::int8", "sum(unrated_micros::int8)::int8"
    query = LOAD_SUMS.format(usage=usage, rated=rated, unrated=unrated)
    return UsageSums(*await fetch_columns(connection, query, wires=(INT4, INT4, INT4, INT8, INT8)))


class Grouping(NamedTuple):
    """By what usage is summed."""

    by_account: bool
    by_product: bool
    by_day: bool
