"""Response times of the owners of an account's plan (8.1, 8.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.accounts import Account
from billing.errors import BillingError, Reason
from billing.operations.accounts import get_account
from billing.operations.context import Reading
from billing.operations.owners import CONTRACT_PREFIX, owner_key
from billing.operations.plans import get_catalogue
from billing.period import Period
from billing.response_times import ResponseTime, response_times
from billing.store import support_cases, support_owners
from billing.store.support_owners import PlanOfOwner


@dataclass(frozen=True, slots=True)
class OwnerResponseTimes:
    """The response times of some owners, and their SIDs by key."""

    times: list[ResponseTime]
    owner_sids: dict[int, str]


async def get_response_times(read: Reading, *, owner_sid: str, month: Period) -> OwnerResponseTimes:
    """The response times of an owner, or of the owners of an account's plan, with what is known now. In a snapshot.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND, CONTRACT_NOT_FOUND or PERIOD_IN_FUTURE.
    """
    if owner_sid.startswith(CONTRACT_PREFIX):
        owner_keys = [await owner_key(read.connection, owner_sid, "owner_sid")]
    else:
        account = await get_account(read.connection, owner_sid, "owner_sid")
        owner_keys = list(dict.fromkeys(each.owner_key for each in await plans_of_account(read, account, month)))
    if month > read.current_period:
        raise BillingError(
            Reason.PERIOD_IN_FUTURE,
            f"{month} has not begun: ask for {read.current_period} or an earlier month",
            "month",
        )
    sids = await support_owners.owner_sids(read.connection, owner_keys)
    times = await times_of_owners(read, owner_keys, month)
    return OwnerResponseTimes(sorted(times, key=lambda time: sids[time.owner_key]), sids)


async def times_of_owners(read: Reading, owner_keys: Sequence[int], month: Period) -> list[ResponseTime]:
    """The response times of some owners in a month, of all accounts that shared their plans."""
    cases = await support_cases.counted_cases(read.connection, owner_keys, (month.first_day, month.end_day))
    return response_times(cases, await get_catalogue(read), read.store.business_hours, read.now)


async def plans_of_account(read: Reading, account: Account, month: Period) -> list[PlanOfOwner]:
    """The plans that an account had in a month, and who held them, by the day it had them first."""
    start, end = max(month.first_day, account.start_day), min(month.end_day, account.end_day or date.max)
    if start >= end:
        return []
    return await support_owners.plans_of_family(read.connection, account.family_key, (start, end))
