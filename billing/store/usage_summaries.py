"""Usage of an account summed as asked: roll-ups and the tail in one statement, whose result is read in columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg
import numpy as np

from billing.period import Period
from billing.store.copy import DATE, INT4, INT8, decode_array, fetch_columns, join_numeric, split_numeric
from billing.store.state import EVERYTHING
from billing.store.usage_partitions import event_partition, has_event_partition
from billing.store.usage_sums import Grouping, in_tail, rolled_up
from billing.usage_summary import Summed

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


MOST_ROWS = 1_000_000  # some 50 bytes each; of more, one is read to tell


class SummaryAsked(NamedTuple):
    """What is asked of an account.

    Attributes:
        period: the period.
        day_starts: the moments at which its days begin in the billing zone.
        with_subaccounts: whether those of a top-level account count too.
        grouping: by what it is summed.
        as_of_time: what was recorded, voided and corrected up to then; None for all.
    """

    period: Period
    day_starts: Sequence[datetime]
    with_subaccounts: bool
    grouping: Grouping
    as_of_time: datetime | None


class Place(NamedTuple):
    """Where the usage stands.

    Attributes:
        family_key, account_key: the account's.
        batch_keys: the batches of the period that are not rolled up yet, ascending.
    """

    family_key: int
    account_key: int
    batch_keys: list[int]


FIND_PLACE = """
SELECT family_key, account_key,
       ARRAY(SELECT batch_key FROM usage_batch WHERE period = $2 AND NOT rolled_up ORDER BY batch_key) AS batch_keys
FROM account_sid WHERE account_sid = $1
"""


async def find_place(connection: asyncpg.Connection, account_sid: str, period: Period) -> Place | None:
    """Where an account's usage of a period stands; None where there is no such account."""
    row = await connection.fetchrow(FIND_PLACE, account_sid, period.first_day)
    return None if row is None else Place(*row)


# The place, and with it the sums where all is rolled up: then one statement does. A column of sums is an array as it is
# sent, so that no object is made of a row. Conditions on keys come from sub-selects, for the index.
SUMMARIZE_ROLLED_UP = """
WITH party AS MATERIALIZED (
    SELECT family_key, account_key, CASE WHEN whole THEN 0 ELSE account_key END AS first_key,
           CASE WHEN whole THEN 2147483647 ELSE account_key END AS last_key
    FROM account_sid CROSS JOIN LATERAL (SELECT $4 AND account_key = family_key AS whole) w WHERE account_sid = $1
), tail AS MATERIALIZED (
    SELECT ARRAY(SELECT batch_key FROM usage_batch WHERE period = $2::date AND NOT rolled_up ORDER BY batch_key) AS keys
)
SELECT party.family_key, party.account_key, tail.keys, s.*
FROM party, tail, (
    SELECT array_send(array_agg(account_key)), array_send(array_agg(product_key)), array_send(array_agg(day)),
           array_send(array_agg(event_count)), array_send(array_agg(quantity_micros)),
           array_send(array_agg(unrated_micros)), array_send(array_agg(rated_nanos))
    FROM (
        SELECT {account} AS account_key, {product} AS product_key, {day} AS day, sum(event_count)::int8 AS event_count,
               sum(quantity_micros::int8)::int8 AS quantity_micros, sum(unrated_micros::int8)::int8 AS unrated_micros,
               sum(rated_nanos::int8)::int8 AS rated_nanos
        FROM usage_rollup
        WHERE family_key = (SELECT family_key FROM party) AND account_key >= (SELECT first_key FROM party)
          AND account_key <= (SELECT last_key FROM party) AND day >= $2::date AND day < $3::date
          AND (SELECT cardinality(keys) FROM tail) = 0
        GROUP BY 1, 2, 3 HAVING sum(event_count) > 0 LIMIT {limit}
    ) u
) s
"""


async def summarize_rolled_up(
    connection: asyncpg.Connection, account_sid: str, question: SummaryAsked
) -> tuple[Place, Summed] | None:
    """An account's usage in a period as far as it is rolled up, which holds where no batch is left; None without such
    an account.

    Raises:
        asyncpg.NumericValueOutOfRangeError: 64 bits do not hold what is added, or what it comes to.
    """
    period = question.period
    query = SUMMARIZE_ROLLED_UP.format(**_keys(question, "$2::date"))
    days = period.first_day, period.end_day
    row = await connection.fetchrow(query, account_sid, *days, question.with_subaccounts)
    if row is None:
        return None
    columns = (decode_array(sent, wire) for sent, wire in zip(row[3:], WIRES, strict=True))
    return Place(*row[:3]), Summed(*columns)


SUMMARIZE = """
SELECT {account}, {product}, {day}, sum(event_count)::int8, {waiting}, {sums}
FROM ({usage}) u GROUP BY 1, 2, 3 HAVING sum(event_count) > 0 LIMIT {limit}
"""
# How many of the batches that were in the tail still are.
WAITING = """
(SELECT count(*) FROM usage_batch
 WHERE period = '{first_day}' AND NOT rolled_up AND batch_key = ANY ('{{{batches}}}'::bigint[]))
"""
SUMMED = ("quantity_micros", "unrated_micros", "rated_nanos")
WIRES = (INT4, INT4, DATE, *[INT8] * 4)
NOTHING = Summed(*[np.zeros(0, dtype=np.int64)] * 7)


async def summarize(
    connection: asyncpg.Connection, place: Place, question: SummaryAsked, *, exact: bool
) -> Summed | None:
    """An account's usage in a period, summed as asked; what is all voided has no row.

    None where some of the tail was rolled up since it was looked up, and would have counted twice.

    Args:
        connection: any; in a transaction of repeatable reads in which the place was found, the answer is never None.
        place: where the usage stands.
        question: what is asked.
        exact: whether sums may exceed 64 bits, which takes longer.

    Raises:
        asyncpg.NumericValueOutOfRangeError: 64 bits do not hold what is added, or what it comes to; not if `exact`.
    """
    if question.as_of_time is not None:
        place = place._replace(batch_keys=[])  # those of the roll-ups do not matter
        if not await has_event_partition(connection, question.period):
            return NOTHING
    sums = [split_numeric(f"sum({name})") if exact else f"sum({name}::int8)::int8" for name in SUMMED]
    query = SUMMARIZE.format(
        **_keys(question, f"date '{question.period.first_day}'"),
        waiting=_waiting(question.period, place.batch_keys),
        sums=", ".join(sums),
        usage=_usage(place, question),
    )
    wires = (*WIRES[:4], INT8, *[INT8] * (6 if exact else 3))
    account, product, day, count, waiting, *summed = await fetch_columns(connection, query, wires=wires)
    if len(waiting) and waiting[0] != len(place.batch_keys):
        return None
    if exact:
        summed = [join_numeric(*summed[first : first + 2]) for first in (0, 2, 4)]
    return Summed(account, product, day, count, *summed)


def _keys(question: SummaryAsked, first_day: str) -> dict[str, str]:
    """What it is grouped by; 0 and the first day for what it is not; and how many rows are read."""
    by_account, by_product, by_day = question.grouping
    return {
        "limit": str(MOST_ROWS + 1),
        "account": "account_key" if by_account else "0",
        "product": "product_key" if by_product else "0",
        "day": "day" if by_day else first_day,
    }


def _usage(place: Place, question: SummaryAsked) -> str:
    """The query of what is summed."""
    whose, period = f"family_key = {place.family_key:d}", question.period
    if not (question.with_subaccounts and place.account_key == place.family_key):
        whose += f" AND account_key = {place.account_key:d}"
    if question.as_of_time is not None:
        return RECORDED_UP_TO.format(
            whose=whose,
            day=_day(question),
            partition=event_partition(period),
            first_day=period.first_day,
            moment=question.as_of_time.isoformat(),
        )
    usage = rolled_up(whose, period, EVERYTHING)
    if not place.batch_keys:
        return usage
    return f"{usage} UNION ALL {in_tail(whose, period, place.batch_keys, _day(question))}"


def _day(question: SummaryAsked) -> str:
    """The day of an event in the billing zone."""
    starts = ",".join(moment.isoformat() for moment in question.day_starts)
    return f"date '{question.period.first_day}' + width_bucket(occur_time, '{{{starts}}}'::timestamptz[]) - 1"


def _waiting(period: Period, batch_keys: Sequence[int]) -> str:
    if not batch_keys:
        return "0::int8"
    return WAITING.format(first_day=period.first_day, batches=",".join(map(str, batch_keys)))
