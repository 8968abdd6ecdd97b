"""Reading usage: lists with what was voided and corrected, summaries, and the sums that charges are made of."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import asyncpg

from billing.errors import invalid
from billing.operations.accounts import no_account
from billing.operations.context import Reading, Store, snapshot
from billing.operations.rollup import day_starts
from billing.period import Period
from billing.store import accounts, recorded_usage, usage_corrections, usage_parties, usage_summaries
from billing.store.recorded_usage import RecordedEvent
from billing.store.usage_corrections import AccountPeriod
from billing.store.usage_parties import AccountDays
from billing.store.usage_summaries import Place, SummaryAsked
from billing.store.usage_sums import Grouping
from billing.usage_summary import Summed, UsageSummary, named

Found = TypeVar("Found")

ASIDE_ROWS = 20_000  # of a summary, that take longer to name and sort than a thread takes to begin


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
) -> UsageSummary:
    """The usage of an account in a period, summed as asked, by account, product and day.

    As of a moment counts what was recorded up to then: a record that was voided or corrected later counts as it did
    then. All that was acknowledged before the question is there. A write that is under way while it is asked may have
    noted an earlier moment and come into later answers; it takes seconds, a minute at most, and from then on the answer
    about a moment stays what it is.

    Args:
        store: the store.
        account_sid: the account.
        period: the period.
        include_subaccounts: whether those of a top-level account count too.
        grouping: by what it is summed.
        as_of_time: what was recorded up to then; None for all.

    Raises:
        BillingError: ACCOUNT_NOT_FOUND; INVALID_FIELD where there are more rows than can be read.
    """
    question = _question(store, period, include_subaccounts, grouping, as_of_time)
    async with store.pool.acquire() as connection:
        with suppress(asyncpg.NumericValueOutOfRangeError):
            found = await _summarized(connection, account_sid, question)
            if found is not None:
                return await _named(store, connection, account_sid, question, found)
    async with snapshot(store) as read:  # a roll-up came between, or 64 bits do not do
        return await _summarized_exactly(read, account_sid, question)


def _question(
    store: Store, period: Period, include_subaccounts: bool, grouping: Grouping, as_of_time: datetime | None
) -> SummaryAsked:
    return SummaryAsked(period, day_starts(period, store.zone), include_subaccounts, grouping, as_of_time)


async def _summarized_exactly(read: Reading, account_sid: str, question: SummaryAsked) -> UsageSummary:
    place = _of_account(await usage_summaries.find_place(read.connection, account_sid, question.period), account_sid)
    summed = await usage_summaries.summarize(read.connection, place, question, exact=True)
    assert summed is not None, "a snapshot does not change"
    return await _named(read.store, read.connection, account_sid, question, (place, summed))


async def _summarized(
    connection: asyncpg.Connection, account_sid: str, question: SummaryAsked
) -> tuple[Place, Summed] | None:
    """In a second statement, planned for the tail, where the first found one; None where a roll-up came between."""
    if question.as_of_time is not None:
        place = _of_account(await usage_summaries.find_place(connection, account_sid, question.period), account_sid)
    else:
        place, summed = _of_account(
            await usage_summaries.summarize_rolled_up(connection, account_sid, question), account_sid
        )
        if not place.batch_keys:
            return place, summed
    found = await usage_summaries.summarize(connection, place, question, exact=False)
    return None if found is None else (place, found)


def _of_account(found: Found | None, account_sid: str) -> Found:
    if found is None:
        raise no_account(account_sid, "account_sid")
    return found


async def _named(
    store: Store, connection: asyncpg.Connection, account_sid: str, question: SummaryAsked, found: tuple[Place, Summed]
) -> UsageSummary:
    """With names for the keys, which stay as they are."""
    place, summed = found
    if len(summed.day) > usage_summaries.MOST_ROWS:
        by = question.grouping
        raise invalid(
            "by_day" if by.by_day else "by_account" if by.by_account else "by_product",
            f"the sums are more than {usage_summaries.MOST_ROWS:,}: leave out the grouping by day, product or account, "
            "or ask for subaccounts one by one",
        )
    account_sids = product_ids = None
    if question.grouping.by_account:
        account_sids = {place.account_key: account_sid}
        keys = set(summed.account_key.tolist())
        if not keys <= account_sids.keys():
            account_sids = await accounts.sids_in_family(connection, place.family_key, list(keys))
    if question.grouping.by_product:
        product_ids = await store.products.ids(connection, set(summed.product_key.tolist()))
    name = partial(named, summed, account_sids, product_ids, by_day=question.grouping.by_day)
    return await asyncio.to_thread(name) if len(summed.day) >= ASIDE_ROWS else name()


async def known_account(read: Reading, account_sid: str) -> AccountDays:
    """An account's keys and days; ACCOUNT_NOT_FOUND when there is none."""
    found = await usage_parties.find_accounts(read.connection, [account_sid])
    if not found:
        raise no_account(account_sid, "account_sid")
    return found[0]
