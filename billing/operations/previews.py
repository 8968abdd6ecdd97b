"""Previews: what a closing would calculate, storing nothing (6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from billing.accounts import check_top_level
from billing.calculation import Loaded, calculate
from billing.charges import ChargeKind, Charges, RecordView
from billing.closings import ClosingState
from billing.errors import BillingError, Reason
from billing.holding import Held
from billing.operations.accounts import get_account
from billing.operations.context import Reading
from billing.operations.credit_uses import preview_credits
from billing.operations.days import next_to_close
from billing.operations.month import Asked, load_owners
from billing.operations.plans import PlanChange, decide_change
from billing.operations.settlement import affected_periods, settle_periods
from billing.period import Period
from billing.segments import Run, clip
from billing.store import closings, owner_months
from billing.store.settlement import Since, Whose
from billing.store.state import EVERYTHING
from billing.support import PlanPrice
from billing.views import record_views


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


async def preview_charges(read: Reading, *, account_sid: str, period: Period | None) -> list[RecordView]:
    """What a top-level account is charged for a period, with what is known now (6.4). In a snapshot.

    Of the period next to close: its records, the adjustments of closed ones, and the credits it would use. Of a later
    period up to the current: its own records. Of a closed one: the adjustments it is due.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED.
    """
    account = await get_account(read.connection, account_sid)
    check_top_level(account, "is charged to its parent")
    wanted = period or read.current_period
    if wanted > read.current_period:
        raise BillingError(
            Reason.PERIOD_IN_FUTURE,
            f"{wanted} has not begun: preview {read.current_period} or an earlier period",
            "period",
        )
    following = await next_to_close(read.connection)
    assert following is not None, "there is an account"
    payer_key = account.family_key
    owner_keys = [payer_key, *await owner_months.contracts_paid(read.connection, payer_key)]
    records: list[RecordView] = []
    if wanted >= following:
        records += calculated(await load_owners(read.connection, read.store, Asked(wanted, wanted), owner_keys))
    if wanted <= following:
        due = await adjustments_due(read, owner_keys, following)
        records += [record for record in due if wanted in (following, record.period)]
    mine = [record for record in records if record.payer_sid == account_sid]
    if wanted == following:
        mine += await preview_credits(read.connection, payer_key, mine, following)
    return mine


async def adjustments_due(read: Reading, owner_keys: Sequence[int], following: Period) -> list[RecordView]:
    """The adjustments that the next closing is to emit for some owners; what owners set apart are due a retry emits."""
    last = await closings.last_started(read.connection)
    if last is None:
        return []
    waiting = await closings.owners_set_apart(read.connection, last.closing_number)
    whose = Whose(0, 0, sorted({*owner_keys} - {*waiting}))
    number = last.closing_number
    affected = await affected_periods(
        read.connection, whose, Since(number, EVERYTHING), number, following, with_tail=True
    )
    views: list[RecordView] = []
    async for loaded, found in settle_periods(
        read.connection,
        read.store,
        affected,
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
    return ChangePreview(confirmation, price, period, support_total(calculated(loaded)), calculated(changed))


def support_total(records: Sequence[RecordView]) -> int:
    """The sum of the support charges, in the minor unit."""
    return sum(record.amount_minor for record in records if record.kind is ChargeKind.SUPPORT_PLAN)


def calculated(loaded: Loaded) -> list[RecordView]:
    """The records that the loaded data come to.

    Raises:
        BillingError: CALCULATION_FAILED with the reason, when they can not be calculated.
    """
    found = calculate(loaded)
    check_calculated(found)
    return record_views(loaded, found)


def check_calculated(found: Charges) -> None:
    """All could be calculated; CALCULATION_FAILED with the reason otherwise."""
    for error in found.unexpected.values():
        raise error  # ours, and answered as any unexpected error is
    for reason in found.failures.values():
        raise BillingError(Reason.CALCULATION_FAILED, f"the charges can not be calculated: {reason}", "account_sid")


def _runs(held: Sequence[Held], period: Period) -> list[Run[str]]:
    return clip((Run(run.start, run.end or date.max, run.plan_id) for run in held), period)
