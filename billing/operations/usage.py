"""Reading usage: lists with what was voided and corrected, summaries, and the sums that charges are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from billing.errors import BillingError, Reason
from billing.operations.context import Reading, Store, snapshot
from billing.operations.rollup import day_starts
from billing.period import Period
from billing.store import recorded_usage, usage_corrections, usage_parties, usage_sums
from billing.store.recorded_usage import RecordedEvent
from billing.store.usage_corrections import AccountPeriod
from billing.store.usage_parties import AccountDays
from billing.store.usage_sums import Grouping, UsageSummaryRow


async def list_usage(
    read: Reading,
    *,
    account_sid: str,
    period: Period,
    product_id: str | None = None,
    after: UUID | None = None,
    limit: int,
) -> list[RecordedEvent]:
    """The usage of an account (without its subaccounts) in a period, by event id, after one, with the trail of each.

    Args:
        read: a snapshot, as events and trail are read one after the other.
        account_sid: the account.
        period: the period.
        product_id: only of this product.
        after: only what comes after this event id.
        limit: how many at most.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND.
    """
    account = await known_account(read, account_sid)
    events = await recorded_usage.list_events(
        read.connection,
        family_key=account.family_key,
        account_key=account.account_key,
        start_time=period.start_time(read.store.zone),
        end_time=period.end_time(read.store.zone),
        after=after,
        product_id=product_id,
        limit=limit,
    )
    trails = await usage_corrections.trails_of(
        read.connection,
        AccountPeriod(account.family_key, account.account_key, period),
        [event.event_id for event in events],
    )
    return [event._replace(trail=trails.get(event.event_id, ())) for event in events]


async def get_usage(read: Reading, whose: AccountPeriod, event_ids: Sequence[UUID]) -> list[RecordedEvent]:
    """Usage that was recorded, in the order of the ids, with the trail of each."""
    events = await recorded_usage.events_by_id(
        read.connection,
        family_key=whose.family_key,
        account_key=whose.account_key,
        start_time=whose.period.start_time(read.store.zone),
        end_time=whose.period.end_time(read.store.zone),
        event_ids=event_ids,
    )
    trails = await usage_corrections.trails_of(read.connection, whose, event_ids)
    return [events[event_id]._replace(trail=trails.get(event_id, ())) for event_id in event_ids]


async def summary(
    store: Store,
    *,
    account_sid: str,
    period: Period,
    include_subaccounts: bool,
    grouping: Grouping,
    as_of_time: datetime | None = None,
) -> list[UsageSummaryRow]:
    """As `summarize_usage`, which does what one statement can not."""
    if as_of_time is None:
        async with store.pool.acquire() as connection:
            rows = await usage_sums.summarize_rolled_up(
                connection, account_sid, period, with_subaccounts=include_subaccounts, grouping=grouping
            )
        if rows is not None:
            return rows
    async with snapshot(store) as read:
        return await summarize_usage(
            read,
            account_sid=account_sid,
            period=period,
            include_subaccounts=include_subaccounts,
            grouping=grouping,
            as_of_time=as_of_time,
        )


async def summarize_usage(
    read: Reading,
    *,
    account_sid: str,
    period: Period,
    include_subaccounts: bool,
    grouping: Grouping,
    as_of_time: datetime | None = None,
) -> list[UsageSummaryRow]:
    """The usage of an account in a period, summed as asked, by account, product and day.

    As of a moment counts what was recorded up to then: a record that was voided or corrected later counts as it did
    then. All that was acknowledged before the question is there. A write that is under way while it is asked may have
    noted an earlier moment and come into later answers; it takes seconds, a minute at most, and from then on the answer
    about a moment stays what it is.

    Args:
        read: a snapshot, as roll-ups and the tail are read one after the other.
        account_sid: the account.
        period: the period.
        include_subaccounts: whether those of a top-level account count too.
        grouping: by what it is summed.
        as_of_time: what was recorded up to then; None for all.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND.
    """
    account = await known_account(read, account_sid)
    whole_family = include_subaccounts and account.account_key == account.family_key
    return await usage_sums.summarize_usage(
        read.connection,
        family_key=account.family_key,
        account_key=None if whole_family else account.account_key,
        period=period,
        day_starts=day_starts(period, read.store.zone),
        grouping=grouping,
        as_of_time=as_of_time,
    )


async def known_account(read: Reading, account_sid: str) -> AccountDays:
    """An account's keys and days; ACCOUNT_NOT_FOUND when there is none."""
    found = await usage_parties.find_accounts(read.connection, [account_sid])
    if not found:
        raise BillingError(Reason.ACCOUNT_NOT_FOUND, f"there is no account {account_sid}", "account_sid")
    return found[0]
