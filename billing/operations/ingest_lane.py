"""A lane of the ingest: one connection, and a queue of what is to be written through it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import asyncpg
import numpy as np

from billing.operations.context import Store
from billing.operations.held_connection import HeldConnection, is_lost, unavailable
from billing.operations.ingest_write import PeriodEvents, UnsuspectedRepeat, Verdict, write_events, write_few
from billing.operations.lane_queue import LaneQueue, Parcel
from billing.operations.recent_events import RecentEvents
from billing.period import Period
from billing.store.usage_events import Events

ASIDE_ROWS = 20_000  # so many are sorted in a thread, while other calls are answered
FEW_EVENTS = 100
TRANSACTION_SECONDS = 60.0
MAX_ATTEMPTS = 5

# The careful way costs about half as much again as the straight one; a straight write that fails is thrown away.
TOLERATED = 0.2  # how often that may happen
MEMORY = 0.1  # the weight of the last transaction in how often it happened

TRY_AGAIN = (UnsuspectedRepeat, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Lane:
    """Writes parcels, many in one transaction, one transaction at a time."""

    def __init__(self, store: Store, queue: LaneQueue, recent: RecentEvents) -> None:
        """Lanes share what is known of the recent events, as any of them may write any event."""
        self._store = store
        self._connection = HeldConnection(store.pool, TRANSACTION_SECONDS)
        self._waiting = queue
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._recent = recent
        self._unsuspected = 0.0  # how often lately a transaction met a repeat it did not suspect

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Write what is queued, then give the connection back."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    def put(self, parcel: Parcel) -> None:
        """Queue events to be written; the parcel's verdict tells when they are durable, or fails."""
        if self._task is not None and self._task.done():
            _fail([parcel], unavailable())
            return
        self._waiting.put(parcel)
        self._wake.set()

    async def _run(self) -> None:
        try:
            while self._waiting or not self._closing:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    if parcels := self._waiting.take():
                        await self._write(parcels)
            await self._connection.drop()
        finally:
            _fail(self._waiting, unavailable())

    async def _write(self, parcels: Sequence[Parcel]) -> None:
        """Write parcels; whatever goes wrong is told to those who wait for them, and the lane goes on."""
        try:
            await self._write_by_period(parcels)
        except Exception as error:
            _fail(parcels, unavailable() if is_lost(error) else error)
            self._connection.cut()
        finally:
            _fail(parcels, unavailable())  # only when the lane itself is cancelled

    async def _write_by_period(self, parcels: Sequence[Parcel]) -> None:
        by_period: dict[Period, list[Parcel]] = {}
        for parcel in parcels:
            by_period.setdefault(parcel.period, []).append(parcel)
        if sum(len(parcel.events) for parcel in parcels) < ASIDE_ROWS:
            groups = _groups(by_period)
        else:
            groups = await asyncio.to_thread(_groups, by_period)
        verdicts = await self._write_groups(groups)
        for group in groups:
            self._recent.add(group.hashes)
        for group, verdict in zip(groups, verdicts, strict=True):
            _hand_out(by_period[group.period], verdict)

    async def _write_groups(self, groups: Sequence[PeriodEvents]) -> Sequence[Verdict]:
        """Write all: a few in one statement a period; of more, carefully if repeats are frequent or one was met."""
        few = are_few(sum(len(group.leads) for group in groups))
        straight = self._unsuspected < TOLERATED
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                async with self._connection.used() as connection:
                    if few:
                        return await write_few(connection, self._store, groups)
                    written = await write_events(
                        connection, self._store, groups, recent=self._recent, straight=straight
                    )
                break
            except TRY_AGAIN:
                if attempt == MAX_ATTEMPTS:
                    raise
                straight = False
        self._unsuspected += MEMORY * (written.unsuspected - self._unsuspected)
        return written.verdicts


def are_few(event_count: int) -> bool:
    """Whether so many events are recorded in one statement, as COPY takes more for what it needs besides."""
    return event_count <= FEW_EVENTS


def _groups(by_period: Mapping[Period, Sequence[Parcel]]) -> list[PeriodEvents]:
    """The events of all parcels, by period, ascending."""
    return [
        PeriodEvents(period, Events.concatenate([parcel.events for parcel in by_period[period]]))
        for period in sorted(by_period)
    ]


def _hand_out(parcels: Sequence[Parcel], verdict: Verdict) -> None:
    """Give each parcel its part of the verdict over all of them."""
    ends = np.cumsum([len(parcel.events) for parcel in parcels])
    for parcel, end in zip(parcels, ends.tolist(), strict=True):
        if not parcel.verdict.done():
            rows = slice(end - len(parcel.events), end)
            parcel.verdict.set_result(Verdict(verdict.repeated[rows], verdict.conflict[rows]))


def _fail(parcels: Iterable[Parcel], error: Exception) -> None:
    for parcel in parcels:
        if not parcel.verdict.done():
            parcel.verdict.set_exception(error)
