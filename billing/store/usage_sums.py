"""Usage summed: the roll-ups, and if asked for the tail of events that are not rolled up yet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

import asyncpg
import numpy as np

from billing.period import Period
from billing.rating import UsageSums
from billing.store import usage_batches
from billing.store.copy import INT4, INT8, fetch_columns, join_numeric, split_numeric
from billing.store.questions import Question, Rows, asked
from billing.store.state import EVERYTHING
from billing.store.usage_partitions import event_partition, has_event_partition

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

# What counted at a moment: the events recorded up to then, each with the last correction recorded up to then.
RECORDED_UP_TO = """
SELECT family_key, account_key, product_key, {day} AS day, 1::bigint AS event_count, content.quantity_micros,
       CASE WHEN content.amount_nanos IS NULL THEN content.quantity_micros ELSE 0 END AS unrated_micros,
       coalesce(content.amount_nanos, 0) AS rated_nanos
FROM {partition} e JOIN usage_batch b USING (batch_key)
LEFT JOIN (
    SELECT DISTINCT ON (family_key, account_key, event_id) family_key, account_key, event_id, voided, quantity_micros,
           amount_nanos
    FROM usage_correction
    WHERE {whose} AND period = '{first_day}' AND record_time <= '{moment}'
    ORDER BY family_key, account_key, event_id, correction_number DESC
) c USING (family_key, account_key, event_id)
CROSS JOIN LATERAL (
    SELECT CASE WHEN c.voided IS NULL THEN e.quantity_micros ELSE c.quantity_micros END AS quantity_micros,
           CASE WHEN c.voided IS NOT NULL THEN c.amount_nanos WHEN e.rated THEN e.amount_nanos END AS amount_nanos
) content
WHERE {whose} AND b.record_time <= '{moment}' AND c.voided IS NOT TRUE
"""


class FamilyRange(NamedTuple):
    """The families whose key lies between two keys, the end excluded."""

    owner_from: int
    owner_to: int


def _of_families(families: Sequence[int] | FamilyRange) -> str:
    if isinstance(families, FamilyRange):
        return f"family_key >= {families.owner_from:d} AND family_key < {families.owner_to:d}"
    return f"family_key = ANY ('{{{','.join(map(str, families))}}}'::integer[])"


def _rolled_up(whose: str, period: Period, before_cutoff: int) -> str:
    return ROLLED_UP.format(
        whose=whose,
        first_day=period.first_day,
        end_day=period.end_day,
        before_cutoff=before_cutoff,
    )


def _in_tail(whose: str, period: Period, batch_keys: Sequence[int], day: str = "NULL::date") -> str:
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
    usage = _rolled_up(whose, period, before_cutoff)
    batch_keys = await usage_batches.tail(connection, period, before_cutoff) if with_tail else []
    if batch_keys:
        usage = f"{usage} UNION ALL {_in_tail(whose, period, batch_keys)}"
    if isinstance(families, FamilyRange):  # many: without what sums beyond 64 bits need, until there is one
        with suppress(asyncpg.NumericValueOutOfRangeError):
            async with connection.transaction():
                return await _load_small_sums(connection, usage)
    query = LOAD_SUMS.format(
        usage=usage, rated=split_numeric("sum(rated_nanos)"), unrated=split_numeric("sum(unrated_micros)")
    )
    wires = (INT4, INT4, INT4, INT8, INT8, INT8, INT8)
    family, account, product, *sums = await fetch_columns(connection, query, wires=wires)
    return UsageSums(family, account, product, join_numeric(*sums[:2]), join_numeric(*sums[2:]))


# The same of a few families, for a statement that is made once: without the tail.
SUMS_OF_FAMILIES = f"""
SELECT family_key, account_key, product_key, {split_numeric("sum(rated_nanos)")}, {split_numeric("sum(unrated_micros)")}
FROM usage_rollup
WHERE family_key = ANY ($1::integer[]) AND day >= $2 AND day < $3 AND cutoff < $4
GROUP BY family_key, account_key, product_key ORDER BY family_key, account_key, product_key
"""  # noqa: S608 - constants of this module


@asked
def rolled_up_sums(family_keys: Sequence[int], period: Period, before_cutoff: int) -> Question[UsageSums]:
    """As `load_usage_sums`, of few families, without what is not rolled up yet."""
    return Question(
        SUMS_OF_FAMILIES, (list(family_keys), period.first_day, period.end_day, before_cutoff), _sums_of_rows
    )


def _sums_of_rows(rows: Rows) -> UsageSums:
    family, account, product, *sums = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 7).T
    keys = (column.astype(np.int32) for column in (family, account, product))
    family_key, account_key, product_key = keys
    return UsageSums(family_key, account_key, product_key, join_numeric(*sums[:2]), join_numeric(*sums[2:]))


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


class UsageSummaryRow(NamedTuple):
    """Usage summed; what it is not grouped by is None."""

    account_sid: str | None
    product_id: str | None
    day: date | None
    event_count: int
    quantity_micros: int
    unrated_micros: int
    rated_nanos: int


SUMMARIZE = """
SELECT account_sid, product_id, day, event_count, quantity_micros, unrated_micros, rated_nanos
FROM (
    SELECT CASE WHEN $1 THEN account_key END AS account_key, CASE WHEN $2 THEN product_key END AS product_key,
           CASE WHEN $3 THEN day END AS day, sum(event_count)::bigint AS event_count,
           sum(quantity_micros) AS quantity_micros, sum(unrated_micros) AS unrated_micros,
           sum(rated_nanos) AS rated_nanos
    FROM ({usage}) u GROUP BY 1, 2, 3 HAVING sum(event_count) > 0
) s
LEFT JOIN account ON account.family_key = $4 AND account.account_key = s.account_key
LEFT JOIN product ON product.product_key = s.product_key
ORDER BY account_sid, product_id, day
"""


# As above, of an account, where all of the period is rolled up: one statement is one snapshot. An account that exists
# has at least one row, with nothing in it if events wait or if there is no usage.
SUMMARIZE_ROLLED_UP = """
WITH party AS MATERIALIZED (
    SELECT family_key, account_key FROM account_sid WHERE account_sid = $4
), tail AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM usage_batch WHERE period = $6::date AND NOT rolled_up) AS waits
)
SELECT waits, account_sid, product_id, day, event_count, quantity_micros::text, unrated_micros::text, rated_nanos::text
FROM party CROSS JOIN tail LEFT JOIN LATERAL (
    SELECT CASE WHEN $1 THEN account_key END AS account_key, CASE WHEN $2 THEN product_key END AS product_key,
           CASE WHEN $3 THEN day END AS day, sum(event_count)::bigint AS event_count,
           sum(quantity_micros) AS quantity_micros, sum(unrated_micros) AS unrated_micros,
           sum(rated_nanos) AS rated_nanos
    FROM usage_rollup u
    WHERE NOT waits AND u.family_key = party.family_key AND day >= $6::date AND day < $7::date
      AND (u.account_key = party.account_key OR ($5 AND party.account_key = party.family_key))
    GROUP BY 1, 2, 3 HAVING sum(event_count) > 0
) s ON true
LEFT JOIN account ON account.family_key = party.family_key AND account.account_key = s.account_key
LEFT JOIN product ON product.product_key = s.product_key
ORDER BY account_sid, product_id, day
"""


async def summarize_rolled_up(
    connection: asyncpg.Connection, account_sid: str, period: Period, *, with_subaccounts: bool, grouping: Grouping
) -> list[UsageSummaryRow] | None:
    """An account's usage in a period, summed as asked, in one statement.

    None where that does not do: there is no such account, or events of the period are not rolled up yet.
    """
    days = period.first_day, period.end_day
    rows = await connection.fetch(SUMMARIZE_ROLLED_UP, *grouping, account_sid, with_subaccounts, *days)
    if not rows or rows[0]["waits"]:
        return None
    return [UsageSummaryRow(*row[1:5], *map(int, row[5:])) for row in rows if row["event_count"] is not None]


async def summarize_usage(
    connection: asyncpg.Connection,
    *,
    family_key: int,
    account_key: int | None,
    period: Period,
    day_starts: Sequence[datetime],
    grouping: Grouping,
    as_of_time: datetime | None,
) -> list[UsageSummaryRow]:
    """A family's usage in a period, or that of one of its accounts, summed as asked; what is all voided has no row.

    Args:
        connection: in a transaction of repeatable reads.
        family_key: the top-level account.
        account_key: only this account; None for all of the family.
        period: the period.
        day_starts: the moments at which its days begin in the billing zone.
        grouping: by what it is summed.
        as_of_time: what was recorded, voided and corrected up to then; None for all.
    """
    batch_keys = await usage_batches.tail(connection, period, EVERYTHING) if as_of_time is None else []
    whose = f"family_key = {family_key:d}" + ("" if account_key is None else f" AND account_key = {account_key:d}")
    starts = ",".join(moment.isoformat() for moment in day_starts)
    day = f"date '{period.first_day}' + width_bucket(occur_time, '{{{starts}}}'::timestamptz[]) - 1"
    if as_of_time is None:
        usage = _rolled_up(whose, period, EVERYTHING)
        if batch_keys:
            usage = f"{usage} UNION ALL {_in_tail(whose, period, batch_keys, day)}"
    elif await has_event_partition(connection, period):
        usage = RECORDED_UP_TO.format(
            whose=whose,
            day=day,
            partition=event_partition(period),
            first_day=period.first_day,
            moment=as_of_time.isoformat(),
        )
    else:
        return []
    rows = await connection.fetch(SUMMARIZE.format(usage=usage), *grouping, family_key)
    return [UsageSummaryRow(*row[:3], *map(int, row[3:])) for row in rows]
