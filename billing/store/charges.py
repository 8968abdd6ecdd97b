"""Reading charge records: by position in the feed, by id, or by what they charge (6.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from billing.charges import ChargeKind, RecordView, SupportLineView, UsageLineView
from billing.period import Period
from billing.support import FlatPrice, UsageBasedPrice

HEAD = """
SELECT s.base_position + r.ordinal AS position, r.slice_key, r.ordinal, r.charge_id, r.kind, p.account_sid AS payer_sid,
       o.account_sid AS party_sid, r.period, c.period AS closing_period, r.amount_minor
FROM charge_slice s
JOIN charge_record r USING (slice_key)
JOIN closing c ON c.closing_number = s.closing_number
JOIN account p ON p.family_key = r.payer_key AND p.account_key = r.payer_key
JOIN account o ON o.account_key = r.party_key
"""
USAGE_LINES = """
SELECT l.slice_key, l.ordinal, product_id, amount_minor, rated_nanos, unrated_micros, unit_price, start_month, covered
FROM charge_usage_line l JOIN product USING (product_key) LEFT JOIN price USING (price_key)
"""
SUPPORT_LINES = """
SELECT l.slice_key, l.ordinal, l.line_number, plan_id, version_number, l.rate, l.minimum, l.flat_amount, spend_minor,
       start_day, end_day, amount_minor
FROM charge_support_line l JOIN plan_version USING (plan_version_key)
"""
SUPPORT_PARTS = """
SELECT l.slice_key, l.ordinal, l.line_number, account_sid, amount_minor, weight_minor
FROM charge_support_part l JOIN account USING (account_key)
"""
IN_STRETCH = " WHERE l.slice_key = $1 AND l.ordinal >= $2 AND l.ordinal <= $3 "
IN_LIST = " JOIN unnest($1::integer[], $2::integer[]) AS k (slice_key, ordinal) USING (slice_key, ordinal) "
USAGE_ORDER = " ORDER BY l.slice_key, l.ordinal, l.line_number"
PART_ORDER = " ORDER BY l.slice_key, l.ordinal, l.line_number, account_sid"


class Slice(NamedTuple):
    """What one transaction put into the feed: records at positions base_position + 1 … + record_count."""

    slice_key: int
    base_position: int
    record_count: int


SLICE_AFTER = """
SELECT slice_key, base_position, record_count FROM charge_slice
WHERE base_position >= (SELECT coalesce(max(base_position), 0) FROM charge_slice WHERE base_position <= $1)
  AND base_position + record_count > $1
ORDER BY base_position LIMIT 1
"""
FEED_STRETCH = HEAD + " WHERE r.slice_key = $1 AND r.ordinal >= $2 AND r.ordinal <= $3 ORDER BY r.ordinal"


async def records_after(connection: asyncpg.Connection, position: int, limit: int) -> list[RecordView]:
    """The next records of the feed, all of one slice; none at the end of the feed."""
    row = await connection.fetchrow(SLICE_AFTER, position)
    if row is None:
        return []
    found = Slice(*row)
    first = position - found.base_position + 1
    stretch = (found.slice_key, first, min(found.record_count, first + limit - 1))
    heads = await connection.fetch(FEED_STRETCH, *stretch)
    return await _filled(connection, heads, IN_STRETCH, stretch)


BY_ID = HEAD + " WHERE r.charge_id = $1"


async def by_id(connection: asyncpg.Connection, charge_id: bytes) -> RecordView | None:
    """The record of an id."""
    records = await _listed(connection, await connection.fetch(BY_ID, UUID(bytes=charge_id)))
    return records[0] if records else None


FILTERS = """
 WHERE s.base_position + s.record_count > $1 AND s.base_position + r.ordinal > $1
   AND ($2::date IS NULL OR r.period = $2) AND ($3::date IS NULL OR c.period = $3) AND ($4 = 0 OR r.kind = $4)
"""
LIST_CHARGES = HEAD + FILTERS + " ORDER BY s.base_position, r.ordinal LIMIT $5"
LIST_CHARGES_OF_PAYER = HEAD + FILTERS + " AND r.payer_key = $6 ORDER BY s.base_position, r.ordinal LIMIT $5"


async def list_charges(
    connection: asyncpg.Connection,
    *,
    after_position: int,
    payer_key: int | None,
    period: Period | None,
    closing_period: Period | None,
    kind: int,
    limit: int,
) -> list[RecordView]:
    """Records by position, after one; None or 0 stands for any."""
    filters: list[Any] = [
        after_position,
        period.first_day if period else None,
        closing_period.first_day if closing_period else None,
        kind,
        limit,
    ]
    if payer_key is None:
        heads = await connection.fetch(LIST_CHARGES, *filters)
    else:
        heads = await connection.fetch(LIST_CHARGES_OF_PAYER, *filters, payer_key)
    return await _listed(connection, heads)


async def _listed(connection: asyncpg.Connection, heads: Sequence[asyncpg.Record]) -> list[RecordView]:
    keys = [head["slice_key"] for head in heads], [head["ordinal"] for head in heads]
    return await _filled(connection, heads, IN_LIST, keys)


async def _filled(
    connection: asyncpg.Connection, heads: Sequence[asyncpg.Record], where: str, arguments: Sequence[Any]
) -> list[RecordView]:
    kinds = {head["kind"] for head in heads}
    usage: dict[tuple[int, int], list[UsageLineView]] = {}
    support: dict[tuple[int, int], list[SupportLineView]] = {}
    if ChargeKind.USAGE in kinds:
        for row in await connection.fetch(USAGE_LINES + where + USAGE_ORDER, *arguments):
            usage.setdefault((row["slice_key"], row["ordinal"]), []).append(_usage_line(row))
    if ChargeKind.SUPPORT_PLAN in kinds:
        parts: dict[tuple[int, int, int], list[tuple[str, int, int]]] = {}
        for slice_key, ordinal, number, sid, amount, weight in await connection.fetch(
            SUPPORT_PARTS + where + PART_ORDER, *arguments
        ):
            parts.setdefault((slice_key, ordinal, number), []).append((sid, amount, weight))
        for row in await connection.fetch(SUPPORT_LINES + where + USAGE_ORDER, *arguments):
            key = row["slice_key"], row["ordinal"]
            support.setdefault(key, []).append(_support_line(row, parts[*key, row["line_number"]]))
    return [_record(head, usage, support) for head in heads]


def _record(
    head: asyncpg.Record,
    usage: dict[tuple[int, int], list[UsageLineView]],
    support: dict[tuple[int, int], list[SupportLineView]],
) -> RecordView:
    key = head["slice_key"], head["ordinal"]
    lines, segments = usage.get(key, []), support.get(key, [])
    assert head["amount_minor"] == sum(
        [line.amount_minor for line in lines] + [line.amount_minor for line in segments]
    ), "lines sum to the record"
    return RecordView(
        head["charge_id"].bytes,
        head["position"],
        ChargeKind(head["kind"]),
        head["payer_sid"],
        head["party_sid"],
        Period.of(head["period"]),
        Period.of(head["closing_period"]),
        head["amount_minor"],
        lines,
        segments,
    )


def _usage_line(row: asyncpg.Record) -> UsageLineView:
    return UsageLineView(
        row["product_id"],
        row["amount_minor"],
        int(row["rated_nanos"]),
        int(row["unrated_micros"]),
        row["unit_price"],
        str(Period.of(row["start_month"])) if row["start_month"] else "",
        row["covered"],
    )


def _support_line(row: asyncpg.Record, parts: list[tuple[str, int, int]]) -> SupportLineView:
    assert row["amount_minor"] == sum(amount for _, amount, _ in parts), "parts sum to the line"
    flat = row["flat_amount"]
    price = UsageBasedPrice(row["rate"], row["minimum"]) if flat is None else FlatPrice(flat)
    return SupportLineView(
        row["plan_id"],
        row["version_number"],
        price,
        row["spend_minor"],
        row["start_day"],
        row["end_day"],
        row["amount_minor"],
        parts,
    )
