"""Reading a stretch of the feed by columns: most records of a month, without an object a row (6.8)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

import asyncpg
import numpy as np

from billing.charge_columns import (
    NOTHING_PRICED,
    ChargeColumns,
    Integers,
    Mask,
    Sids,
    SupportLineColumns,
    SupportPartColumns,
    SupportTerms,
    UsageLineColumns,
    UsedPrice,
)
from billing.period import Period
from billing.store import charges, prices, products
from billing.store.copy import BOOL, DATE, INT2, INT4, INT8, UUID, Wire, fetch_columns

SID = Wire(np.dtype((np.uint8, (34,))), np.dtype(np.uint8))
BEYOND = -(2**63)  # in place of a sum that 64 bits do not hold


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records one after another in the feed, all of one closing.

    Attributes:
        after_position: the position before the first of them.
        period: whose closing emitted them.
        slices: key, base position, first and last ordinal of the parts of slices that they are.
    """

    after_position: int
    period: Period
    slices: list[tuple[int, int, int, int]]

    def __len__(self) -> int:
        return sum(last - first + 1 for _, _, first, last in self.slices)

    def places(self, records: Integers) -> tuple[list[int], list[int]]:
        """Slices and ordinals of some records of the stretch."""
        slice_keys = np.concatenate([np.full(last - first + 1, key) for key, _, first, last in self.slices])
        ordinals = np.concatenate([np.arange(first, last + 1) for _, _, first, last in self.slices])
        return slice_keys[records].tolist(), ordinals[records].tolist()

    def query(self, template: str) -> str:
        """A statement of COPY, which knows no parameters."""
        slices = ", ".join(
            f"({key:d}, {base - self.after_position - 1:d}, {first:d}, {last:d})"
            for key, base, first, last in self.slices
        )
        return template.format(slices=slices, first_day=self.period.first_day, beyond=BEYOND)


SLICES_AFTER = """
SELECT slice_key, base_position, record_count, period FROM charge_slice JOIN closing USING (closing_number)
WHERE base_position >= (SELECT coalesce(max(base_position), 0) FROM charge_slice WHERE base_position <= $1)
  AND base_position + record_count > $1 AND base_position < $1 + $2
ORDER BY base_position
"""


async def _stretch_after(connection: asyncpg.Connection, position: int, limit: int) -> Stretch | None:
    rows = await connection.fetch(SLICES_AFTER, position, limit)
    if not rows:
        return None
    period = rows[0]["period"]
    slices = [
        (key, base, max(position - base, 0) + 1, min(count, position + limit - base))
        for key, base, count, _ in takewhile(lambda row: row["period"] == period, rows)
    ]
    return Stretch(position, Period.of(period), slices)


# The first column of each is the index of the record in the stretch.
RECORDS = """
SELECT place + ordinal, kind, kind IN (1, 3) AND period = '{first_day}', charge_id, payer_key, party_key, amount_minor
FROM (VALUES {slices}) AS s (slice_key, place, first, last) JOIN charge_record USING (slice_key)
WHERE ordinal >= first AND ordinal <= last ORDER BY place, ordinal
"""


async def columns_after(connection: asyncpg.Connection, position: int, limit: int) -> ChargeColumns | None:
    """The next records of the feed, all of one closing; None at the end of the feed."""
    stretch = await _stretch_after(connection, position, limit)
    if stretch is None:
        return None
    wires = (INT4, INT2, BOOL, UUID, INT4, INT4, INT8)
    index, kind, usual, identity, payer, party, amount = await fetch_columns(
        connection, stretch.query(RECORDS), wires=wires
    )
    assert np.array_equal(index, np.arange(len(stretch))), "the feed has no gaps"
    usage, products, used_prices = await _usage_lines(connection, stretch)
    usage, beyond = _within_int64(usage)
    usual[beyond] = False
    others = np.flatnonzero(~usual)
    views = await charges.by_place(connection, *stretch.places(others))
    support, parts, terms = await _support_lines(connection, stretch)
    keys, index = np.unique(np.concatenate((payer, party, parts.account)), return_inverse=True)
    payer, party, account = np.split(index, (len(kind), 2 * len(kind)))
    sids = await _sids(connection, keys)
    found = ChargeColumns(
        position + 1,
        stretch.period,
        identity.astype(">u8").view(np.uint8),
        kind,
        payer,
        party,
        amount,
        usage,
        support,
        _by_sid(parts._replace(account=account), sids),
        sids,
        products,
        used_prices,
        terms,
        dict(zip(others.tolist(), views, strict=True)),
    )
    _check_sums(found, usual)
    return found


USAGE_LINES = """
SELECT place + ordinal, product_key, price_key, covered, amount_minor,
       CASE WHEN abs(rated_nanos) < 9e18 THEN rated_nanos::int8 ELSE {beyond} END,
       CASE WHEN abs(unrated_micros) < 9e18 THEN unrated_micros::int8 ELSE {beyond} END,
       CASE WHEN abs(included_micros) < 9e18 THEN included_micros::int8 ELSE {beyond} END
FROM (VALUES {slices}) AS s (slice_key, place, first, last) JOIN charge_usage_line USING (slice_key)
WHERE ordinal >= first AND ordinal <= last ORDER BY place, ordinal, line_number
"""


async def _usage_lines(
    connection: asyncpg.Connection, stretch: Stretch
) -> tuple[UsageLineColumns, list[str], list[UsedPrice]]:
    wires = (INT4, INT4, INT4, BOOL, INT8, INT8, INT8, INT8)
    record, product, price, *rest = await fetch_columns(connection, stretch.query(USAGE_LINES), wires=wires)
    product_keys, product = np.unique(product, return_inverse=True)
    ids = await products.ids_of_products(connection, product_keys.tolist())
    price_keys, price = np.unique(price, return_inverse=True)
    used = await prices.used_prices(connection, price_keys.tolist())
    return (
        UsageLineColumns(record, product, price, *rest),
        [ids[key] for key in product_keys.tolist()],
        [used.get(key, NOTHING_PRICED) for key in price_keys.tolist()],
    )


def _within_int64(lines: UsageLineColumns) -> tuple[UsageLineColumns, Integers]:
    """The lines of records with 64 bits for every sum, and the other records."""
    sums = np.stack((lines.rated_nanos, lines.unrated_micros, lines.included_micros))
    beyond = np.unique(lines.record[(sums == BEYOND).any(axis=0)])
    if not len(beyond):
        return lines, beyond
    kept = ~np.isin(lines.record, beyond)
    return UsageLineColumns(*(column[kept] for column in lines)), beyond


# The terms of a line are told by their place among those of the stretch.
SUPPORT_LINES = """
SELECT place + ordinal, line_number,
       (dense_rank() OVER (ORDER BY plan_version_key, rate, minimum, flat_amount) - 1)::int4,
       start_day, end_day, spend_minor, amount_minor
FROM (VALUES {slices}) AS s (slice_key, place, first, last) JOIN charge_support_line USING (slice_key)
WHERE ordinal >= first AND ordinal <= last ORDER BY place, ordinal, line_number
"""
SUPPORT_TERMS = """
SELECT plan_id, version_number, l.rate, l.minimum, l.flat_amount
FROM (SELECT DISTINCT plan_version_key, rate, minimum, flat_amount
      FROM (VALUES {slices}) AS s (slice_key, place, first, last) JOIN charge_support_line USING (slice_key)
      WHERE ordinal >= first AND ordinal <= last) l JOIN plan_version USING (plan_version_key)
ORDER BY plan_version_key, l.rate, l.minimum, l.flat_amount
"""
SUPPORT_PARTS = """
SELECT place + ordinal, line_number, account_key, amount_minor, weight_minor
FROM (VALUES {slices}) AS s (slice_key, place, first, last) JOIN charge_support_part USING (slice_key)
WHERE ordinal >= first AND ordinal <= last ORDER BY place, ordinal, line_number
"""


async def _support_lines(
    connection: asyncpg.Connection, stretch: Stretch
) -> tuple[SupportLineColumns, SupportPartColumns, list[SupportTerms]]:
    """Lines and parts; the parts with the keys of their accounts in place of indexes."""
    wires = (INT4, INT4, INT4, DATE, DATE, INT8, INT8)
    record, number, *rest = await fetch_columns(connection, stretch.query(SUPPORT_LINES), wires=wires)
    lines = SupportLineColumns(record, *rest)
    part_record, part_number, *rest = await fetch_columns(
        connection, stretch.query(SUPPORT_PARTS), wires=(INT4, INT4, INT4, INT8, INT8)
    )
    of_line = np.searchsorted(_line_key(record, number), _line_key(part_record, part_number))
    rows = await connection.fetch(stretch.query(SUPPORT_TERMS))
    terms = [SupportTerms(row["plan_id"], row["version_number"], charges.plan_price(row)) for row in rows]
    return lines, SupportPartColumns(of_line, *rest), terms


def _line_key(record: Integers, number: Integers) -> Integers:
    return record.astype(np.int64) << 32 | number


SIDS = """
SELECT account_key, account_sid FROM account WHERE account_key = ANY ('{{{keys}}}'::integer[])
UNION ALL SELECT contract_key, contract_sid FROM contract WHERE contract_key = ANY ('{{{keys}}}'::integer[])
"""


async def _sids(connection: asyncpg.Connection, keys: Integers) -> Sids:
    """The SIDs of accounts and contracts, by ascending key."""
    query = SIDS.format(keys=",".join(map(str, keys.tolist())))
    found, sids = await fetch_columns(connection, query, wires=(INT4, SID))
    order = np.argsort(found)
    assert np.array_equal(found[order], keys), "every party has its SID"
    return sids[order]


def _by_sid(parts: SupportPartColumns, sids: Sids) -> SupportPartColumns:
    """Parts of one line in the order of their accounts' SIDs."""
    place = np.argsort(np.argsort(sids.view("S34").ravel()))
    order = np.lexsort((place[parts.account], parts.line))
    return SupportPartColumns(*(column[order] for column in parts))


def _check_sums(found: ChargeColumns, usual: Mask) -> None:
    by_record = np.zeros(len(found), dtype=np.int64)
    np.add.at(by_record, found.usage.record, found.usage.amount_minor)
    np.add.at(by_record, found.support.record, found.support.amount_minor)
    assert np.array_equal(by_record[usual], found.amount_minor[usual]), "lines sum to the record"
    by_line = np.zeros(len(found.support.record), dtype=np.int64)
    np.add.at(by_line, found.parts.line, found.parts.amount_minor)
    assert np.array_equal(by_line, found.support.amount_minor), "parts sum to the line"
