"""Charge records added up anew: lines of records, parts of lines, the slices of the feed and their totals."""

from __future__ import annotations

import asyncpg

from billing.store.verification import Comparison, compare, compared

LINE_TABLES = (
    "charge_usage_line",
    "charge_flex_line",
    "charge_support_line",
    "charge_credit_line",
    "charge_adjustment_line",
)
PART_TABLES = {"charge_support_part": "charge_support_line", "charge_adjustment_part": "charge_adjustment_line"}

OF_CLOSING = "slice_key IN (SELECT slice_key FROM charge_slice WHERE closing_number = $1)"
LINES = " UNION ALL ".join(
    f"SELECT slice_key, ordinal, amount_minor FROM {table} WHERE {OF_CLOSING}"  # noqa: S608 - constants
    for table in LINE_TABLES
)
RECORD_SUBJECT = """
CASE WHEN charge_id IS NULL THEN format('lines without a record, slice %s, ordinal %s', slice_key, ordinal)
     ELSE 'CH' || replace(charge_id::text, '-', '') END
"""
RECORDS = f"""
WITH compared AS (
    SELECT charge_id, slice_key, ordinal,
           ARRAY[CASE WHEN charge_id IS NULL THEN 0 ELSE 1 END, coalesce(r.amount_minor, 0)]::numeric[] AS stored,
           ARRAY[1, coalesce(l.amount_minor, 0)]::numeric[] AS derived
    FROM (SELECT slice_key, ordinal, charge_id, amount_minor FROM charge_record WHERE closing_number = $1) r
    FULL JOIN (SELECT slice_key, ordinal, sum(amount_minor) AS amount_minor FROM ({LINES}) all_lines GROUP BY 1, 2) l
         USING (slice_key, ordinal)
) {compared(RECORD_SUBJECT)}
"""  # noqa: S608 - constants of this module


async def compare_records(connection: asyncpg.Connection, closing_number: int) -> Comparison:
    """The records of a closing with their lines: that there is a record (1), and its amount in the minor unit."""
    return await compare(connection, RECORDS, closing_number)


PARTED_LINES = " UNION ALL ".join(
    f"SELECT '{line}' AS line_table, slice_key, ordinal, line_number, amount_minor FROM {line} WHERE {OF_CLOSING}"  # noqa: S608
    for line in PART_TABLES.values()
)
PARTS = " UNION ALL ".join(
    f"SELECT '{line}' AS line_table, slice_key, ordinal, line_number, amount_minor FROM {part} WHERE {OF_CLOSING}"  # noqa: S608
    for part, line in PART_TABLES.items()
)
PART_SUBJECT = "format('%s, slice %s, ordinal %s, line %s', line_table, slice_key, ordinal, line_number)"
PARTS_OF_LINES = f"""
WITH compared AS (
    SELECT line_table, slice_key, ordinal, line_number,
           ARRAY[CASE WHEN l.amount_minor IS NULL THEN 0 ELSE 1 END, coalesce(l.amount_minor, 0)]::numeric[] AS stored,
           ARRAY[CASE WHEN p.amount_minor IS NULL THEN 0 ELSE 1 END, coalesce(p.amount_minor, 0)]::numeric[] AS derived
    FROM ({PARTED_LINES}) l
    FULL JOIN (
        SELECT line_table, slice_key, ordinal, line_number, sum(amount_minor) AS amount_minor
        FROM ({PARTS}) all_parts GROUP BY 1, 2, 3, 4
    ) p USING (line_table, slice_key, ordinal, line_number)
) {compared(PART_SUBJECT)}
"""  # noqa: S608 - constants of this module


async def compare_parts(connection: asyncpg.Connection, closing_number: int) -> Comparison:
    """The lines of a closing that have parts with these: that they are there (1), and the amount in the minor unit."""
    return await compare(connection, PARTS_OF_LINES, closing_number)


SLICES = f"""
WITH compared AS (
    SELECT s.slice_key, ARRAY[s.record_count, 1, s.record_count]::numeric[] AS stored,
           ARRAY[coalesce(r.record_count, 0), coalesce(r.first, 1), coalesce(r.last, 0)]::numeric[] AS derived
    FROM charge_slice s
    LEFT JOIN (
        SELECT slice_key, count(DISTINCT ordinal) AS record_count, min(ordinal) AS first, max(ordinal) AS last
        FROM charge_record WHERE closing_number = $1 GROUP BY slice_key
    ) r USING (slice_key)
    WHERE s.closing_number = $1
) {compared("format('slice %s', slice_key)")}
"""  # noqa: S608 - constants of this module


async def compare_slices(connection: asyncpg.Connection, closing_number: int) -> Comparison:
    """The slices of a closing with their records: how many, and the first and the last number in the slice."""
    return await compare(connection, SLICES, closing_number)


TOTALS = f"""
WITH compared AS (
    SELECT slice_key, kind, ARRAY[coalesce(t.record_count, 0), coalesce(t.amount_minor, 0)]::numeric[] AS stored,
           ARRAY[coalesce(r.record_count, 0), coalesce(r.amount_minor, 0)]::numeric[] AS derived
    FROM (
        SELECT slice_key, kind, t.record_count, amount_minor
        FROM charge_slice_total t JOIN charge_slice USING (slice_key) WHERE closing_number = $1
    ) t
    FULL JOIN (
        SELECT slice_key, kind, count(*) AS record_count, sum(amount_minor) AS amount_minor
        FROM charge_record WHERE closing_number = $1 GROUP BY slice_key, kind
    ) r USING (slice_key, kind)
) {compared("format('slice %s, kind %s', slice_key, kind)")}
"""  # noqa: S608 - constants of this module


async def compare_totals(connection: asyncpg.Connection, closing_number: int) -> Comparison:
    """The totals of a closing with its records: how many, and the sum of their amounts in the minor unit."""
    return await compare(connection, TOTALS, closing_number)


POSITIONS = f"""
WITH compared AS (
    SELECT format('slice %s', slice_key) AS what, ARRAY[base_position]::numeric[] AS stored,
           ARRAY[sum(record_count) OVER feed - record_count]::numeric[] AS derived
    FROM charge_slice WINDOW feed AS (ORDER BY base_position, slice_key ROWS UNBOUNDED PRECEDING)
    UNION ALL
    SELECT 'the end of the feed', ARRAY[last_position]::numeric[],
           ARRAY[(SELECT coalesce(sum(record_count), 0) FROM charge_slice)]::numeric[]
    FROM charge_feed
) {compared("what")}
"""  # noqa: S608 - constants of this module


async def compare_positions(connection: asyncpg.Connection) -> Comparison:
    """Where the slices of the feed begin, with how many records come before: no position is left out or given twice."""
    return await compare(connection, POSITIONS)
