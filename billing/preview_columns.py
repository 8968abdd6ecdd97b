"""Calculated records of one payer by columns, as the feed has them: for previews of accounts with many subaccounts."""

from __future__ import annotations

import numpy as np

from billing.calculation import Loaded
from billing.charge_columns import (
    ChargeColumns,
    Integers,
    Sids,
    SupportLineColumns,
    SupportPartColumns,
    SupportTerms,
    UsageLineColumns,
    UsedPrice,
    used_price,
)
from billing.charges import ChargeKind, Charges
from billing.record_columns import RecordColumns, stretches
from billing.support_columns import SupportColumns
from billing.views import record_view


def preview_columns(loaded: Loaded, found: Charges, payer_key: int) -> ChargeColumns | None:
    """The calculated records of a payer, those of the period only; without positions, as nothing is emitted.

    None where 64 bits do not hold a sum: then `record_views` shows them.
    """
    sums = found.usage_lines.sums
    if object in (sums.rated_nanos.dtype, sums.unrated_micros.dtype, found.usage_lines.included_micros.dtype):
        return None
    rows = found.rows.take(found.rows.payer_key == payer_key)
    usage, products, prices = _usage(loaded, found, rows)
    support, parts = _support(found.support_lines, rows)
    keys, index = np.unique(np.concatenate((rows.payer_key, rows.party_key, parts.account)), return_inverse=True)
    payer, party, account = np.split(index, (len(rows), 2 * len(rows)))
    others = np.flatnonzero(rows.kind == ChargeKind.FLEX).tolist()
    return ChargeColumns(
        0,
        found.closing_period,
        rows.charge_id,
        rows.kind,
        payer,
        party,
        rows.amount_minor,
        usage,
        support,
        parts._replace(account=account),
        _sids(loaded, keys),
        products,
        prices,
        [SupportTerms(each.plan_id, each.version_number, each.price) for each in found.support_lines.terms],
        {at: record_view(loaded, found, found.record(rows, at)) for at in others},
    )


def _lines_of(rows: RecordColumns, kind: ChargeKind) -> tuple[Integers, Integers]:
    """The lines of the records of a kind: the record of each, and its row."""
    records = np.flatnonzero(rows.kind == kind)
    first, end = rows.first[records], rows.end[records]
    return np.repeat(records, end - first), stretches(first, end)


def _usage(loaded: Loaded, found: Charges, rows: RecordColumns) -> tuple[UsageLineColumns, list[str], list[UsedPrice]]:
    record, line = _lines_of(rows, ChargeKind.USAGE)
    lines = found.usage_lines
    product_keys, product = np.unique(lines.sums.product_key[line], return_inverse=True)
    price_keys, price = np.unique(lines.price_key[line], return_inverse=True)
    return (
        UsageLineColumns(
            record,
            product,
            price,
            lines.covered[line],
            lines.amount_minor[line],
            lines.sums.rated_nanos[line],
            lines.sums.unrated_micros[line],
            lines.included_micros[line],
        ),
        [loaded.products[key].product_id for key in product_keys.tolist()],
        [used_price(lines.terms.get(key)) for key in price_keys.tolist()],
    )


def _support(lines: SupportColumns, rows: RecordColumns) -> tuple[SupportLineColumns, SupportPartColumns]:
    """The lines, and the parts with the keys of their accounts in place of indexes."""
    record, line = _lines_of(rows, ChargeKind.SUPPORT_PLAN)
    first, end = lines.first[line], lines.end_part[line]
    part = stretches(first, end)
    return (
        SupportLineColumns(
            record,
            lines.term[line],
            lines.start[line],
            lines.end[line],
            lines.spend_minor[line],
            lines.amount_minor[line],
        ),
        SupportPartColumns(
            np.repeat(np.arange(len(line)), end - first),
            lines.part_account[part],
            lines.part_minor[part],
            lines.part_weight[part],
        ),
    )


def _sids(loaded: Loaded, keys: Integers) -> Sids:
    written = "".join([loaded.sids[key] for key in keys.tolist()]).encode()
    return np.frombuffer(written, dtype=np.uint8).reshape(len(keys), -1)
