"""Previews: what a closing would calculate, storing nothing (6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from billing.accounts import check_top_level
from billing.calculation import Loaded, calculate
from billing.charges import ChargeKind, RecordView
from billing.errors import BillingError, Reason
from billing.holding import Held
from billing.operations.accounts import get_account
from billing.operations.context import Reading
from billing.operations.days import check_period_open
from billing.operations.month import load_families, owners
from billing.operations.plans import PlanChange, decide_change
from billing.period import Period
from billing.segments import Run, clip
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
    """What a top-level account is charged for a period, with what is known now. In a snapshot.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or PERIOD_CLOSED.
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
    await check_period_open(read.connection, wanted, "period")
    return calculated(await load_families(read.connection, read.store, wanted, [account.family_key]))


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
    loaded = await load_families(read.connection, read.store, period, [account.family_key])
    changed = replace(loaded, owners=owners(period, {account.family_key: _runs(change.held, period)}))
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
    for error in found.unexpected.values():
        raise error  # ours, and answered as any unexpected error is
    for reason in found.failures.values():
        raise BillingError(Reason.CALCULATION_FAILED, f"the charges can not be calculated: {reason}", "account_sid")
    return record_views(loaded, found)


def _runs(held: Sequence[Held], period: Period) -> list[Run[str]]:
    return clip((Run(run.start, run.end or date.max, run.plan_id) for run in held), period)
