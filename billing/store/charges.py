"""Reading charge records one by one: by their place in the feed, by id, or by what they charge (6.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from billing.charge_columns import NOTHING_PRICED, UsedPrice
from billing.charges import (
    AdjustmentLineView,
    ChargeKind,
    CreditLineView,
    FlexLineView,
    RecordView,
    SupportLineView,
    UsageLineView,
)
from billing.credits import credit_id
from billing.flex import FlexModel
from billing.period import Period
from billing.store import prices
from billing.store.flex_prices import BEGINNING as LIST_PRICE_SINCE
from billing.support import FlatPrice, PlanPrice, UsageBasedPrice

Head: TypeAlias = asyncpg.Record  # of a record, without its lines
HEAD = """
SELECT s.base_position + r.ordinal AS position, r.slice_key, r.ordinal, r.charge_id, r.kind, p.account_sid AS payer_sid,
       coalesce(o.account_sid, k.contract_sid) AS party_sid, r.period, c.period AS closing_period, r.amount_minor
FROM charge_slice s
JOIN charge_record r USING (slice_key)
JOIN closing c ON c.closing_number = s.closing_number
JOIN account p ON p.family_key = r.payer_key AND p.account_key = r.payer_key
LEFT JOIN account o ON o.account_key = r.party_key
LEFT JOIN contract k ON k.contract_key = r.party_key
"""
USAGE_LINES = """
SELECT l.slice_key, l.ordinal, product_id, amount_minor, rated_nanos, unrated_micros, included_micros, price_key,
       covered
FROM charge_usage_line l JOIN product USING (product_key)
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
ADJUSTMENT_LINES = """
SELECT l.slice_key, l.ordinal, l.line_number, l.amount_minor, product_id, plan_id,
       CASE WHEN r.kind = 2 THEN item_key END AS flex_model
FROM charge_adjustment_line l JOIN charge_record r USING (slice_key, ordinal, payer_key)
LEFT JOIN product ON r.kind = 1 AND product_key = item_key
LEFT JOIN plan ON r.kind = 3 AND rank = item_key
"""
ADJUSTMENT_PARTS = """
SELECT l.slice_key, l.ordinal, l.line_number, account_sid, amount_minor, due_minor, carried_minor
FROM charge_adjustment_part l JOIN account USING (account_key)
"""
CREDIT_LINES = """
SELECT l.slice_key, l.ordinal, plan_id, amount_minor, credit_minor, used_before_minor, owed_minor
FROM charge_credit_line l
"""
FLEX_LINES = """
SELECT l.slice_key, l.ordinal, l.model, l.amount_minor, l.counted, unit_price, start_month
FROM charge_flex_line l JOIN flex_price USING (price_key)
"""
IN_LIST = " JOIN unnest($1::integer[], $2::integer[]) AS k (slice_key, ordinal) USING (slice_key, ordinal) "
LINE_ORDER = " ORDER BY l.slice_key, l.ordinal, l.line_number"
PART_ORDER = " ORDER BY l.slice_key, l.ordinal, l.line_number, account_sid"


BY_PLACE = (
    HEAD
    + """
JOIN unnest($1::integer[], $2::integer[]) AS n (slice_key, ordinal)
ON r.slice_key = n.slice_key AND r.ordinal = n.ordinal
ORDER BY s.base_position, r.ordinal
"""
)


async def by_place(
    connection: asyncpg.Connection, slice_keys: Sequence[int], ordinals: Sequence[int]
) -> list[RecordView]:
    """The records of some slices and ordinals, by position."""
    if not slice_keys:
        return []
    return await records_of(connection, await connection.fetch(BY_PLACE, slice_keys, ordinals))


BY_ID = HEAD + " WHERE r.charge_id = $1"


async def by_id(connection: asyncpg.Connection, charge_id: bytes) -> RecordView | None:
    """The record of an id."""
    records = await records_of(connection, await connection.fetch(BY_ID, UUID(bytes=charge_id)))
    return records[0] if records else None


FILTERS = """
 WHERE s.base_position + s.record_count > $1 AND s.base_position + r.ordinal > $1
   AND ($2::date IS NULL OR r.period = $2) AND ($3::date IS NULL OR c.period = $3) AND ($4 = 0 OR r.kind = $4)
   AND ($6::timestamptz IS NULL OR coalesce(s.emit_time, c.start_time) <= $6)
"""
LIST_CHARGES = HEAD + FILTERS + " ORDER BY s.base_position, r.ordinal LIMIT $5"
LIST_CHARGES_OF_PAYER = HEAD + FILTERS + " AND r.payer_key = $7 ORDER BY s.base_position, r.ordinal LIMIT $5"


async def list_heads(
    connection: asyncpg.Connection,
    *,
    after_position: int,
    payer_key: int | None,
    period: Period | None,
    closing_period: Period | None,
    kind: int,
    as_of_time: datetime | None,
    limit: int,
) -> list[Head]:
    """Records by position, after one, without their lines; None or 0 stands for any.

    As of a moment: those that were in the feed by then.
    """
    filters: list[Any] = [
        after_position,
        period.first_day if period else None,
        closing_period.first_day if closing_period else None,
        kind,
        limit,
        as_of_time,
    ]
    if payer_key is None:
        heads: list[Head] = await connection.fetch(LIST_CHARGES, *filters)
    else:
        heads = await connection.fetch(LIST_CHARGES_OF_PAYER, *filters, payer_key)
    return heads


async def records_of(connection: asyncpg.Connection, heads: Sequence[Head]) -> list[RecordView]:
    """The records with their lines."""
    keys = [head["slice_key"] for head in heads], [head["ordinal"] for head in heads]
    return await _filled(connection, heads, keys)


Key = tuple[int, int]  # slice and ordinal


@dataclass(slots=True)
class _Lines:
    """The lines of some records, by slice and ordinal."""

    usage: dict[Key, list[UsageLineView]] = field(default_factory=dict)
    support: dict[Key, list[SupportLineView]] = field(default_factory=dict)
    adjustment: dict[Key, list[AdjustmentLineView]] = field(default_factory=dict)
    credit: dict[Key, list[asyncpg.Record]] = field(default_factory=dict)
    flex: dict[Key, list[FlexLineView]] = field(default_factory=dict)


async def _filled(
    connection: asyncpg.Connection, heads: Sequence[asyncpg.Record], keys: Sequence[Any]
) -> list[RecordView]:
    kinds = {head["kind"] for head in heads}
    lines = _Lines()
    if ChargeKind.USAGE in kinds:
        rows = await connection.fetch(USAGE_LINES + IN_LIST + LINE_ORDER, *keys)
        used = await prices.used_prices(connection, {row["price_key"] for row in rows})
        for row in rows:
            key = row["slice_key"], row["ordinal"]
            lines.usage.setdefault(key, []).append(_usage_line(row, used.get(row["price_key"], NOTHING_PRICED)))
    if ChargeKind.SUPPORT_PLAN in kinds:
        parts = _by_line(await connection.fetch(SUPPORT_PARTS + IN_LIST + PART_ORDER, *keys))
        for row in await connection.fetch(SUPPORT_LINES + IN_LIST + LINE_ORDER, *keys):
            key = row["slice_key"], row["ordinal"]
            lines.support.setdefault(key, []).append(_support_line(row, parts[*key, row["line_number"]]))
    if any(head["period"] != head["closing_period"] for head in heads):
        parts = _by_line(await connection.fetch(ADJUSTMENT_PARTS + IN_LIST + PART_ORDER, *keys))
        for row in await connection.fetch(ADJUSTMENT_LINES + IN_LIST + LINE_ORDER, *keys):
            key = row["slice_key"], row["ordinal"]
            lines.adjustment.setdefault(key, []).append(_adjustment_line(row, parts[*key, row["line_number"]]))
    if ChargeKind.SUPPORT_CREDIT in kinds:
        for row in await connection.fetch(CREDIT_LINES + IN_LIST + LINE_ORDER, *keys):
            lines.credit.setdefault((row["slice_key"], row["ordinal"]), []).append(row)
    lines.flex = await _flex_lines(connection, keys) if ChargeKind.FLEX in kinds else {}
    return [_record(head, lines) for head in heads]


def _by_line(rows: Sequence[asyncpg.Record]) -> dict[tuple[int, int, int], list[tuple[Any, ...]]]:
    """What follows slice, ordinal and line number, by these."""
    found: dict[tuple[int, int, int], list[tuple[Any, ...]]] = {}
    for slice_key, ordinal, number, *values in rows:
        found.setdefault((slice_key, ordinal, number), []).append(tuple(values))
    return found


def _record(head: asyncpg.Record, lines: _Lines) -> RecordView:
    key = head["slice_key"], head["ordinal"]
    usage, support, adjustment = lines.usage.get(key, []), lines.support.get(key, []), lines.adjustment.get(key, [])
    credit = [_credit_line(head, row) for row in lines.credit.get(key, [])]
    flex = lines.flex.get(key, [])
    amounts = [line.amount_minor for line in usage] + [line.amount_minor for line in support]
    amounts += [line.amount_minor for line in adjustment] + [line.amount_minor for line in credit]
    amounts += [line.amount_minor for line in flex]
    assert head["amount_minor"] == sum(amounts), "lines sum to the record"
    return RecordView(
        head["charge_id"].bytes,
        head["position"],
        ChargeKind(head["kind"]),
        head["payer_sid"],
        head["party_sid"],
        Period.of(head["period"]),
        Period.of(head["closing_period"]),
        head["amount_minor"],
        usage,
        support,
        adjustment,
        credit,
        flex,
    )


async def _flex_lines(connection: asyncpg.Connection, keys: Sequence[Any]) -> dict[Key, list[FlexLineView]]:
    lines: dict[Key, list[FlexLineView]] = {}
    for row in await connection.fetch(FLEX_LINES + IN_LIST + LINE_ORDER, *keys):
        lines.setdefault((row["slice_key"], row["ordinal"]), []).append(_flex_line(row))
    return lines


def _flex_line(row: asyncpg.Record) -> FlexLineView:
    model = FlexModel(row["model"])
    start = "" if row["start_month"] == LIST_PRICE_SINCE else str(Period.of(row["start_month"]))
    return FlexLineView(model, row["amount_minor"], model.counted(int(row["counted"])), row["unit_price"], start)


def _credit_line(head: asyncpg.Record, row: asyncpg.Record) -> CreditLineView:
    return CreditLineView(
        credit_id(head["party_sid"], row["plan_id"], Period.of(head["period"])),
        row["plan_id"],
        row["amount_minor"],
        int(row["credit_minor"]),
        int(row["used_before_minor"]),
        int(row["owed_minor"]),
    )


def _adjustment_line(row: asyncpg.Record, parts: list[tuple[Any, ...]]) -> AdjustmentLineView:
    assert row["amount_minor"] == sum(amount for _, amount, _, _ in parts), "parts sum to the line"
    return AdjustmentLineView(
        row["product_id"] or row["plan_id"] or FlexModel(row["flex_model"]).name,
        row["amount_minor"],
        sum(due for _, _, due, _ in parts),
        sum(carried for _, _, _, carried in parts),
        [(sid, amount, due, carried) for sid, amount, due, carried in parts],
    )


def _usage_line(row: asyncpg.Record, price: UsedPrice) -> UsageLineView:
    return UsageLineView(
        row["product_id"],
        row["amount_minor"],
        int(row["rated_nanos"]),
        int(row["unrated_micros"]),
        price.pricing,
        price.start,
        row["covered"],
        int(row["included_micros"]),
        price.contract_sid,
    )


def _support_line(row: asyncpg.Record, parts: list[tuple[Any, ...]]) -> SupportLineView:
    assert row["amount_minor"] == sum(amount for _, amount, _ in parts), "parts sum to the line"
    return SupportLineView(
        row["plan_id"],
        row["version_number"],
        plan_price(row),
        row["spend_minor"],
        row["start_day"],
        row["end_day"],
        row["amount_minor"],
        parts,
    )


def plan_price(row: asyncpg.Record) -> PlanPrice:
    """The price of the plan in a support line."""
    flat = row["flat_amount"]
    return UsageBasedPrice(row["rate"], row["minimum"]) if flat is None else FlatPrice(flat)
