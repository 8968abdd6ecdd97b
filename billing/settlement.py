"""Settling closed periods: what their parts come to now, less what their records carried (6.5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, TypeVar

from billing.calculation import Loaded, total_minor
from billing.charges import (
    AdjustmentLine,
    AdjustmentPart,
    ChargeKind,
    ChargeRecord,
    Charges,
    adjustment_texts,
    charge_id,
    record_digest,
)
from billing.errors import CalculationError
from billing.flex import FlexModel
from billing.segments import Run

Value = TypeVar("Value")


class PartKey(NamedTuple):
    """What a part is of (6.5).

    Usage goes by payer, account and product, Flex by payer, account and pricing model, support by payer, owner, plan
    and account.

    Attributes:
        kind: of the record.
        payer_key: who pays.
        party_key: the account of usage and Flex, the owner of support.
        item_key: the product's key, the pricing model, or the plan's rank.
        account_key: whose part it is.
    """

    kind: int
    payer_key: int
    party_key: int
    item_key: int
    account_key: int


Parts = dict[PartKey, int]  # in the minor unit; none is zero


def changed_stretches(old: Sequence[Run[Value]], new: Sequence[Run[Value]]) -> list[tuple[date, date]]:
    """The stretches of days on which something else holds than did.

    Args:
        old: what held on which days; the runs do not overlap.
        new: what holds now, likewise.

    Returns:
        First day and end of each stretch, by day; days that are in no run count as holding nothing.
    """
    edges = sorted({edge for run in (*old, *new) for edge in (run.start, run.end)})
    return [(start, end) for start, end in pairwise(edges) if _value_on(old, start) != _value_on(new, start)]


def _value_on(runs: Sequence[Run[Value]], day: date) -> tuple[Value] | None:
    return next(((run.value,) for run in runs if run.start <= day < run.end), None)


def parts_due(loaded: Loaded, found: Charges) -> Parts:
    """The parts of the records that a period comes to."""
    parts: Parts = {}
    for record in found.records:
        for item_key, account_key, amount in _parts_of(loaded, found, record):
            key = PartKey(record.kind, record.payer_key, record.party_key, item_key, account_key)
            parts[key] = parts.get(key, 0) + amount
    return parts


def _parts_of(loaded: Loaded, found: Charges, record: ChargeRecord) -> Iterable[tuple[int, int, int]]:
    """Item, account and amount of every part of a record that is not an adjustment."""
    for row in record.usage_rows:
        lines = found.usage_lines
        yield int(lines.sums.product_key[row]), record.party_key, int(lines.amount_minor[row])
    for flex in record.flex_lines:
        yield int(flex.model), flex.account_key, flex.amount_minor
    for line in record.support_lines:
        rank = loaded.plan_ranks[line.segment.terms.plan_id]
        for part in line.parts:
            yield rank, part.account_key, part.amount_minor


def settle(
    loaded: Loaded, due: Mapping[PartKey, int], carried: Mapping[PartKey, int]
) -> tuple[list[ChargeRecord], dict[int, str]]:
    """The adjustments of a closed period: a record per payer, kind and party, a line per item (6.8).

    Args:
        loaded: the period, with the SIDs of all who are named in the parts.
        due: what the parts come to now.
        carried: what the records before carried, in sum.

    Returns:
        The records, and the reason for each owner that could not be settled, which names the period.
    """
    grouped: dict[tuple[int, int, int], dict[int, list[AdjustmentPart]]] = {}
    for key in {*due, *carried}:
        part = AdjustmentPart(key.account_key, due.get(key, 0), carried.get(key, 0))
        if part.amount_minor:  # 5.6
            items = grouped.setdefault((key.kind, key.payer_key, key.party_key), {})
            items.setdefault(key.item_key, []).append(part)
    records: list[ChargeRecord] = []
    failures: dict[int, str] = {}
    for (kind, payer_key, party_key), items in sorted(grouped.items(), key=itemgetter(0)):
        try:
            records.append(_record(loaded, ChargeKind(kind), payer_key, party_key, items))
        except CalculationError as error:
            failures[party_key if kind == ChargeKind.SUPPORT_PLAN else payer_key] = (
                f"{loaded.period}: adjustment of {loaded.sids[party_key]}: {error}"
            )
    return records, failures


def _record(
    loaded: Loaded, kind: ChargeKind, payer_key: int, party_key: int, items: dict[int, list[AdjustmentPart]]
) -> ChargeRecord:
    lines = [
        AdjustmentLine(
            item_key,
            _item_id(loaded, kind, item_key),
            sorted(items[item_key], key=lambda part: loaded.sids[part.account_key]),
        )
        for item_key in sorted(items)
    ]
    identity = charge_id(kind, loaded.sids[payer_key], loaded.sids[party_key], loaded.period, loaded.closing_period)
    texts = sorted("\n".join(adjustment_texts(line, loaded.sids)) for line in lines)
    return ChargeRecord(
        loaded.period,
        kind,
        payer_key,
        party_key,
        total_minor(line.amount_minor for line in lines),
        identity,
        record_digest(identity, texts),
        adjustment_lines=lines,
    )


def _item_id(loaded: Loaded, kind: ChargeKind, item_key: int) -> str:
    if kind is ChargeKind.USAGE:
        return loaded.products[item_key].product_id
    if kind is ChargeKind.FLEX:
        return FlexModel(item_key).name
    assert kind is ChargeKind.SUPPORT_PLAN
    return next(plan_id for plan_id, rank in loaded.plan_ranks.items() if rank == item_key)
