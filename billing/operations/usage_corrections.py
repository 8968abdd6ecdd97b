"""Voiding and correcting usage (4.4): all of a call or none, whatever of it is rolled up or closed already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from billing.corrections import (
    Change,
    Content,
    Counted,
    Path,
    check_each_once,
    check_found,
    check_reach,
    corrections,
    voids,
)
from billing.errors import BillingError, Reason
from billing.operations.context import Writing
from billing.operations.rollup import day_starts
from billing.operations.usage import get_usage, known_account
from billing.period import Period
from billing.store import late_activity, usage_corrections, usage_parties, usage_rollups
from billing.store.recorded_usage import RecordedEvent
from billing.store.usage_corrections import AccountPeriod
from billing.store.usage_partitions import has_event_partition


class Voided(NamedTuple):
    """How many records were voided now, and how many had been before."""

    voided_count: int
    repeated_count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A correction as it is asked for; `currency_code` is that of the amount, None without one."""

    event_id: UUID
    content: Content
    currency_code: str | None = None


async def void_usage(write: Writing, *, account_sid: str, period: Period, event_ids: Sequence[UUID]) -> Voided:
    """Void usage of an account in a period: from now on it counts for nothing. All or none.

    Raises:
        BillingError: INVALID_FIELD when an event is named twice, ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD or EVENT_NOT_FOUND.
    """
    whose, events = await _counted(write, account_sid, period, event_ids, "event_ids[{}]".format)
    changes = voids(events)
    await _record(write, whose, changes)
    return Voided(len(changes), len(events) - len(changes))


async def correct_usage(
    write: Writing, *, account_sid: str, period: Period, wanted: Sequence[Wanted]
) -> list[RecordedEvent]:
    """Correct quantity and amount of usage of an account in a period; returns the records as they are kept then.

    All or none. A correction to what counts already stands in the trail like any other.

    Raises:
        BillingError: INVALID_FIELD when an event is named twice, ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD, EVENT_NOT_FOUND,
            EVENT_VOIDED, CURRENCY_MISMATCH or PRICE_NOT_FOUND.
    """
    event_ids = [correction.event_id for correction in wanted]
    path = "corrections[{}].event_id".format
    whose, events = await _counted(write, account_sid, period, event_ids, path)
    changes = corrections(events, [correction.content for correction in wanted], path)
    _check_currency(write, wanted)
    await _check_prices(write, whose, changes)
    await _record(write, whose, changes)
    return await get_usage(write, whose, event_ids)


async def _counted(
    write: Writing, account_sid: str, period: Period, event_ids: Sequence[UUID], path: Path
) -> tuple[AccountPeriod, list[Counted]]:
    """What events count for now, once no other call can correct them."""
    check_each_once(event_ids, path)
    account = await known_account(write, account_sid)
    check_reach(period, write.current_period)
    whose = AccountPeriod(account.family_key, account.account_key, period)
    await usage_corrections.lock_account(write.connection, whose.account_key)
    found: Sequence[Counted | None] = [None] * len(event_ids)
    if await has_event_partition(write.connection, period):
        found = await usage_corrections.what_counts(write.connection, whose, event_ids)
    return whose, check_found(event_ids, found, path, period)


def _check_currency(write: Writing, wanted: Sequence[Wanted]) -> None:
    currency = write.store.currency.code
    for index, correction in enumerate(wanted):
        if correction.currency_code not in (None, currency):
            raise BillingError(
                Reason.CURRENCY_MISMATCH,
                f"the amount is in {correction.currency_code!r}: the store's currency is {currency}",
                f"corrections[{index}].amount",
            )


async def _check_prices(write: Writing, whose: AccountPeriod, changes: Sequence[Change]) -> None:
    """Where a quantity is to be priced, its product has a price in the period, as for usage when it is recorded."""
    unrated = [index for index, change in enumerate(changes) if change.content and change.content.amount_nanos is None]
    if not unrated:
        return
    first_day = whose.period.first_day
    products = {product.product_key: product for product in await usage_parties.list_priced_products(write.connection)}

    def priced_from(change: Change) -> date:
        return products[change.event.product_key].priced_from or date.max

    unlisted = [index for index in unrated if priced_from(changes[index]) > first_day]
    without = await _without_own_price(write, whose, changes, unlisted)
    if without:
        product = products[changes[without[0]].event.product_key]
        raise BillingError(
            Reason.PRICE_NOT_FOUND,
            f"{product.product_id} has no price in {whose.period}: publish one, or give an amount",
            f"corrections[{without[0]}].amount",
        )


async def _without_own_price(
    write: Writing, whose: AccountPeriod, changes: Sequence[Change], indexes: Sequence[int]
) -> list[int]:
    """Those of the changes whose product has no price of a contract's own for the account either (4.5)."""
    if not indexes:
        return []
    keys, count = [changes[index].event.product_key for index in indexes], len(indexes)
    months = [whose.period.first_day] * count
    own = set(await usage_parties.own_priced(write.connection, [whose.family_key] * count, keys, months))
    return [index for place, index in enumerate(indexes) if place not in own]


async def _record(write: Writing, whose: AccountPeriod, changes: Sequence[Change]) -> None:
    """Add to the trail, and what changes to the roll-ups; note it where the period was closed before (6.5)."""
    if not changes:
        return
    connection, cutoff = write.connection, write.cutoff
    await usage_corrections.insert_corrections(connection, whose, changes, write.now, cutoff)
    starts = day_starts(whose.period, write.store.zone)
    if await usage_rollups.add_differences(connection, whose, changes, cutoff, starts):
        await late_activity.note_family(connection, whose.family_key, whose.period, cutoff)
