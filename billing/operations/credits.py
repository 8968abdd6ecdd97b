"""Claiming and listing support credits (8.3, 8.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billing.accounts import Account
from billing.credits import PayerCredit, SupportCredit, last_claim_day
from billing.errors import BillingError, Reason, invalid
from billing.operations.accounts import get_account
from billing.operations.context import Reading, Writing
from billing.operations.owners import CONTRACT_PREFIX, owner_key
from billing.operations.plans import get_plan
from billing.operations.response_times import plans_of_account, times_of_owners
from billing.period import ONE_DAY, Period, start_of
from billing.store import support_credits, support_owners
from billing.store.support_credits import GrantedCredit


async def claim_credit(
    write: Writing, *, account_sid: str, month: Period, plan_id: str, ticket: str, receive_time: datetime | None
) -> SupportCredit:
    """Grant the credit of a month and plan to the owner of the account's plan, with what is known now (8.3, 8.4).

    When several owners of the account's plan missed a guarantee in the month, as it joined or left a contract within
    it, each has a credit of its own: a claim grants that of the first in the month that has none yet.

    Raises:
        BillingError: in this order, ACCOUNT_NOT_FOUND, PLAN_NOT_FOUND, MONTH_NOT_ENDED, INVALID_FIELD (received in the
            future), NOT_PERMITTED, CLAIM_TOO_LATE, CLAIM_REPEATED or CLAIM_UNFOUNDED.
    """
    account = await get_account(write.connection, account_sid)
    await get_plan(write, plan_id)
    received = _receive_time(write, month, receive_time)
    _check_in_time(write, month, received)
    held = await plans_of_account(write, account, month)
    owner_keys = list(dict.fromkeys(each.owner_key for each in held if each.plan_id == plan_id))
    granted = await support_credits.granted_owners(write.connection, owner_keys, plan_id, month)
    waiting = [key for key in owner_keys if key not in granted]
    for key in await _missed(write, waiting, plan_id, month):
        if credit := await _grant(write, key, account, month, plan_id, ticket, received):
            return credit
        granted.add(key)  # by another claim, meanwhile
    if granted:
        raise BillingError(
            Reason.CLAIM_REPEATED, f"the credit of {plan_id} for {month} was granted already: see the list", "month"
        )
    raise BillingError(
        Reason.CLAIM_UNFOUNDED, f"no guarantee of {plan_id} was missed for {account_sid} in {month}", "plan_id"
    )


async def list_credits(
    read: Reading, *, owner_sid: str, before_key: int, limit: int
) -> list[tuple[int, SupportCredit]]:
    """The credits of an owner, or of the owners of an account's plan, each with its key, the latest first.

    In a snapshot.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND or CONTRACT_NOT_FOUND.
    """
    if owner_sid.startswith(CONTRACT_PREFIX):
        owner_keys = [await owner_key(read.connection, owner_sid, "owner_sid")]
    else:
        family = (await get_account(read.connection, owner_sid, "owner_sid")).family_key
        owner_keys = [family, *await support_owners.contracts_of_family(read.connection, family)]
    found = await support_credits.list_credits(read.connection, owner_keys, before_key, limit)
    keys = [granted.credit_key for granted in found]
    return list(zip(keys, await _with_amounts(read, found), strict=True))


def _receive_time(write: Writing, month: Period, receive_time: datetime | None) -> datetime:
    """When the claim was received: once the month had ended; earlier than now only as staff say (8.3)."""
    received = receive_time or write.now
    ended = month.end_time(write.store.zone)
    for moment, field in ((write.now, "month"), (received, "receive_time")):
        if moment < ended:
            raise BillingError(
                Reason.MONTH_NOT_ENDED,
                f"{month} ends on {month.end_day}, after {moment.isoformat()}: claim then",
                field,
            )
    if received > write.now:
        raise invalid("receive_time", "a claim is not received in the future: leave it out for now")
    if received < write.now and not write.caller.staff:
        raise BillingError(
            Reason.NOT_PERMITTED, "an earlier time of receipt is given by staff: leave it out for now", "receive_time"
        )
    return received


def _check_in_time(write: Writing, month: Period, received: datetime) -> None:
    last = last_claim_day(month)
    if received >= start_of(last + ONE_DAY, write.store.zone):
        raise BillingError(
            Reason.CLAIM_TOO_LATE,
            f"claims for {month} are received up to {last}, this one came {received.isoformat()}",
            "receive_time",
        )


async def _missed(write: Writing, owner_keys: Sequence[int], plan_id: str, month: Period) -> list[int]:
    """Those of some owners, in their order, that a guarantee of the plan was missed for, under any version (8.2)."""
    times = await times_of_owners(write, owner_keys, month)
    missed = {time.owner_key for time in times if time.version.plan_id == plan_id and time.missed}
    return [key for key in owner_keys if key in missed]


async def _grant(
    write: Writing, owner: int, account: Account, month: Period, plan_id: str, ticket: str, received: datetime
) -> SupportCredit | None:
    """Grant the credit of an owner; None when it was granted meanwhile."""
    key = await support_credits.insert_credit(
        write.connection, owner, plan_id, month, account.account_key, ticket, received, write.now, write.cutoff
    )
    if key is None:
        return None
    granted = GrantedCredit(key, owner, plan_id, month.first_day, ticket, received, write.now, None)
    return (await _with_amounts(write, [granted]))[0]


async def _with_amounts(read: Reading, found: Sequence[GrantedCredit]) -> list[SupportCredit]:
    """Credits with what each payer is credited: what is fixed, or so far charged, which is an estimate (8.4)."""
    owner_keys = sorted({credit.owner_key for credit in found})
    final = [credit.credit_key for credit in found if credit.final_period]
    fixed = await support_credits.fixed_amounts(read.connection, owner_keys, final)
    estimates = await _estimates(read, owner_keys, [each.credit_key for each in found if not each.final_period])
    sids = await support_owners.owner_sids(read.connection, owner_keys)
    return [
        SupportCredit(
            sids[credit.owner_key],
            credit.plan_id,
            Period.of(credit.month),
            credit.ticket,
            credit.receive_time,
            credit.grant_time,
            Period.of(credit.final_period) if credit.final_period else None,
            (fixed if credit.final_period else estimates).get(credit.credit_key, []),
        )
        for credit in found
    ]


async def _estimates(
    read: Reading, owner_keys: Sequence[int], credit_keys: Sequence[int]
) -> dict[int, list[PayerCredit]]:
    charged = await support_credits.charged_so_far(read.connection, owner_keys, credit_keys)
    sids = await support_owners.owner_sids(read.connection, sorted({payer for _, payer in charged}))
    found: dict[int, list[PayerCredit]] = {}
    for (credit, payer), amount in sorted(charged.items(), key=lambda item: sids[item[0][1]]):
        if amount > 0:
            found.setdefault(credit, []).append(PayerCredit(sids[payer], amount, 0, lapsed=False))
    return found
