"""Writing the records of a calculation: columns by COPY, one statement a table, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import asyncpg
import numpy as np

from billing.charges import ChargeKind, ChargeRecord, Charges
from billing.period import Period
from billing.record_columns import DIGEST_BYTES, ID_BYTES, RecordColumns
from billing.store import charge_line_writer
from billing.store.charge_line_writer import Array, Placed
from billing.store.copy import DATE, INT2, INT4, INT8, UUID, Column, bytea, copy_columns

EPOCH = date(1970, 1, 1)


async def write_charges(connection: asyncpg.Connection, closing_number: int, slice_key: int, found: Charges) -> None:
    """Write the records of a calculation, their lines and parts, as the records 1 … n of a slice.

    They are numbered by payer, period, kind and party. In a transaction; the slice still has to be placed in the feed.
    """
    own, others = _of(found.rows, found.period), _of_objects(found.adjustments)
    ordinals = _ordinals(_Columns(*map(np.concatenate, zip(own, others, strict=True))))
    await _write_records(connection, closing_number, slice_key, own, ordinals[: len(found.rows)])
    placed = {
        kind: Placed(
            slice_key, ordinals[rows], found.rows.payer_key[rows], found.rows.first[rows], found.rows.end[rows]
        )
        for kind in (ChargeKind.USAGE, ChargeKind.FLEX, ChargeKind.SUPPORT_PLAN)
        if len(rows := np.flatnonzero(found.rows.kind == kind))
    }
    if ChargeKind.USAGE in placed:
        await charge_line_writer.write_usage_lines(connection, placed[ChargeKind.USAGE], found.usage_lines)
    if ChargeKind.FLEX in placed:
        await charge_line_writer.write_flex_lines(connection, placed[ChargeKind.FLEX], found.flex_lines)
    if ChargeKind.SUPPORT_PLAN in placed:
        await charge_line_writer.write_support_lines(connection, placed[ChargeKind.SUPPORT_PLAN], found.support_lines)
    if found.adjustments:
        of_adjustments = ordinals[len(found.rows) :]
        await _write_records(connection, closing_number, slice_key, others, of_adjustments)
        numbered = list(zip(of_adjustments.tolist(), found.adjustments, strict=True))
        await charge_line_writer.write_adjustments(connection, slice_key, numbered)


async def write_credits(
    connection: asyncpg.Connection, closing_number: int, slice_key: int, records: Sequence[ChargeRecord]
) -> None:
    """Write SUPPORT_CREDIT records and their lines, as the records 1 … n of a slice that is still to be placed."""
    await _write_records(connection, closing_number, slice_key, _of_objects(records), np.arange(1, len(records) + 1))
    await charge_line_writer.write_credit_lines(connection, slice_key, records)


class _Columns(NamedTuple):
    """Records as they are written: columns of one length; periods as the days since 1970-01-01 of their first."""

    payer_key: Array
    period: Array
    kind: Array
    party_key: Array
    amount_minor: Array
    charge_id: Array
    record_digest: Array


def _of(rows: RecordColumns, period: Period) -> _Columns:
    period_day = np.full(len(rows), _days(period), dtype=np.int64)
    keys = rows.payer_key, period_day, rows.kind, rows.party_key
    return _Columns(*keys, rows.amount_minor, rows.charge_id, rows.record_digest)


def _of_objects(records: Sequence[ChargeRecord]) -> _Columns:
    numbers = [
        (record.payer_key, _days(record.period), int(record.kind), record.party_key, record.amount_minor)
        for record in records
    ]
    payer, period, kind, party, amount = np.array(numbers, dtype=np.int64).reshape(-1, 5).T
    identities = np.frombuffer(b"".join(record.charge_id for record in records), dtype=np.uint8)
    digests = np.frombuffer(b"".join(record.record_digest for record in records), dtype=np.uint8)
    bytes_of_each = identities.reshape(-1, ID_BYTES), digests.reshape(-1, DIGEST_BYTES)
    return _Columns(payer, period, kind, party, amount, *bytes_of_each)


def _ordinals(columns: _Columns) -> Array:
    """The number of each record, from 1."""
    ordinals = np.empty(len(columns.kind), dtype=np.int64)
    order = np.lexsort((columns.party_key, columns.kind, columns.period, columns.payer_key))
    ordinals[order] = np.arange(1, len(order) + 1)
    return ordinals


async def _write_records(
    connection: asyncpg.Connection, closing_number: int, slice_key: int, records: _Columns, ordinals: Array
) -> None:
    count = len(ordinals)
    if not count:
        return
    identities = np.ascontiguousarray(records.charge_id).view(">u8")
    order = np.lexsort((identities[:, 1], identities[:, 0]))  # so that the key by id is met in stretches
    await copy_columns(
        connection,
        "charge_record",
        {
            "amount_minor": Column(INT8, records.amount_minor[order]),
            "payer_key": Column(INT4, records.payer_key[order]),
            "slice_key": Column(INT4, np.full(count, slice_key)),
            "ordinal": Column(INT4, ordinals[order]),
            "party_key": Column(INT4, records.party_key[order]),
            "closing_number": Column(INT4, np.full(count, closing_number)),
            "period": Column(DATE, records.period[order]),
            "kind": Column(INT2, records.kind[order]),
            "charge_id": Column(UUID, identities.astype(np.uint64)[order]),
            "record_digest": bytea(records.record_digest[order]),
        },
    )


def _days(period: Period) -> int:
    return (period.first_day - EPOCH).days
