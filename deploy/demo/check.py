"""Checking what was charged against what was sent, by arithmetic of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from deploy.demo.cast import EXAMPLES, INCLUDED_MICROS, USAGE, usage_known_later
from deploy.demo.month import END, NEXT_END, NEXT_PERIOD, PERIOD, PRODUCTS, START, Month, Sent, Tiers
from prorata import UNRATED_NANOS, Usage, UsageReport, money_to_decimal
from prorata.v1.charge_pb2 import CHARGE_KIND_USAGE, ChargeRecord, ChargeTotal
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, Closing
from prorata.v1.rehearsal_pb2 import Rehearsal

CENT = Decimal("0.01")
PRICES = {product_id: price for product_id, _, _, price, _ in PRODUCTS}

Key = tuple[str, str]
"""An account and a product."""
Findings = list[tuple[str, bool]]
"""What was checked, and whether it holds."""


def expected_usage(sent: Iterable[Sent], rows: Iterable[Usage], start: datetime, end: datetime) -> dict[Key, Decimal]:
    """What each account owes for each product: the good records from start to end in columns, and these rows,
    summed, priced, and rounded once (4.6, 1.2).
    """
    nanos: dict[Key, int] = defaultdict(int)
    micros: dict[Key, int] = defaultdict(int)
    for each in sent:
        _sum_columns(each, start, end, nanos, micros)
    for row in rows:
        key = row.account_sid, row.product_id
        nanos[key] += row.amount_nanos or 0
        micros[key] += row.quantity_micros if row.amount_nanos is None else 0
    expected = {}
    for key in nanos.keys() | micros.keys():
        quantity = Decimal(max(micros[key] - INCLUDED_MICROS.get(key, 0), 0)).scaleb(-6)
        exact = Decimal(nanos[key]).scaleb(-9) + _priced(quantity, PRICES[key[1]])
        expected[key] = exact.quantize(CENT, ROUND_HALF_UP)
    return {key: amount for key, amount in expected.items() if amount}


def charged_usage(records: Iterable[ChargeRecord], period: str) -> dict[Key, Decimal]:
    """What each account was charged for each product of a period, adjustments included."""
    charged: dict[Key, Decimal] = defaultdict(Decimal)
    for record in records:
        if record.kind == CHARGE_KIND_USAGE and record.period == period:
            for line in record.lines:
                product_id = line.adjustment.product_id if record.adjustment else line.usage.product_id
                charged[record.account_sid, product_id] += money_to_decimal(line.amount)
    return {key: amount for key, amount in charged.items() if amount}


def counted(sent: Sent, usage: UsageReport) -> bool:
    """Whether the answers name exactly the records that had to be refused, and count each good one once."""
    refused = {record.source_index for record in usage.refused}
    return refused == set(sent.refused.nonzero()[0].tolist()) and usage.new_count == int(sent.good.sum())


def rehearsed(rehearsal: Rehearsal, closing: Closing) -> bool:
    """Whether a rehearsal said what the closing then came to."""
    return (
        rehearsal.digest == closing.digest
        and rehearsal.record_count == closing.record_count
        and _sums(rehearsal.totals) == _sums(closing.totals)
    )


def closing_findings(closing: Closing, feed: Sequence[ChargeRecord]) -> Findings:
    """Of one closing, the last in the feed so far."""
    records = [record for record in feed if record.closing_period == closing.period]
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for record in records:
        sums[record.kind] += money_to_decimal(record.amount)
    positions = [record.position for record in feed]
    complete = closing.state == CLOSING_STATE_CLOSED and closing.digest_final
    name = closing.period
    return [
        (f"{name}: closed with a final digest", complete),
        (f"{name}: the feed has no gap and no repeat", positions == list(range(1, len(feed) + 1))),
        (f"{name}: every record has an id of its own", len({record.charge_id for record in feed}) == len(feed)),
        (f"{name}: the feed has as many records as the closing counts", len(records) == closing.record_count),
        (f"{name}: the feed sums to the closing's totals, per kind", sums == _sums(closing.totals)),
        (f"{name}: lines sum to their record, parts to their line", all(_adds_up(record) for record in records)),
        (f"{name}: the examples come to what was worked out by hand", _examples_hold(feed, name)),
    ]


def month_findings(month: Month, records: Sequence[ChargeRecord]) -> Findings:
    """Of June when it has closed."""
    june = expected_usage([month.june], USAGE, START, END)
    return [("usage of June = good records sent, per account and product", charged_usage(records, PERIOD) == june)]


def settled_findings(month: Month, records: Sequence[ChargeRecord]) -> Findings:
    """Of both months when July has closed (6.5)."""
    sent = [month.june, month.july]
    june = expected_usage(sent, usage_known_later(), START, END)
    july = expected_usage(sent, (), END, NEXT_END)
    return [
        (
            "usage of June with its adjustments = good records, late ones included",
            charged_usage(records, PERIOD) == june,
        ),
        ("usage of July = good records sent", charged_usage(records, NEXT_PERIOD) == july),
    ]


def _sum_columns(sent: Sent, start: datetime, end: datetime, nanos: dict[Key, int], micros: dict[Key, int]) -> None:
    usage, counts = sent.usage, sent.within(start, end)
    keys = usage.account_indexes[counts].astype(np.int64) * len(PRODUCTS) + usage.product_indexes[counts]
    pairs, place = np.unique(keys, return_inverse=True)
    amounts, quantities = usage.amounts_nanos[counts], usage.quantities_micros[counts]
    rated = amounts != UNRATED_NANOS
    rated_sums, unrated_sums = np.zeros(len(pairs), dtype=np.int64), np.zeros(len(pairs), dtype=np.int64)
    np.add.at(rated_sums, place[rated], amounts[rated])
    np.add.at(unrated_sums, place[~rated], quantities[~rated])
    for pair, nano, micro in zip(pairs.tolist(), rated_sums.tolist(), unrated_sums.tolist(), strict=True):
        account, product = divmod(pair, len(PRODUCTS))
        key = usage.account_sids[account], usage.product_ids[product]
        nanos[key] += nano
        micros[key] += micro


def _priced(quantity: Decimal, price: str | Tiers | None) -> Decimal:
    """What a quantity comes to: per unit, or each part of it in its tier (4.5)."""
    if price is None or isinstance(price, str):
        return quantity * Decimal(price or 0)
    below, amount = Decimal(0), Decimal(0)
    for bound, unit_price in price:
        top = quantity if bound is None else min(quantity, Decimal(bound))
        amount += max(top - below, Decimal(0)) * Decimal(unit_price)
        below = top
    return amount


def _sums(totals: Iterable[ChargeTotal]) -> dict[int, Decimal]:
    return {total.kind: money_to_decimal(total.amount) for total in totals}


def _examples_hold(feed: Sequence[ChargeRecord], closing_period: str) -> bool:
    examples = [example for example in EXAMPLES if example.closing_period == closing_period]
    found = [example.record(feed) for example in examples]
    return [record and money_to_decimal(record.amount) for record in found] == [each.amount for each in examples]


def _adds_up(record: ChargeRecord) -> bool:
    lines = sum(money_to_decimal(line.amount) for line in record.lines)
    return lines == money_to_decimal(record.amount) and all(
        sum(money_to_decimal(part.amount) for part in line.parts) == money_to_decimal(line.amount)
        for line in record.lines
    )
