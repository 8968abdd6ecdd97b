"""A lane of the ingest: one connection, and a queue of what is to be written through it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from billing.operations.context import Store
from billing.operations.ingest_write import PeriodEvents, UnsuspectedRepeat, Verdict, write_events
from billing.operations.recent_events import RecentEvents
from billing.period import Period
from billing.store.usage_events import Events

MAX_TRANSACTION_ROWS = 50_000
TRANSACTION_SECONDS = 60.0
CONNECT_SECONDS = 5.0
RETRY_SECONDS = 1.0
MAX_ATTEMPTS = 5
RECENT_EVENTS = 1 << 22

# Writing straight and failing costs about as much as what the careful way costs more than the straight one, 3 times over.
REPEATS_TOLERATED = 0.2
MEMORY = 0.1  # the weight of the last transaction in how often repeats were met unsuspected

CONNECTION_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    OSError,
    TimeoutError,
)
WRITTEN_AT_ONCE = (UnsuspectedRepeat, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Events of one call, lane and period, and what waits for their verdict."""

    period: Period
    events: Events
    verdict: asyncio.Future[Verdict] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Lane:
    """Writes parcels in the order they come, many in one transaction, one transaction at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: deque[Parcel] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._connection: asyncpg.Connection | None = None
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
        await self._drop_connection()

    def put(self, parcel: Parcel) -> None:
        """Queue events to be written; the parcel's verdict tells when they are durable, or fails."""
        self._queue.append(parcel)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            if parcels := self._take():
                await self._write(parcels)
            elif self._closing:
                return
            else:
                self._wake.clear()

    def _take(self) -> list[Parcel]:
        """The next parcels of one transaction, without those that nobody waits for any more."""
        taken: list[Parcel] = []
        rows = 0
        while self._queue and (not taken or rows + len(self._queue[0].events) <= MAX_TRANSACTION_ROWS):
            parcel = self._queue.popleft()
            if not parcel.verdict.done():
                taken.append(parcel)
                rows += len(parcel.events)
        return taken

    async def _write(self, parcels: Sequence[Parcel]) -> None:
        """Write parcels; whatever goes wrong goes to those who wait for them."""
        try:
            await self._write_grouped(parcels)
        except BaseException as error:
            await self._drop_connection()
            _fail(parcels, _unavailable() if isinstance(error, CONNECTION_LOST) else error)
            if not isinstance(error, Exception):
                raise

    async def _write_grouped(self, parcels: Sequence[Parcel]) -> None:
        by_period: dict[Period, list[Parcel]] = {}
        for parcel in parcels:
            by_period.setdefault(parcel.period, []).append(parcel)
        periods = sorted(by_period)
        groups = [
            PeriodEvents(period, Events.concatenate([parcel.events for parcel in by_period[period]]))
            for period in periods
        ]
        verdicts = await self._write_repeatedly(groups)
        for period, verdict in zip(periods, verdicts, strict=True):
            _hand_out(by_period[period], verdict)

    async def _write_repeatedly(self, groups: Sequence[PeriodEvents]) -> list[Verdict]:
        """One transaction, again if it met a repeat unsuspected, or a writer of the same keys in another process."""
        straight = self._unsuspected < REPEATS_TOLERATED
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                async with self._connected() as connection:
                    verdicts = await write_events(
                        connection, self._store, groups, recent=self._recent, straight=straight
                    )
                break
            except WRITTEN_AT_ONCE:
                if attempt == MAX_ATTEMPTS:
                    raise
                straight = False
        return verdicts
