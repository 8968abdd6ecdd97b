"""The limit of the feed: asyncpg reading the columns of the same records, lines and parts, in their order."""

from __future__ import annotations

from typing import NamedTuple

import asyncpg

AT_ONCE = 5_000

RECORDS = """
SELECT s.base_position + r.ordinal AS position, charge_id, kind, payer_key, party_key, period, r.closing_number,
       amount_minor
FROM charge_slice s JOIN charge_record r USING (slice_key)
WHERE s.base_position + r.ordinal <= $1 AND s.base_position < $1 ORDER BY s.base_position, r.ordinal
"""
USAGE_LINES = """
SELECT slice_key, ordinal, line_number, account_key, product_key, price_key, covered, amount_minor, rated_nanos,
       unrated_micros, included_micros
FROM charge_usage_line JOIN charge_slice s USING (slice_key)
WHERE s.base_position + ordinal <= $1 AND s.base_position < $1 ORDER BY slice_key, ordinal, line_number
"""
SUPPORT_LINES = """
SELECT slice_key, ordinal, line_number, plan_version_key, rate, minimum, flat_amount, spend_minor, start_day, end_day,
       amount_minor
FROM charge_support_line JOIN charge_slice s USING (slice_key)
WHERE s.base_position + ordinal <= $1 AND s.base_position < $1 ORDER BY slice_key, ordinal, line_number
"""
SUPPORT_PARTS = """
SELECT slice_key, ordinal, line_number, account_key, amount_minor, weight_minor
FROM charge_support_part JOIN charge_slice s USING (slice_key)
WHERE s.base_position + ordinal <= $1 AND s.base_position < $1 ORDER BY slice_key, ordinal, line_number
"""


class Received(NamedTuple):
    """What a reader of the feed has received: how many records, the sum of their amounts, and the last position."""

    record_count: int
    amount_minor: int
    last_position: int


async def read_columns(database_url: str, last_position: int) -> Received:
    """Read the columns of the feed up to a position, table by table, through cursors in the order of the feed."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            count = amount = position = 0
            records = await connection.cursor(RECORDS, last_position)
            while rows := await records.fetch(AT_ONCE):
                count += len(rows)
                amount += sum(row["amount_minor"] for row in rows)
                position = rows[-1]["position"]
            for query in (USAGE_LINES, SUPPORT_LINES, SUPPORT_PARTS):
                cursor = await connection.cursor(query, last_position)
                while await cursor.fetch(AT_ONCE):
                    pass
            return Received(count, amount, position)
    finally:
        await connection.close()
