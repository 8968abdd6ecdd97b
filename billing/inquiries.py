"""Inquiries: requests for plans that are not self-service (3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

from billing.accounts import Account, closed
from billing.catalogue import Plan
from billing.errors import BillingError, Reason
from billing.history import stretch_end
from billing.holding import Held, held_on

ACCOUNT_CLOSES = "declined because the account closes"
JOINS_CONTRACT = "declined because the account joins a contract"


class InquiryState(IntEnum):
    """How far an inquiry is, numbered as in the contract and the store."""

    OPEN = 1
    ACTIVATED = 2
    DECLINED = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to contact."""

    name: str
    email: str
    phone: str
    message: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A request for a plan.

    Attributes:
        number: counts up in the order of opening.
        inquiry_id: how the contract names it.
        family_key, account_sid: the top-level account that asks.
        plan_id: the plan asked for.
        contact: whom to contact.
        state: how far it is.
        open_time: when it was opened.
        resolve_time: when it was activated or declined; None while it is open.
        start_day: the day the plan starts, once activated.
        note: what staff noted, or why it was declined by itself.
    """

    number: int
    inquiry_id: UUID
    family_key: int
    account_sid: str
    plan_id: str
    contact: Contact
    state: InquiryState
    open_time: datetime
    resolve_time: datetime | None = None
    start_day: date | None = None
    note: str = ""


def check_may_open(plan: Plan, account: Account, held: list[Held], today: date) -> None:
    """The account may ask for the plan today (3.7).

    Closing an account and joining a contract decline what is open as soon as they are recorded; from then on nothing is
    opened, so that no inquiry outlives the day.

    Args:
        plan: the plan asked for.
        account: a top-level account.
        held: the plans of its own; on its days without one it is under a contract (3.10).
        today: the day of asking.

    Raises:
        BillingError: PLAN_IS_SELF_SERVICE, ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT or PLAN_ALREADY_HELD.
    """
    if plan.self_service:
        raise BillingError(
            Reason.PLAN_IS_SELF_SERVICE, f"{plan.plan_id} needs no inquiry: change to it with ChangePlan", "plan_id"
        )
    if account.end_day is not None or not account.exists_on(today):
        raise closed(account, "account_sid")
    current = held_on(held, today)
    if current is None or stretch_end(held, today) is not None:
        raise BillingError(
            Reason.ACCOUNT_IN_CONTRACT,
            f"{account.account_sid} has the plan of a contract, or is to have it: that has no inquiries",
            "account_sid",
        )
    if current.plan_id == plan.plan_id:
        raise BillingError(Reason.PLAN_ALREADY_HELD, f"{plan.plan_id} is held on {today} already", "plan_id")


def check_open(inquiry: Inquiry) -> None:
    """The inquiry is still to be resolved: INQUIRY_RESOLVED otherwise."""
    if inquiry.state is not InquiryState.OPEN:
        raise BillingError(
            Reason.INQUIRY_RESOLVED,
            f"the inquiry was {inquiry.state.name.lower()} before: it can not be resolved again",
            "inquiry_id",
        )
