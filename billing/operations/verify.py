"""Verifying the store: what was derived is derived anew and compared, and every difference reported (design 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

import asyncpg

from billing.charges import closing_digest
from billing.closings import ClosingState
from billing.operations.context import Store, snapshot
from billing.operations.rollup import day_starts
from billing.operations.verify_parts import verify_period
from billing.store import charge_verification, closings, record_digests, usage_verification
from billing.store.state import EVERYTHING
from billing.store.verification import Comparison, Difference

ID_BYTES = 16
DIGEST_ENTRY_BYTES = ID_BYTES + 32


class Verified(NamedTuple):
    """What a comparison came to: what was compared with what, of which period, and the numbers it compares."""

    what: str
    period: str
    numbers: str
    comparison: Comparison


Check = Callable[[Store], AsyncIterator[Verified]]


async def verify(store: Store) -> AsyncIterator[Verified]:
    """Compare everything, one comparison after the other, each in a snapshot of its own; nothing is written."""
    for check in CHECKS:
        async for verified in check(store):
            yield verified


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
            yield Verified("digest with records", name, "digest", await _compare_digest(connection, number))
    async with snapshot(store) as read:
        positions = await charge_verification.compare_positions(read.connection)
        yield Verified("feed positions with records", "", "position", positions)


async def verify_parts(store: Store) -> AsyncIterator[Verified]:
    """What the records of every closed period carried in sum, with what the last closing's knowledge comes to."""
    async with snapshot(store) as read:
        last = await closings.last_started(read.connection)
        periods = await closings.closed_periods(read.connection)
    if last is None or last.state is not ClosingState.CLOSED:
        return
    for period in periods:
        found = await verify_period(store, last, period)
        yield Verified("parts with their calculation", str(period), "minor units", found)


async def _compare_digest(connection: asyncpg.Connection, closing_number: int) -> Comparison:
    """The digest of a closing, if it has one, with its records."""
    stored = (await closings.by_number(connection, closing_number)).digest
    if stored is None:
        return Comparison(0, 0, [])
    content = bytearray()
    await record_digests.read_of_closing(connection, closing_number, content.extend)
    entries = [content[at : at + DIGEST_ENTRY_BYTES] for at in range(0, len(content), DIGEST_ENTRY_BYTES)]
    derived = closing_digest((bytes(entry[:ID_BYTES]), bytes(entry[ID_BYTES:])) for entry in entries)
    differences = [] if derived == stored else [Difference("the closing", stored.hex(), derived.hex())]
    return Comparison(1, len(differences), differences)


# What is verified, in this order.
CHECKS: tuple[Check, ...] = (verify_usage, verify_charges, verify_parts)
