"""Using support credits: when a closing completes, and in a preview of it (8.4, 8.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import asyncpg

from billing.charges import ChargeRecord, RecordView
from billing.closings import Closing, ClosingState
from billing.credits import CreditUse, OpenCredit, credit_record, credit_view, plan_amounts, use_credits
from billing.period import Period
from billing.store import charge_writer, closings, feed, support_credits, support_owners
from billing.store.state import EVERYTHING
from billing.store.support_credits import UnfixedCredit
from billing.views import totals

Charged = Mapping[tuple[int, int, str, Period], int]  # by payer, owner, plan and month, in the minor unit


async def apply_credits(connection: asyncpg.Connection, closing: Closing, now: datetime) -> bool:
    """Fix the amounts of the claims that a closing is the first to follow, and emit what its payers use of credits.

    In the transaction that completes the closing, which holds its lock, when no owner is set apart. A closing that is
    complete does not apply them again. Returns whether any were used.
    """
    if closing.state is ClosingState.CLOSED:
        return False
    number, period = closing.closing_number, closing.period
    await support_credits.fix_amounts(connection, number, period)
    records = await records_due(connection, closing, await support_credits.open_credits(connection))
    if records:
        await _emit(connection, number, records, now)
    return bool(records)


async def records_due(
    connection: asyncpg.Connection, closing: Closing, available: Sequence[OpenCredit]
) -> list[ChargeRecord]:
    """The records of what a closing whose other records are all there uses of credits that were open before (8.5)."""
    number, period = closing.closing_number, closing.period
    living = await _of_living(connection, available, period, number)
    owed = await support_credits.owed(connection, sorted({credit.payer_key for credit in living}), number)
    return [credit_record(use, period) for use in use_credits(living, owed)]


async def preview_credits(
    connection: asyncpg.Connection, payer_key: int, records: Sequence[RecordView], period: Period
) -> list[RecordView]:
    """The credits that the closing of the period next to close would use, by what it would charge a payer (6.4)."""
    keys = await support_owners.owner_keys(connection, sorted({record.party_sid for record in records}))
    charged: dict[tuple[int, int, str, Period], int] = {}
    for record in records:
        for plan_id, amount in plan_amounts(record):
            key = payer_key, keys[record.party_sid], plan_id, record.period
            charged[key] = charged.get(key, 0) + amount
    owed = {payer_key: sum(record.amount_minor for record in records)}
    return [credit_view(use, period) for use in await credits_due(connection, period, owed, charged)]


async def credits_due(
    connection: asyncpg.Connection, period: Period, owed: Mapping[int, int], charged: Charged
) -> list[CreditUse]:
    """What the closing of the period next to close would use of credits, with what is known now.

    Args:
        connection: in a snapshot.
        period: the period next to close.
        owed: what the closing would charge each payer, by key, in the minor unit.
        charged: of that, what falls to plans, months before included.
    """
    payer_keys = sorted(payer for payer, amount in owed.items() if amount > 0)
    available = await support_credits.open_credits(connection, payer_keys)
    owner_keys = sorted({owner for _, owner, _, _ in charged})
    unfixed = await support_credits.unfixed_credits(connection, period, owner_keys, payer_keys)
    last = await closings.last_started(connection)
    if last is not None and last.state is not ClosingState.CLOSED:  # it uses credits first, once it completes
        earlier = [each for each in unfixed if each.record_cutoff < last.closing_number and each.month <= last.period]
        available += await _estimated(connection, earlier, payer_keys, {})
        available = await _used_by(connection, last, available, payer_keys)
        unfixed = [credit for credit in unfixed if credit not in earlier]
    available += await _estimated(connection, unfixed, payer_keys, charged)
    return use_credits(await _of_living(connection, available, period, EVERYTHING), owed)


async def _of_living(
    connection: asyncpg.Connection, available: Sequence[OpenCredit], period: Period, before_cutoff: int
) -> list[OpenCredit]:
    """Without those that lapse, as their payers did not exist in the period."""
    payer_keys = sorted({credit.payer_key for credit in available})
    gone = await support_credits.payers_gone(connection, payer_keys, period, before_cutoff)
    return [credit for credit in available if credit.payer_key not in gone]


async def _used_by(
    connection: asyncpg.Connection, closing: Closing, available: Sequence[OpenCredit], payer_keys: Sequence[int]
) -> list[OpenCredit]:
    """The credits as they are when a closing that still runs, or waits for owners set apart, has used them."""
    owed = await support_credits.owed(connection, payer_keys, closing.closing_number)
    living = await _of_living(connection, available, closing.period, closing.closing_number)
    used = {(use.credit.credit_key, use.credit.payer_key): use.use_minor for use in use_credits(living, owed)}
    return [
        replace(credit, used_minor=credit.used_minor + used.get((credit.credit_key, credit.payer_key), 0))
        for credit in living
    ]


async def _estimated(
    connection: asyncpg.Connection, unfixed: Sequence[UnfixedCredit], payer_keys: Sequence[int], charged: Charged
) -> list[OpenCredit]:
    """What payers would be credited: what they were charged so far, and what the closing would charge (8.4)."""
    owner_keys, credit_keys = sorted({credit.owner_key for credit in unfixed}), [each.credit_key for each in unfixed]
    so_far = await support_credits.charged_so_far(connection, owner_keys, credit_keys)
    sids = await support_owners.owner_sids(connection, payer_keys)
    return list(_open(unfixed, sids, so_far, charged))


def _open(
    unfixed: Iterable[UnfixedCredit], payer_sids: dict[int, str], so_far: dict[tuple[int, int], int], charged: Charged
) -> Iterable[OpenCredit]:
    payers: dict[tuple[int, str, Period], dict[int, int]] = {}
    for (payer, owner, plan_id, month), amount in charged.items():
        payers.setdefault((owner, plan_id, month), {})[payer] = amount
    before: dict[int, dict[int, int]] = {}
    for (credit_key, payer), amount in so_far.items():
        before.setdefault(credit_key, {})[payer] = amount
    for credit in unfixed:
        now, then = payers.get((credit.owner_key, credit.plan_id, credit.month), {}), before.get(credit.credit_key, {})
        for payer in payer_sids.keys() & (now.keys() | then.keys()):
            amount = now.get(payer, 0) + then.get(payer, 0)
            if amount > 0:
                yield _open_credit(credit, payer, payer_sids[payer], amount)


def _open_credit(credit: UnfixedCredit, payer_key: int, payer_sid: str, credit_minor: int) -> OpenCredit:
    return OpenCredit(
        credit.credit_key,
        payer_key,
        payer_sid,
        credit.owner_key,
        credit.owner_sid,
        credit.plan_id,
        credit.plan_rank,
        credit.month,
        credit_minor,
        0,
    )


async def _emit(
    connection: asyncpg.Connection, closing_number: int, records: Sequence[ChargeRecord], now: datetime
) -> None:
    slice_key = await feed.next_slice_key(connection)
    await charge_writer.write_credits(connection, closing_number, slice_key, records)
    sums = [(int(total.kind), total.record_count, total.amount_minor) for total in totals(records)]
    await feed.place_slice(connection, slice_key, closing_number, now, sums)
