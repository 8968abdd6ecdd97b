"""Previews: what a closing would calculate, storing nothing (6.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import NamedTuple

import asyncpg

from billing.accounts import Account, check_top_level
from billing.calculation import Loaded, calculate
from billing.charge_columns import ChargeColumns
from billing.charges import ChargeKind, Charges, RecordView
from billing.closings import Closing, ClosingState, Total
from billing.errors import BillingError, Reason
from billing.holding import Held
from billing.operations.accounts import get_account, no_account
from billing.operations.asking import Asking, answered_by, answered_in_rounds, asking_for, nothing, side_by_side
from billing.operations.context import Reading, Store, snapshot_connection
from billing.operations.credit_uses import preview_credits
from billing.operations.days import next_after
from billing.operations.kept_previews import Answered, KeptPreview, Preview
from billing.operations.month import Asked, load_owners, owners_wanted
from billing.operations.plans import PlanChange, decide_change
from billing.operations.settlement import Affected, affected_periods, settle_periods
from billing.period import Period, day_of
from billing.preview_columns import preview_columns
from billing.segments import Run, clip
from billing.store import accounts, closings, owner_months, state, support_credits
from billing.store.questions import Together, joined
from billing.store.settlement import Since, Whose
from billing.store.state import EVERYTHING
from billing.support import PlanPrice
from billing.views import record_views, totals_of

MANY_RECORDS = 45  # from which on writing them by columns is quicker
ASIDE_ROWS = 1_000  # sums of usage that take longer to calculate than a thread takes to begin

Records = list[RecordView] | ChargeColumns  # by columns if they are many
Write = Callable[[Records], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """What a change of plan would do and cost.

    Attributes:
        change: the confirmation that ChangePlan would give.
        price: of the plan wanted, on its active day.
        period: of the active day.
        without: the support charge of the period without the change, in the minor unit; None for a future period.
        with_change: the records of the period with the change; None for a future period.
    """

    change: PlanChange
    price: PlanPrice
    period: Period
    without: int | None
    with_change: list[RecordView] | None


class _Known(NamedTuple):
    """What a preview needs to know.

    Attributes:
        account: whose charges are wanted.
        last: the closing started last; None without one.
        wanted: the period wanted.
        following: the period next to close.
        loaded: what the charges of the period depend on; None when it is closed.
        due: what the next closing is to settle, if that is wanted.
        any_credit: whether there may be credits to be used, if that is wanted.
    """

    account: Account
    last: Closing | None
    wanted: Period
    following: Period
    loaded: Loaded | None
    due: Affected | None
    any_credit: bool | None

    @property
    def is_all(self) -> bool:
        """Whether nothing else is charged or credited."""
        return not self.due and not self.any_credit


async def preview_charges(
    store: Store, *, account_sid: str, period: Period | None, write: Write, keep: bool = True
) -> bytes:
    """What a top-level account is charged for a period, with what is known now (6.4).

    Of the period next to close: its records, the adjustments of closed ones, and the credits it would use. Of a later
    period up to the current: its own records. Of a closed one: the adjustments it is due.

    Args:
        store: the store.
        account_sid: of the account.
        period: the period; None for the current one.
        write: makes the answer of the records; the one that is kept is given where nothing has changed since.
        keep: whether the answer is, and may be, the one that is kept: that in the usual form, such as the first page.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED.
    """
    preview = account_sid, period
    written = await _again(store, preview, write, keep=keep)
    if written is not None:
        return written
    async with snapshot_connection(store.few) as connection:
        found = await answered_in_rounds(connection, _knowing(store, account_sid, period))
        known = found.result
        due = None if known.is_all else await _with_what_is_due(connection, store, known)
    if due is not None:
        return await write(due)
    questions = joined(found.asked)
    if len(questions) == len(found.asked):  # none has to be asked apart
        store.previews.keep(preview, KeptPreview(Together(questions)))
    return await write(await _of_period(known))


async def _again(store: Store, preview: Preview, write: Write, *, keep: bool) -> bytes | None:
    """The same by one statement that asks what the last preview asked; None where that is not all.

    All that a preview depends on is what it asks, and the day. So where they are the same, the answer is.
    """
    kept = store.previews.get(preview)
    if kept is None:
        return None
    async with store.few.acquire() as connection:
        found = await kept.questions.ask(connection)
    today = day_of(datetime.now(UTC), store.zone)
    last = kept.answered if keep else None
    if last is not None and last.found == found and last.today == today:
        store.previews.keep(preview, kept)  # as the latest
        return last.written
    knowing = answered_by(kept.questions.rows(found), _knowing(store, *preview))
    if not (knowing.is_done and knowing.result.is_all):
        store.previews.forget(preview)
        return None
    written = await write(await _of_period(knowing.result))
    if keep:
        kept = KeptPreview(kept.questions, Answered(found, today, written))
    store.previews.keep(preview, kept)
    return written


async def _of_period(known: _Known) -> Records:
    """The records of the period; there are no others."""
    loaded, account = known.loaded, known.account
    if loaded is None:
        return []
    found = await _calculated(loaded)
    columns = preview_columns(loaded, found, account.family_key) if len(found.rows) >= MANY_RECORDS else None
    return _records_of(account, record_views(loaded, found)) if columns is None else columns


async def _with_what_is_due(connection: asyncpg.Connection, store: Store, known: _Known) -> list[RecordView]:
    """The records of the period, adjustments and credits. In the same snapshot."""
    account, last, wanted, following, loaded, due, any_credit = known
    records = record_views(loaded, await _calculated(loaded)) if loaded else []
    if due and last:
        views = await _settled(connection, store, due, last, following)
        records += [record for record in views if wanted in (following, record.period)]
    mine = _records_of(account, records)
    if any_credit:
        mine += await preview_credits(connection, account.family_key, mine, following)
    return mine


def _records_of(payer: Account, records: Sequence[RecordView]) -> list[RecordView]:
    return [record for record in records if record.payer_sid == payer.account_sid]


def check_begun(wanted: Period, current: Period) -> None:
    """The period has begun: PERIOD_IN_FUTURE otherwise."""
    if wanted > current:
        raise BillingError(
            Reason.PERIOD_IN_FUTURE, f"{wanted} has not begun: preview {current} or an earlier period", "period"
        )


def _knowing(store: Store, account_sid: str, period: Period | None) -> Asking[_Known]:
    """What a preview needs to know."""
    account, contract_keys, last, test_time = yield [
        accounts.get_account.question(account_sid),
        owner_months.contracts_paid.question(account_sid),
        closings.last_started.question(),
        state.test_time.question(),
    ]
    if account is None:
        raise no_account(account_sid, "account_sid")
    check_top_level(account, "is charged to its parent")
    current = Period.of(day_of(test_time or datetime.now(UTC), store.zone))
    wanted = period or current
    check_begun(wanted, current)
    following = yield from next_after(last)
    assert following is not None, "there is an account"
    owner_keys = [account.family_key, *contract_keys]
    loaded, due, any_credit = yield from side_by_side(
        owners_wanted(store, Asked(wanted, wanted), owner_keys, kept=store.terms) if wanted >= following else nothing(),
        _due(store, owner_keys, last.closing_number, following) if last and wanted <= following else nothing(),
        _any_credits(owner_keys) if wanted == following else nothing(),
    )
    return _Known(account, last, wanted, following, loaded, due, any_credit)


def _due(store: Store, owner_keys: Sequence[int], closing_number: int, following: Period) -> Asking[Affected]:
    """The owners and closed periods that the next closing is to settle; what owners set apart are due a retry emits."""
    whose = Whose(0, 0, sorted({*owner_keys}))
    since = Since(closing_number, EVERYTHING)
    affected, [waiting] = yield from side_by_side(
        affected_periods(whose, since, closing_number, following, with_tail=True, kept=store.terms),
        asking_for(closings.owners_set_apart.question(closing_number)),
    )
    left = {period: keys - {*waiting} for period, keys in affected.items()}
    return {period: keys for period, keys in left.items() if keys}


def _any_credits(owner_keys: Sequence[int]) -> Asking[bool]:
    """Whether there may be credits to be used, by a payer or for the plans it pays for."""
    [found] = yield [support_credits.any_credits.question(owner_keys)]
    return bool(found)


async def _settled(
    connection: asyncpg.Connection, store: Store, due: Affected, last: Closing, following: Period
) -> list[RecordView]:
    """The adjustments that the next closing is to emit for some owners and periods."""
    views: list[RecordView] = []
    number = last.closing_number
    async for loaded, found in settle_periods(
        connection,
        store,
        due,
        Asked(following, following),
        number + 1,
        with_tail=True,
        running_cutoff=number if last.state is ClosingState.RUNNING else None,
    ):
        check_calculated(found)
        views += record_views(loaded, found)
    return views


async def preview_change(
    read: Reading, *, account_sid: str, plan_id: str, start_day: date | None, staff: bool, replace_pending: bool
) -> ChangePreview:
    """What a change of plan would do and cost; refused as the change would be. In a snapshot."""
    account = await get_account(read.connection, account_sid)
    plans, change, confirmation = await decide_change(
        read, account, plan_id=plan_id, start_day=start_day, staff=staff, replace_pending=replace_pending
    )
    period = Period.of(confirmation.active_day)
    price = plans.plans[plan_id].on(confirmation.active_day).price
    if period > read.current_period:
        return ChangePreview(confirmation, price, period, None, None)
    loaded = await load_owners(read.connection, read.store, Asked(period, period), [account.family_key])
    changed = replace(loaded, owners=[replace(owner, held=_runs(change.held, period)) for owner in loaded.owners])
    without = totals_of(await _calculated(loaded))
    with_change = await asyncio.to_thread(record_views, changed, await _calculated(changed))
    return ChangePreview(confirmation, price, period, support_total(without), with_change)


def support_total(records: Sequence[RecordView | Total]) -> int:
    """The sum of the support charges, in the minor unit."""
    return sum(record.amount_minor for record in records if record.kind is ChargeKind.SUPPORT_PLAN)


async def _calculated(loaded: Loaded) -> Charges:
    """What the loaded data come to; in a thread if they are many, which leaves the loop free.

    Raises:
        BillingError: CALCULATION_FAILED with the reason, when they can not be calculated.
    """
    many = len(loaded.usage) >= ASIDE_ROWS
    found = await asyncio.to_thread(calculate, loaded) if many else calculate(loaded)
    check_calculated(found)
    return found


def check_calculated(found: Charges) -> None:
    """All could be calculated; CALCULATION_FAILED with the reason otherwise."""
    for error in found.unexpected.values():
        raise error  # ours, and answered as any unexpected error is
    for reason in found.failures.values():
        raise BillingError(Reason.CALCULATION_FAILED, f"the charges can not be calculated: {reason}", "account_sid")


def _runs(held: Sequence[Held], period: Period) -> list[Run[str]]:
    return clip((Run(run.start, run.end or date.max, run.plan_id) for run in held), period)
