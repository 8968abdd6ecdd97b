"""Verifying the store: what was derived is derived anew and compared, and every difference reported (design 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import asyncpg

from billing.charges import closing_digest
from billing.closings import Closing, ClosingState
from billing.operations.closing import closing_before
from billing.operations.context import Store, snapshot
from billing.operations.rollup import day_starts
from billing.operations.verify_credits import compare_uses
from billing.operations.verify_parts import verify_period
from billing.store import (
    charge_verification,
    closings,
    comparison_verification,
    credit_verification,
    day_verification,
    record_digests,
    state_verification,
    usage_verification,
)
from billing.store.state import EVERYTHING
from billing.store.verification import Comparison, Difference

NOTHING = Comparison(0, 0, [])
NOT_COMPLETE = {
    ClosingState.RUNNING: "the closing is still running",
    ClosingState.BLOCKED: "the closing has owners set apart: retry or release them",
}

ID_BYTES = 16
DIGEST_ENTRY_BYTES = ID_BYTES + 32


class Verified(NamedTuple):
    """What a comparison came to.

    Attributes:
        what: was compared with what.
        period: of which period; empty when of all.
        numbers: that it compares.
        comparison: what it came to.
        left_out: what of it could not be compared, and why; empty when everything was.
    """

    what: str
    period: str
    numbers: str
    comparison: Comparison
    left_out: str = ""


Check = Callable[[Store], AsyncIterator[Verified]]


async def verify(store: Store) -> AsyncIterator[Verified]:
    """Compare everything, one comparison after the other, each in a snapshot of its own; nothing is written."""
    for check in CHECKS:
        async for verified in check(store):
            yield verified


async def verify_state(store: Store) -> AsyncIterator[Verified]:
    """What the store notes about itself: counters, closings and their shards, keys of accounts, what is covered."""
    async with snapshot(store) as read:
        for what, numbers, compare in STATE:
            yield Verified(what, "", numbers, await compare(read.connection))


async def verify_days(store: Store) -> AsyncIterator[Verified]:
    """The days of support cases and the periods of Flex activity."""
    async with snapshot(store) as read:
        months = await day_verification.months(read.connection)
    for month in months:
        name, (start, end) = str(month), (month.start_time(store.zone), month.end_time(store.zone))
        async with snapshot(store) as read:
            starts = (*day_starts(month, store.zone), end)
            cases = await day_verification.compare_cases(read.connection, month, starts)
            yield Verified("days of support cases", name, "day of the month", cases)
            activity = await day_verification.compare_activity(read.connection, month, start, end)
            yield Verified("periods of Flex activity", name, "within", activity)


async def verify_usage(store: Store) -> AsyncIterator[Verified]:
    """Roll-ups, batches, trails and late activity of every period that has usage."""
    async with snapshot(store) as read:
        periods = await usage_verification.usage_periods(read.connection)
    for period in periods:
        name, starts = str(period), day_starts(period, store.zone)
        async with snapshot(store) as read:
            found = await usage_verification.compare_rollups(read.connection, period, starts)
            yield Verified("roll-ups with events and corrections", name, "records, micros, unrated, rated nanos", found)
            found = await usage_verification.compare_batches(read.connection, period)
            yield Verified("batches with their events", name, "records", found)
            found = await usage_verification.compare_trails(read.connection, period)
            yield Verified("corrections with their events", name, "number, event there, after a void", found)
            found = await usage_verification.compare_late_activity(read.connection, period)
            yield Verified("late activity with roll-ups", name, "noted", found)


async def verify_charges(store: Store) -> AsyncIterator[Verified]:
    """Records, lines, parts, slices, totals and the digest of every closing, and the feed."""
    async with snapshot(store) as read:
        found = await closings.list_closings(read.connection, EVERYTHING, EVERYTHING)
    for closing in reversed(found):
        name, number = str(closing.period), closing.closing_number
        async with snapshot(store) as read:
            connection = read.connection
            lines = await charge_verification.compare_records(connection, number)
            yield Verified("records with their lines", name, "there, minor units", lines)
            parts = await charge_verification.compare_parts(connection, number)
            yield Verified("lines with their parts", name, "there, minor units", parts)
            slices = await charge_verification.compare_slices(connection, number)
            yield Verified("slices with their records", name, "records, first, last", slices)
            totals = await charge_verification.compare_totals(connection, number)
            yield Verified("totals with records", name, "records, minor units", totals)
            yield await _compare_digest(connection, number)
    async with snapshot(store) as read:
        positions = await charge_verification.compare_positions(read.connection)
        yield Verified("feed positions with records", "", "position", positions)


async def verify_completed(store: Store) -> AsyncIterator[Verified]:
    """What was fixed of support credits, and what completing each closing came to: uses of credits, and comparison."""
    async with snapshot(store) as read:
        found = await closings.list_closings(read.connection, EVERYTHING, EVERYTHING)
        amounts = await credit_verification.compare_amounts(read.connection)
    yield Verified("support credits with what was charged", "", "owner key, fixed by closing, minor units", amounts)
    for number in sorted(closing.closing_number for closing in found):
        async with snapshot(store) as read:
            closing = await closings.by_number(read.connection, number)
            name, numbers = str(closing.period), "minor units used, credited, used before and owed; whose"
            yield Verified("credit records with credits", name, numbers, await compare_uses(read.connection, closing))
            if closing.state is ClosingState.CLOSED:
                before = closing_before(number, closing.period)
                compared = await comparison_verification.compare_comparison(
                    read.connection, number, closing.period, before
                )
                yield Verified("comparison with records", name, "records or minor units, minor units", compared)


async def verify_parts(store: Store) -> AsyncIterator[Verified]:
    """What the records of every closed period carried in sum, with what the last complete closing's knowledge comes to.

    A closing that is not complete has emitted some of its records only: these are left out, with the reason. What
    closings before it emitted is as it was before it started.
    """
    what, numbers = "parts with their calculation", "minor units"
    async with snapshot(store) as read:
        found = await closings.list_closings(read.connection, EVERYTHING, EVERYTHING)
        last = next((closing for closing in found if closing.state is ClosingState.CLOSED), None)
        apart = await closings.ever_set_apart(read.connection, last.closing_number) if last else []
    for closing in reversed(found):
        name = str(closing.period)
        if last is None or closing.state is not ClosingState.CLOSED:
            yield Verified(what, name, numbers, NOTHING, NOT_COMPLETE[closing.state])
        else:
            compared = await verify_period(store, last, closing.period, set(apart))
            yield Verified(what, name, numbers, compared, _set_apart(last, len(apart)))


def _set_apart(closing: Closing, count: int) -> str:
    if not count:
        return ""
    return f"owners that the closing of {closing.period} set apart ({count:,}): the next closing settles them"


async def _compare_digest(connection: asyncpg.Connection, closing_number: int) -> Verified:
    """The digest of a closing with its records; while it runs, it has none."""
    closing = await closings.by_number(connection, closing_number)
    what, name, numbers = "digest with records", str(closing.period), "digest"
    if closing.state is ClosingState.RUNNING:
        return Verified(what, name, numbers, NOTHING, NOT_COMPLETE[closing.state])
    content = bytearray()
    await record_digests.read_of_closing(connection, closing_number, content.extend)
    entries = [content[at : at + DIGEST_ENTRY_BYTES] for at in range(0, len(content), DIGEST_ENTRY_BYTES)]
    derived = closing_digest((bytes(entry[:ID_BYTES]), bytes(entry[ID_BYTES:])) for entry in entries)
    stored = closing.digest.hex() if closing.digest else "none"
    differences = [] if derived.hex() == stored else [Difference("the closing", stored, derived.hex())]
    return Verified(what, name, numbers, Comparison(1, len(differences), differences))


# What is compared of the state of the store: with what, and the numbers.
STATE: tuple[tuple[str, str, Callable[[asyncpg.Connection], Awaitable[Comparison]]], ...] = (
    ("counters with what they count", "count or position", state_verification.compare_counters),
    ("SIDs with accounts", "top-level account key, account key", state_verification.compare_sids),
    ("coverage with stages and families", "covered", state_verification.compare_covered),
    ("closings with their shards", "month, state, shards made", state_verification.compare_closings),
    ("shards with those beside them", "first owner key, end", state_verification.compare_shards),
)
# What is verified, in this order.
CHECKS: tuple[Check, ...] = (verify_state, verify_days, verify_usage, verify_charges, verify_completed, verify_parts)
