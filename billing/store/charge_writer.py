"""Writing the records of a calculation: columns by COPY, one statement a table, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import asyncpg
import numpy as np

from billing.charges import AdjustmentLine, ChargeRecord, Charges, SupportLine
from billing.store.copy import BOOL, DATE, INT2, INT4, INT8, UUID, Array, Column, bytea, copy_columns, numeric
from billing.support import FlatPrice

EPOCH = date(1970, 1, 1)
DIGEST_BYTES = 32


async def write_charges(connection: asyncpg.Connection, closing_number: int, slice_key: int, found: Charges) -> None:
    """Write the records of a calculation, their lines and parts, as the records 1 … n of a slice.

    In a transaction; the slice still has to be placed in the feed.
    """
    await _write_records(connection, closing_number, slice_key, found.records)
    await _write_usage_lines(connection, slice_key, found)
    await _write_flex_lines(connection, slice_key, found)
    lines = [
        (ordinal, number, record.payer_key, line)
        for ordinal, record in enumerate(found.records, 1)
        for number, line in enumerate(record.support_lines, 1)
    ]
    if lines:
        await _write_support_lines(connection, slice_key, lines)
        await _write_support_parts(connection, slice_key, lines)
    adjustments = [
        (ordinal, number, record.payer_key, adjustment)
        for ordinal, record in enumerate(found.records, 1)
        for number, adjustment in enumerate(record.adjustment_lines, 1)
    ]
    if adjustments:
        await _write_adjustment_lines(connection, slice_key, adjustments)
        await _write_adjustment_parts(connection, slice_key, adjustments)


async def write_credits(
    connection: asyncpg.Connection, closing_number: int, slice_key: int, records: Sequence[ChargeRecord]
) -> None:
    """Write SUPPORT_CREDIT records and their lines, as the records 1 … n of a slice that is still to be placed."""
    await _write_records(connection, closing_number, slice_key, records)
    await connection.copy_records_to_table(
        "charge_credit_line",
        columns=[
            "amount_minor",
            "credit_key",
            "payer_key",
            "slice_key",
            "ordinal",
            "line_number",
            "plan_id",
            "credit_minor",
            "used_before_minor",
            "owed_minor",
        ],
        records=[
            (
                line.amount_minor,
                line.credit_key,
                record.payer_key,
                slice_key,
                ordinal,
                number,
                line.plan_id,
                line.credit_minor,
                line.used_before_minor,
                line.owed_minor,
            )
            for ordinal, record in enumerate(records, 1)
            for number, line in enumerate(record.credit_lines, 1)
        ],
    )


async def _write_flex_lines(connection: asyncpg.Connection, slice_key: int, found: Charges) -> None:
    lines = [
        (ordinal, number, line)
        for ordinal, record in enumerate(found.records, 1)
        for number, line in enumerate(record.flex_lines, 1)
    ]
    if not lines:
        return
    await copy_columns(
        connection,
        "charge_flex_line",
        {
            "amount_minor": _int8(line.amount_minor for *_, line in lines),
            "payer_key": _int4(line.family_key for *_, line in lines),
            "slice_key": _same(slice_key, len(lines)),
            "ordinal": _int4(ordinal for ordinal, *_ in lines),
            "line_number": _int4(number for _, number, _ in lines),
            "account_key": _int4(line.account_key for *_, line in lines),
            "price_key": _int4(line.price_key for *_, line in lines),
            "model": Column(INT2, np.fromiter((line.model for *_, line in lines), dtype=np.int16)),
            "counted": numeric(np.array([line.model.stored(line.counted) for *_, line in lines], dtype=object)),
        },
    )


async def _write_records(
    connection: asyncpg.Connection, closing_number: int, slice_key: int, records: Sequence[ChargeRecord]
) -> None:
    count = len(records)
    identities = np.frombuffer(b"".join(record.charge_id for record in records), dtype=">u8").reshape(-1, 2)
    digests = np.frombuffer(b"".join(record.record_digest for record in records), dtype=np.uint8)
    await copy_columns(
        connection,
        "charge_record",
        {
            "amount_minor": _int8(record.amount_minor for record in records),
            "payer_key": _int4(record.payer_key for record in records),
            "slice_key": _same(slice_key, count),
            "ordinal": _int4(range(1, count + 1)),
            "party_key": _int4(record.party_key for record in records),
            "closing_number": _same(closing_number, count),
            "period": Column(
                DATE, np.fromiter((_days(record.period.first_day) for record in records), dtype=np.int32, count=count)
            ),
            "kind": Column(INT2, np.fromiter((record.kind for record in records), dtype=np.int16, count=count)),
            "charge_id": Column(UUID, identities.astype(np.uint64)),
            "record_digest": bytea(digests.reshape(-1, DIGEST_BYTES)),
        },
    )


async def _write_usage_lines(connection: asyncpg.Connection, slice_key: int, found: Charges) -> None:
    with_usage = [(ordinal, record) for ordinal, record in enumerate(found.records, 1) if record.usage_rows]
    if not with_usage:
        return
    counts = [len(record.usage_rows) for _, record in with_usage]
    rows = np.concatenate([np.arange(record.usage_rows.start, record.usage_rows.stop) for _, record in with_usage])
    lines = found.usage_lines
    numbers = np.arange(len(rows)) - np.repeat(np.cumsum([0, *counts[:-1]]), counts) + 1
    await copy_columns(
        connection,
        "charge_usage_line",
        {
            "amount_minor": Column(INT8, lines.amount_minor[rows]),
            "payer_key": Column(INT4, lines.sums.family_key[rows]),
            "slice_key": _same(slice_key, len(rows)),
            "ordinal": Column(INT4, np.repeat([ordinal for ordinal, _ in with_usage], counts)),
            "line_number": Column(INT4, numbers),
            "account_key": Column(INT4, lines.sums.account_key[rows]),
            "product_key": Column(INT4, lines.sums.product_key[rows]),
            "price_key": Column(INT4, lines.price_key[rows]),
            "covered": Column(BOOL, lines.covered[rows]),
            "rated_nanos": numeric(lines.sums.rated_nanos[rows]),
            "unrated_micros": numeric(lines.sums.unrated_micros[rows]),
            "included_micros": numeric(lines.included_micros[rows]),
        },
    )


Numbered = Sequence[tuple[int, int, int, SupportLine]]  # ordinal, line number, payer key, line


async def _write_support_lines(connection: asyncpg.Connection, slice_key: int, lines: Numbered) -> None:
    await connection.copy_records_to_table(
        "charge_support_line",
        columns=[
            "amount_minor",
            "spend_minor",
            "payer_key",
            "slice_key",
            "ordinal",
            "line_number",
            "plan_version_key",
            "start_day",
            "end_day",
            "rate",
            "minimum",
            "flat_amount",
        ],
        records=[_support_row(slice_key, *numbered) for numbered in lines],
    )


def _support_row(slice_key: int, ordinal: int, number: int, payer_key: int, line: SupportLine) -> tuple[Any, ...]:
    segment, price = line.segment, line.segment.terms.price
    of_price = (None, None, price.amount) if isinstance(price, FlatPrice) else (price.rate, price.minimum, None)
    return (
        line.amount_minor,
        line.spend_minor,
        payer_key,
        slice_key,
        ordinal,
        number,
        segment.terms.plan_version_key,
        segment.start,
        segment.end,
        *of_price,
    )


async def _write_support_parts(connection: asyncpg.Connection, slice_key: int, lines: Numbered) -> None:
    parts = [(ordinal, number, payer, part) for ordinal, number, payer, line in lines for part in line.parts]
    await copy_columns(
        connection,
        "charge_support_part",
        {
            "amount_minor": _int8(part.amount_minor for *_, part in parts),
            "weight_minor": _int8(part.weight_minor for *_, part in parts),
            "payer_key": _int4(payer for _, _, payer, _ in parts),
            "slice_key": _same(slice_key, len(parts)),
            "ordinal": _int4(ordinal for ordinal, *_ in parts),
            "line_number": _int4(number for _, number, *_ in parts),
            "account_key": _int4(part.account_key for *_, part in parts),
        },
    )


Adjusted = Sequence[tuple[int, int, int, AdjustmentLine]]  # ordinal, line number, payer key, line


async def _write_adjustment_lines(connection: asyncpg.Connection, slice_key: int, lines: Adjusted) -> None:
    await copy_columns(
        connection,
        "charge_adjustment_line",
        {
            "amount_minor": _int8(line.amount_minor for *_, line in lines),
            "payer_key": _int4(payer for _, _, payer, _ in lines),
            "slice_key": _same(slice_key, len(lines)),
            "ordinal": _int4(ordinal for ordinal, *_ in lines),
            "line_number": _int4(number for _, number, *_ in lines),
            "item_key": _int4(line.item_key for *_, line in lines),
        },
    )


async def _write_adjustment_parts(connection: asyncpg.Connection, slice_key: int, lines: Adjusted) -> None:
    parts = [(ordinal, number, payer, part) for ordinal, number, payer, line in lines for part in line.parts]
    await copy_columns(
        connection,
        "charge_adjustment_part",
        {
            "amount_minor": _int8(part.amount_minor for *_, part in parts),
            "due_minor": _int8(part.due_minor for *_, part in parts),
            "carried_minor": _int8(part.carried_minor for *_, part in parts),
            "payer_key": _int4(payer for _, _, payer, _ in parts),
            "slice_key": _same(slice_key, len(parts)),
            "ordinal": _int4(ordinal for ordinal, *_ in parts),
            "line_number": _int4(number for _, number, *_ in parts),
            "account_key": _int4(part.account_key for *_, part in parts),
        },
    )


def _int4(values: Iterable[int]) -> Column:
    return Column(INT4, np.fromiter(values, dtype=np.int32))


def _int8(values: Iterable[int]) -> Column:
    return Column(INT8, np.fromiter(values, dtype=np.int64))


def _same(value: int, count: int) -> Column:
    array: Array = np.full(count, value, dtype=np.int32)
    return Column(INT4, array)


def _days(day: date) -> int:
    return (day - EPOCH).days
