"""What waits in a lane of the ingest: in the order it came, or by bands of keys."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
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


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """Events of one call, lane and period, and what waits for their verdict.

    Attributes:
        period: of all of them.
        events: in the order in which they came.
        band: that of their keys, from 0 to `BANDS` - 1; 0 where they are not told apart by it.
        verdict: what became of them.
    """

    period: Period
    events: Events
    band: int
    verdict: asyncio.Future[Verdict] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class LaneQueue(ABC):
    """Parcels that wait to be written."""

    @abstractmethod
    def __iter__(self) -> Iterator[Parcel]: ...

    @abstractmethod
    def __bool__(self) -> bool: ...

    @abstractmethod
    def put(self, parcel: Parcel) -> None:
        """Queue a parcel."""

    @abstractmethod
    def take(self) -> list[Parcel]:
        """The next parcels of one transaction, without those that nobody waits for any more."""


class InOrder(LaneQueue):
    """In the order they came: calls, whose parcels are small."""

    def __init__(self) -> None:
        self._waiting: deque[Parcel] = deque()

    def __iter__(self) -> Iterator[Parcel]:
        return iter(self._waiting)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, parcel: Parcel) -> None:
        self._waiting.append(parcel)

    def take(self) -> list[Parcel]:
        return _taken(self._waiting, MAX_TRANSACTION_ROWS)


class InBands(LaneQueue):
    """Band by band, those of each in the order they came: streams."""

    def __init__(self) -> None:
        self._bands: tuple[deque[Parcel], ...] = tuple(deque() for _ in range(BANDS))
        self._next_band = 0

    def __iter__(self) -> Iterator[Parcel]:
        for band in self._bands:
            yield from band

    def __bool__(self) -> bool:
        return any(self._bands)

    def put(self, parcel: Parcel) -> None:
        self._bands[parcel.band].append(parcel)

    def take(self) -> list[Parcel]:
        """Of one band after the other, from where the last time ended, until they are enough."""
        taken: list[Parcel] = []
        rows = 0
        for _ in range(BANDS):
            band = self._bands[self._next_band]
            more = _taken(band, MAX_TRANSACTION_ROWS - rows, one_at_least=not taken)
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
