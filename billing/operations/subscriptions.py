"""Reading which plan an account has: its own, or on the days under a contract the contract's (3.9 to 3.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing import holding
from billing.accounts import Account
from billing.holding import Held
from billing.operations.accounts import account_as_of, get_account
from billing.operations.context import Reading
from billing.operations.days import checked_day
from billing.operations.plans import PlanChange, confirmed, get_catalogue
from billing.period import day_of, earliest
from billing.store import subscriptions
from billing.store.state import EVER
from billing.store.subscriptions import ListedRun


@dataclass(frozen=True, slots=True)
class Subscription:
    """The plan an account has on a day (3.12); `run` is None when it has none.

    `since_day` says since when the owner, who may be a contract, holds the plan; `end_day` until when the account has
    it.
    """

    account: Account
    owner_sid: str
    day: date
    run: Held | None
    version_number: int
    since_day: date | None
    end_day: date | None
    pending: PlanChange | None


async def get_subscription(
    read: Reading, *, account_sid: str, day: date | None, as_of: datetime | None
) -> Subscription:
    """The plan an account has on a day, with what was recorded up to a moment (3.9, 3.12)."""
    asked = checked_day(day, "day") or read.today
    account = await account_as_of(read.connection, account_sid, as_of)
    if account is None:  # not recorded by then
        account = await get_account(read.connection, account_sid)
        return Subscription(account, "", asked, None, 0, None, None, None)
    found = await subscriptions.plans_on(read.connection, account.family_key, asked, as_of or EVER)
    owner, held, leave_day = account.parent_sid or account.account_sid, found.own, None
    if found.membership is not None:
        owner, held, leave_day = found.contract_sid, found.of_contract, found.membership.end
    run = holding.held_on(held, asked)
    if not account.exists_on(asked):
        run = None  # a subaccount has its parent's plan on its own days only
    plans = await get_catalogue(read, as_of)
    today = day_of(as_of, read.store.zone) if as_of else read.today
    had_until = earliest(leave_day, account.end_day)
    waiting = _pending(held, today, had_until)
    return Subscription(
        account,
        owner,
        asked,
        run,
        plans.plans[run.plan_id].on(asked).number if run else 0,
        holding.since(held, run) if run else None,
        earliest(holding.until(held, run), had_until) if run else None,
        confirmed(plans, waiting, today) if waiting else None,
    )


async def list_subscriptions(
    read: Reading,
    *,
    account_sid: str,
    as_of: datetime | None,
    include_superseded: bool,
    after: tuple[date, int, int],
    limit: int,
) -> tuple[str, list[ListedRun]]:
    """The SID of the top-level account, and a page of the days on which it had a plan, its own or a contract's."""
    account = await get_account(read.connection, account_sid)
    runs = await subscriptions.list_plans(
        read.connection, account.family_key, as_of or EVER, include_superseded, after, limit
    )
    return account.parent_sid or account.account_sid, runs


def _pending(held: Sequence[Held], today: date, had_until: date | None) -> Held | None:
    """The change that is pending, where the account is to have its plan."""
    waiting = holding.pending(held, today)
    return waiting if waiting and (had_until is None or waiting.start < had_until) else None
