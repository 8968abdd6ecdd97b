"""Calculated charges as they are shown: with SIDs and ids in place of keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from billing.calculation import Loaded
from billing.charge_columns import used_price
from billing.charges import (
    AdjustmentLine,
    AdjustmentLineView,
    ChargeKind,
    ChargeRecord,
    Charges,
    FlexLineView,
    RecordView,
    SupportLine,
    SupportLineView,
    UsageLineView,
)
from billing.closings import Total
from billing.flex import FlexLine
from billing.record_columns import Integers


def record_views(loaded: Loaded, found: Charges) -> list[RecordView]:
    """The calculated records, as a preview shows them: without positions."""
    usage_lines = _usage_lines(loaded, found)
    return [
        record_view(loaded, found, record, usage_lines[record.usage_rows.start : record.usage_rows.stop])
        for record in found.records
    ]


def record_view(
    loaded: Loaded, found: Charges, record: ChargeRecord, usage_lines: Sequence[UsageLineView] = ()
) -> RecordView:
    """One of the calculated records, with its usage lines."""
    return RecordView(
        record.charge_id,
        0,
        record.kind,
        loaded.sids[record.payer_key],
        loaded.sids[record.party_key],
        record.period,
        found.closing_period,
        record.amount_minor,
        list(usage_lines),
        [_support_line(loaded, line) for line in record.support_lines],
        [_adjustment_line(loaded, line) for line in record.adjustment_lines],
        flex_lines=[_flex_line(loaded, line) for line in record.flex_lines],
    )


def totals(records: Iterable[ChargeRecord | RecordView]) -> list[Total]:
    """The totals of records per kind."""
    return _added(Total(record.kind, 1, record.amount_minor) for record in records)


def totals_of(found: Charges) -> list[Total]:
    """The totals of all that was calculated, per kind."""
    return _added([*totals(found.adjustments), *column_totals(found.rows.kind, found.rows.amount_minor)])


def column_totals(kind: Integers, amount_minor: Integers) -> list[Total]:
    """The totals of records by columns, per kind."""
    amounts = {number: amount_minor[kind == number].tolist() for number in np.unique(kind).tolist()}
    return [Total(ChargeKind(number), len(each), sum(each)) for number, each in amounts.items()]


def _added(parts: Iterable[Total]) -> list[Total]:
    """One total per kind."""
    sums: dict[ChargeKind, tuple[int, int]] = {}
    for each in parts:
        count, amount = sums.get(each.kind, (0, 0))
        sums[each.kind] = count + each.record_count, amount + each.amount_minor
    return [Total(kind, *sums[kind]) for kind in sorted(sums)]


def _usage_lines(loaded: Loaded, found: Charges) -> list[UsageLineView]:
    """All usage lines, in the order of their rows."""
    lines = found.usage_lines
    columns = (
        lines.sums.product_key,
        lines.price_key,
        lines.amount_minor,
        lines.sums.rated_nanos,
        lines.sums.unrated_micros,
        lines.covered,
        lines.included_micros,
    )
    views = []
    for product, price, amount, rated, unrated, covered, included in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        product_id = loaded.products[product].product_id
        pricing, start, contract = used_price(lines.terms.get(price))
        views.append(UsageLineView(product_id, amount, rated, unrated, pricing, start, covered, included, contract))
    return views


def _flex_line(loaded: Loaded, line: FlexLine) -> FlexLineView:
    terms = loaded.flex_terms[line.model]
    return FlexLineView(line.model, line.amount_minor, line.counted, terms.unit_price, terms.price_start)


def _adjustment_line(loaded: Loaded, line: AdjustmentLine) -> AdjustmentLineView:
    return AdjustmentLineView(
        line.item_id,
        line.amount_minor,
        sum(part.due_minor for part in line.parts),
        sum(part.carried_minor for part in line.parts),
        [(loaded.sids[part.account_key], part.amount_minor, part.due_minor, part.carried_minor) for part in line.parts],
    )


def _support_line(loaded: Loaded, line: SupportLine) -> SupportLineView:
    segment = line.segment
    parts = [(loaded.sids[part.account_key], part.amount_minor, part.weight_minor) for part in line.parts]
    return SupportLineView(
        segment.terms.plan_id,
        segment.terms.version_number,
        segment.terms.price,
        line.spend_minor,
        segment.start,
        segment.end,
        line.amount_minor,
        parts,
    )
