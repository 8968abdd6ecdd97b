"""A lane of the ingest: one connection, and a queue of what is to be written through it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg
import numpy as np

from billing.operations.context import Store
from billing.operations.held_connection import HeldConnection, is_lost, unavailable
from billing.operations.ingest_write import PeriodEvents, UnsuspectedRepeat, Verdict, Written, write_events
from billing.operations.recent_events import RecentEvents
from billing.period import Period
from billing.store.usage_events import Events

# The more rows a transaction writes in the order of keys, the more of them share a page of the index. Of 20 million
# events a lane finds 0.64 pages a row with 60,000 rows, 0.28 with 250,000.
MAX_TRANSACTION_ROWS = 250_000
# While calls come too, each of which waits for the transaction before its own, one of streams has no more than this.
SHARED_ROWS = 25_000
SHARED_SECONDS = 5.0  # how long after the last call
ASIDE_ROWS = 20_000  # so many are sorted in a thread, while other calls are answered
TRANSACTION_SECONDS = 60.0
MAX_ATTEMPTS = 5
RECENT_EVENTS = 1 << 24  # a lane: 64 to 128 MB when they have come

# The careful way costs about half as much again as the straight one; a straight write that fails is thrown away.
TOLERATED = 0.2  # how often that may happen
MEMORY = 0.1  # the weight of the last transaction in how often it happened

TRY_CAREFULLY = (UnsuspectedRepeat, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Events of one call, lane and period, and what waits for their verdict; `streamed` if of a stream's batch."""

    period: Period
    events: Events
    streamed: bool
    verdict: asyncio.Future[Verdict] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Lane:
    """Writes parcels, many in one transaction, one transaction at a time: of calls and of streams in turns, so that
    neither waits for more than one of the other; each in the order they come.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection = HeldConnection(store.pool, TRANSACTION_SECONDS)
        self._calls: deque[Parcel] = deque()
        self._streamed: deque[Parcel] = deque()
        self._shared_until = 0.0  # in the loop's time
        self._wrote_calls = False  # in the last transaction
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._recent = RecentEvents(RECENT_EVENTS)
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
        if parcel.streamed:
            self._streamed.append(parcel)
        else:
            self._calls.append(parcel)
            self._shared_until = asyncio.get_running_loop().time() + SHARED_SECONDS
        self._wake.set()

    async def _run(self) -> None:
        try:
            while self._has_parcels or not self._closing:
                await self._wake.wait()
                self._wake.clear()
                while self._has_parcels:
                    if parcels := self._take():
                        await self._write(parcels)
            await self._connection.drop()
        finally:
            _fail((*self._calls, *self._streamed), unavailable())

    @property
    def _has_parcels(self) -> bool:
        return bool(self._calls or self._streamed)

    def _take(self) -> list[Parcel]:
        """The next parcels of one transaction."""
        self._wrote_calls = bool(self._calls) and not (self._wrote_calls and self._streamed)
        if self._wrote_calls:
            return _taken(self._calls, MAX_TRANSACTION_ROWS)
        shared = asyncio.get_running_loop().time() < self._shared_until
        return _taken(self._streamed, SHARED_ROWS if shared else MAX_TRANSACTION_ROWS)

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
        written = await self._write_groups(groups)
        for group in groups:
            self._recent.add(group.hashes)
        for group, verdict in zip(groups, written.verdicts, strict=True):
            _hand_out(by_period[group.period], verdict)

    async def _write_groups(self, groups: Sequence[PeriodEvents]) -> Written:
        """Write in one transaction; carefully if repeats are frequent, or if writing straight met one."""
        straight = self._unsuspected < TOLERATED
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                async with self._connection.used() as connection:
                    written = await write_events(
                        connection, self._store, groups, recent=self._recent, straight=straight
                    )
                break
            except TRY_CAREFULLY:
                if attempt == MAX_ATTEMPTS:
                    raise
                straight = False
        self._unsuspected += MEMORY * (written.unsuspected - self._unsuspected)
        return written


def _taken(queue: deque[Parcel], most_rows: int) -> list[Parcel]:
    """The next parcels of a queue, one at least, without those that nobody waits for any more."""
    taken: list[Parcel] = []
    rows = 0
    while queue and (not taken or rows + len(queue[0].events) <= most_rows):
        parcel = queue.popleft()
        if not parcel.verdict.done():
            taken.append(parcel)
            rows += len(parcel.events)
    return taken


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
