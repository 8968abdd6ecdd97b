"""Inquiries: opening, listing and resolving them (3.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from billing.accounts import check_top_level
from billing.errors import BillingError, Reason
from billing.inquiries import Contact, Inquiry, InquiryState, check_may_open, check_open
from billing.operations import plans
from billing.operations.accounts import get_account, locked_account
from billing.operations.context import Reading, Writing
from billing.operations.plans import PlanChange
from billing.store import accounts, inquiries, plans_held

BY_INQUIRY = "personalized"  # the plan asked for when none is named


async def request_plan(write: Writing, *, account_sid: str, plan_id: str, contact: Contact) -> Inquiry:
    """Open an inquiry of a top-level account.

    Raises:
        BillingError: in this order, ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PLAN_NOT_FOUND, PLAN_IS_SELF_SERVICE,
            ACCOUNT_CLOSED, ACCOUNT_IN_CONTRACT, PLAN_ALREADY_HELD or INQUIRY_OPEN.
    """
    account = await locked_account(write, account_sid)
    check_top_level(account, plans.FOLLOWS)
    plan = await plans.get_plan(write, plan_id or BY_INQUIRY)
    held = await plans_held.current_held(write.connection, account.family_key)
    check_may_open(plan, account, held, write.today)
    inquiry_id = uuid4()
    number = await inquiries.insert_inquiry(
        write.connection, account.family_key, inquiry_id, plan.plan_id, contact, write.now, write.cutoff
    )
    if number is None:
        raise BillingError(
            Reason.INQUIRY_OPEN, f"{account_sid} has an open inquiry: support will be in touch", "account_sid"
        )
    return Inquiry(
        number, inquiry_id, account.family_key, account_sid, plan.plan_id, contact, InquiryState.OPEN, write.now
    )


async def list_inquiries(
    read: Reading, *, account_sid: str, state: InquiryState | None, before_number: int, limit: int
) -> list[Inquiry]:
    """Inquiries, the latest first; ACCOUNT_NOT_FOUND when the account does not exist. A subaccount has none."""
    family_key = None
    if account_sid:
        account = await get_account(read.connection, account_sid)
        if not account.is_top_level:
            return []
        family_key = account.family_key
    return await inquiries.list_inquiries(read.connection, before_number, family_key, state or 0, limit)


async def activate(
    write: Writing, *, inquiry_id: UUID, start_day: date | None, note: str
) -> tuple[Inquiry, PlanChange]:
    """Change the plan as the inquiry asks, in place of a pending change (3.7).

    Raises:
        BillingError: INQUIRY_NOT_FOUND, INQUIRY_RESOLVED, and as a change of plan by staff.
    """
    inquiry = await _locked_open(write, inquiry_id)
    account = await get_account(write.connection, inquiry.account_sid)
    _, change, confirmation = await plans.decide_change(
        write,
        account,
        plan_id=inquiry.plan_id,
        start_day=start_day,
        staff=True,
        replace_pending=True,
        by_inquiry=True,
    )
    await plans_held.save_change(write.connection, account.family_key, change, write.now, write.cutoff)
    activated = replace(
        inquiry,
        state=InquiryState.ACTIVATED,
        resolve_time=write.now,
        start_day=confirmation.active_day,
        note=note,
    )
    await inquiries.resolve_inquiry(write.connection, activated, write.cutoff)
    return activated, confirmation


async def decline(write: Writing, *, inquiry_id: UUID, note: str) -> Inquiry:
    """Decline an inquiry (3.7); INQUIRY_NOT_FOUND or INQUIRY_RESOLVED."""
    inquiry = await _locked_open(write, inquiry_id)
    declined = replace(inquiry, state=InquiryState.DECLINED, resolve_time=write.now, note=note)
    await inquiries.resolve_inquiry(write.connection, declined, write.cutoff)
    return declined


async def _locked_open(write: Writing, inquiry_id: UUID) -> Inquiry:
    """The inquiry, its family locked until the transaction ends; refused unless it is open."""
    found = await inquiries.get_inquiry(write.connection, inquiry_id)
    if found is None:
        raise BillingError(Reason.INQUIRY_NOT_FOUND, f"there is no inquiry IN{inquiry_id.hex}", "inquiry_id")
    await accounts.lock_family(write.connection, found.family_key)
    inquiry = await inquiries.get_inquiry(write.connection, inquiry_id)
    assert inquiry is not None, "inquiries stay"
    check_open(inquiry)
    return inquiry
