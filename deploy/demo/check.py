"""Checking what was charged against what was sent, by arithmetic of its own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from deploy.demo.month import PRODUCTS, Month
from prorata import UNRATED_NANOS, money_to_decimal
from prorata.v1.charge_pb2 import CHARGE_KIND_USAGE, ChargeRecord
from prorata.v1.closing_pb2 import Closing

CENT = Decimal("0.01")


def expected_usage(month: Month) -> dict[tuple[str, str], Decimal]:
    """What each account owes for each product: good records summed, priced, and rounded once (4.6, 1.2)."""
    usage, good = month.usage, month.good
    keys = usage.account_indexes[good].astype(np.int64) * len(PRODUCTS) + usage.product_indexes[good]
    pairs, place = np.unique(keys, return_inverse=True)
    amounts, quantities = usage.amounts_nanos[good], usage.quantities_micros[good]
    rated = amounts != UNRATED_NANOS
    nanos, micros = np.zeros(len(pairs), dtype=np.int64), np.zeros(len(pairs), dtype=np.int64)
    np.add.at(nanos, place[rated], amounts[rated])
    np.add.at(micros, place[~rated], quantities[~rated])
    expected = {}
    for pair, nano, micro in zip(pairs.tolist(), nanos.tolist(), micros.tolist(), strict=True):
        account, product = divmod(pair, len(PRODUCTS))
        product_id, _, _, price, _ = PRODUCTS[product]
        exact = Decimal(nano).scaleb(-9) + Decimal(micro).scaleb(-6) * Decimal(price or 0)
        amount = exact.quantize(CENT, ROUND_HALF_UP)
        if amount:
            expected[usage.account_sids[account], product_id] = amount
    return expected


def charged_usage(records: Sequence[ChargeRecord]) -> dict[tuple[str, str], Decimal]:
    """What each account was charged for each product."""
    return {
        (record.account_sid, line.usage.product_id): money_to_decimal(line.amount)
        for record in records
        if record.kind == CHARGE_KIND_USAGE
        for line in record.lines
    }


def findings(month: Month, closing: Closing, records: Sequence[ChargeRecord]) -> list[tuple[str, bool]]:
    """What was checked, and whether it holds."""
    totals = {total.kind: money_to_decimal(total.amount) for total in closing.totals}
    sums: dict[int, Decimal] = {}
    for record in records:
        sums[record.kind] = sums.get(record.kind, Decimal(0)) + money_to_decimal(record.amount)
    positions = [record.position for record in records]
    return [
        ("the feed has no gap and no repeat", positions == list(range(1, len(records) + 1))),
        ("every record has an id of its own", len({record.charge_id for record in records}) == len(records)),
        ("the feed has as many records as the closing counts", len(records) == closing.record_count),
        ("the feed sums to the closing's totals, per kind", sums == totals),
        ("lines sum to their record, parts to their line", all(_adds_up(record) for record in records)),
        ("usage charged = good records sent, per account and product", charged_usage(records) == expected_usage(month)),
    ]


def _adds_up(record: ChargeRecord) -> bool:
    lines = sum(money_to_decimal(line.amount) for line in record.lines)
    return lines == money_to_decimal(record.amount) and all(
        sum(money_to_decimal(part.amount) for part in line.parts) == money_to_decimal(line.amount)
        for line in record.lines
    )
