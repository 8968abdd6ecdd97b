"""What waits in a lane of the ingest: events of calls, and of streams by bands of their keys."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from billing.operations.ingest_write import Verdict
from billing.period import Period
from billing.store.usage_events import Events

BANDS = 8
# The more rows a transaction writes of a stretch of the index, the more of them share a page of it. So it writes the
# bands that wait longest, and only as many of them as make a transaction worth while.
WORTHWHILE_ROWS = 100_000
MAX_TRANSACTION_ROWS = 250_000
# While calls come too, each of which waits for the transaction before its own, one of streams has no more than this.
SHARED_ROWS = 25_000
SHARED_SECONDS = 5.0  # how long after the last call


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Events of one call, lane and period, and what waits for their verdict.

    Attributes:
        period: of all of them.
        events: in the order in which they came.
        band: that of their keys, from 0 to `BANDS` - 1, where they are of a stream's batch; None for a call's.
        verdict: what became of them.
    """

    period: Period
    events: Events
    band: int | None
    verdict: asyncio.Future[Verdict] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class LaneQueue:
    """Parcels that wait to be written: of calls and of streams in turns, so that neither waits for more than one
    transaction of the other; each in the order they come, those of streams band by band.
    """

    def __init__(self) -> None:
        self._calls: deque[Parcel] = deque()
        self._bands: tuple[deque[Parcel], ...] = tuple(deque() for _ in range(BANDS))
        self._next_band = 0
        self._shared_until = 0.0  # in the loop's time
        self._took_calls = False  # the last time

    def __bool__(self) -> bool:
        return bool(self._calls) or self._has_streamed

    def __iter__(self) -> Iterator[Parcel]:
        yield from self._calls
        for band in self._bands:
            yield from band

    def put(self, parcel: Parcel) -> None:
        """Queue a parcel."""
        if parcel.band is None:
            self._calls.append(parcel)
            self._shared_until = asyncio.get_running_loop().time() + SHARED_SECONDS
        else:
            self._bands[parcel.band].append(parcel)

    def take(self) -> list[Parcel]:
        """The next parcels of one transaction, without those that nobody waits for any more."""
        self._took_calls = bool(self._calls) and not (self._took_calls and self._has_streamed)
        if self._took_calls:
            return _taken(self._calls, MAX_TRANSACTION_ROWS)
        shared = asyncio.get_running_loop().time() < self._shared_until
        return self._take_streamed(SHARED_ROWS if shared else MAX_TRANSACTION_ROWS)

    @property
    def _has_streamed(self) -> bool:
        return any(self._bands)

    def _take_streamed(self, most_rows: int) -> list[Parcel]:
        """Of one band after the other, from where the last time ended, until they are enough."""
        taken: list[Parcel] = []
        rows = 0
        for _ in range(BANDS):
            band = self._bands[self._next_band]
            more = _taken(band, most_rows - rows, one_at_least=not taken)
            if band and not more:  # for which there is no room: it comes first the next time
                break
            self._next_band = (self._next_band + 1) % BANDS
            taken += more
            rows += sum(len(parcel.events) for parcel in more)
            if band or rows >= WORTHWHILE_ROWS:  # what is left of a band waits for its next turn, as the others do
                break
        return taken


def _taken(queue: deque[Parcel], most_rows: int, *, one_at_least: bool = True) -> list[Parcel]:
    """The next parcels of a queue, without those that nobody waits for any more."""
    taken: list[Parcel] = []
    rows = 0
    while queue and ((one_at_least and not taken) or rows + len(queue[0].events) <= most_rows):
        parcel = queue.popleft()
        if not parcel.verdict.done():
            taken.append(parcel)
            rows += len(parcel.events)
    return taken
