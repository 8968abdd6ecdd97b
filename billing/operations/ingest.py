"""Recording usage: checked, split over lanes by event key, written many calls at a time, durable when answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from billing.event_keys import hash_neighbourhoods
from billing.intake import Checked, Codes, Reach, UsageBatch, check, reach
from billing.operations.backlog import Backlog
from billing.operations.context import Store
from billing.operations.held_connection import is_lost, unavailable
from billing.operations.ingest_lane import Lane, are_few
from billing.operations.lane_queue import BANDS, InBands, InOrder, Parcel
from billing.operations.recent_events import RecentEvents
from billing.operations.usage_catalogue import UsageCatalogue
from billing.period import Period
from billing.refusals import Refusal
from billing.store.usage_events import Events
from billing.store.usage_partitions import make_partitions

LANES = 2  # of streams, and as many of calls
CONNECTIONS = 2 * LANES
RECENT_EVENTS = 1 << 25  # 128 MB, when they have come
MAX_ROWS_UNDER_WAY = 800_000  # of streams; more than the lanes write at a time, so that the next rows wait meanwhile
MAX_ROWS_OF_CALLS = 200_000  # besides, so that no stream keeps calls out
# The bands of a lane: families by a hash, so that most pages of the index have keys of one band only.
BAND_FACTOR, BAND_SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(48)
LANE_SHIFT = np.uint64(58)  # the part of a hash that chooses the lane


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of a batch, row by row. What is neither refused nor repeated is new.

    Attributes:
        refusal: why each record was refused; `Refusal.NONE` where it was not.
        repeated: which were recorded before, with the same content.
    """

    refusal: Codes
    repeated: npt.NDArray[np.bool_]

    @property
    def refused_count(self) -> int:
        """How many were refused."""
        return int(np.count_nonzero(self.refusal))

    @property
    def repeated_count(self) -> int:
        """How many were recorded before."""
        return int(np.count_nonzero(self.repeated))

    @property
    def new_count(self) -> int:
        """How many are new."""
        return len(self.refusal) - self.refused_count - self.repeated_count

    def part(self, rows: slice) -> Outcome:
        """What became of some of the records that come one after the other."""
        return Outcome(self.refusal[rows], self.repeated[rows])


Tell = Callable[[UsageBatch, Outcome], None]
"""Is told what became of a batch."""


class CheckedBatch(NamedTuple):
    """A batch with what the checks said."""

    batch: UsageBatch
    checked: Checked
    moments: Reach


class _Part(NamedTuple):
    """The rows of a batch that go into one parcel."""

    rows: npt.NDArray[np.int64]
    lane: int
    parcel: Parcel


class Ingestor:
    """Records usage, over as many connections as it has lanes and one more a call while it is checked.

    What streams send and what calls bring is written over lanes of their own, so that no call waits for the large
    transactions of a stream. What calls bring goes over the first lane of theirs where it is a few records. Else the
    same event goes to the same lane of its kind in every process of as many lanes, so that two transactions of one
    process rarely wait for each other: where a stream and a call, or calls of many and of few, have the same event.
    """

    def __init__(
        self,
        store: Store,
        lanes: int = LANES,
        max_rows_under_way: int = MAX_ROWS_UNDER_WAY,
        tell: Tell | None = None,
    ) -> None:
        """The store's pool must have connections beyond those of the lanes, which are so many of each kind.

        Calls and streams may have so many rows under way each, calls no more than `MAX_ROWS_OF_CALLS`. What became of
        each batch is told to whoever counts it.
        """
        assert store.pool.get_max_size() > 2 * lanes
        self._store = store
        self._tell = tell
        recent = RecentEvents(RECENT_EVENTS)
        self._lanes_of_streams = [Lane(store, InBands(), recent) for _ in range(lanes)]
        self._lanes_of_calls = [Lane(store, InOrder(), recent) for _ in range(lanes)]
        self._streams, self._calls = Backlog(max_rows_under_way), Backlog(min(max_rows_under_way, MAX_ROWS_OF_CALLS))
        self._catalogue = UsageCatalogue(store.pool, store.zone)
        self._partitions: set[Period] = set()

    @property
    def store(self) -> Store:
        """The store it records in."""
        return self._store

    @property
    def congested(self) -> bool:
        """Whether batches of streams wait for room."""
        return self._streams.congested

    @property
    def _lanes(self) -> list[Lane]:
        return [*self._lanes_of_streams, *self._lanes_of_calls]

    async def start(self) -> None:
        """Begin to write."""
        for lane in self._lanes:
            lane.start()

    async def close(self) -> None:
        """Let what is under way be checked and written, then give the connections back. No call may begin after it."""
        await asyncio.gather(self._streams.emptied(), self._calls.emptied())
        await asyncio.gather(*(lane.close() for lane in self._lanes))

    def admitted(self, rows: int) -> AbstractAsyncContextManager[None]:
        """Be under way with so many records of a call, while their recording lasts.

        Raises:
            BillingError: OVERLOADED, when there is no room.
        """
        return self._calls.entered(rows, wait=False)

    async def record(self, batch: UsageBatch, *, wait: bool = False) -> Outcome:
        """Record the good records of a batch; returns when they are durable.

        Args:
            batch: any number of records; those of one call are not one transaction.
            wait: as a stream does: wait for room if too much is under way, and let calls go first.

        Raises:
            BillingError: OVERLOADED, when there is no room; UNAVAILABLE, when the database is away. What was recorded
                nevertheless counts once when the batch is sent again.
        """
        async with self._streams.entered(len(batch), wait=True) if wait else self.admitted(len(batch)):
            return await self._write(*await self.check(batch), streamed=wait)

    async def check(self, batch: UsageBatch) -> CheckedBatch:
        """Check the records of a batch that is admitted, and see that what is good can be written.

        Raises:
            BillingError: UNAVAILABLE, when the database is away.
        """
        try:
            checked, moments = await self._check(batch)
            await self._make_partitions(checked, moments)
        except Exception as error:
            if is_lost(error):
                raise unavailable() from error
            raise
        return CheckedBatch(batch, checked, moments)

    async def write(self, batch: CheckedBatch) -> Outcome:
        """Record what is good of a batch of calls; returns when it is durable.

        Raises:
            BillingError: UNAVAILABLE, when the database is away.
        """
        return await self._write(*batch, streamed=False)

    async def _check(self, batch: UsageBatch) -> tuple[Checked, Reach]:
        known = await self._catalogue.look_up(batch)
        now = known.test_time if self._store.test_mode else datetime.now(UTC)
        assert now is not None
        moments = reach(now, self._store.zone)
        checked = check(batch, known.accounts, known.products, moments)
        await self._accept_own_priced(checked, moments, known.own_priced)
        return checked, moments

    async def _accept_own_priced(self, checked: Checked, moments: Reach, own_priced: npt.NDArray[np.int64]) -> None:
        """Accept what only the price book has no price of, where a contract has a price of its own (4.3, 4.5)."""
        rows = np.flatnonzero(checked.refusal == Refusal.PRICE_NOT_FOUND)
        rows = rows[np.isin(checked.product_key[rows], own_priced)]
        if len(rows):
            priced = await self._catalogue.own_priced(checked, rows, moments.periods)
            checked.refusal[rows[priced]] = Refusal.NONE

    async def _make_partitions(self, checked: Checked, moments: Reach) -> None:
        for index in _distinct(checked.period_index[checked.refusal == 0]):
            period = moments.periods[index]
            if period not in self._partitions:
                async with self._store.pool.acquire() as connection:
                    await make_partitions(connection, period, self._store.zone)
                self._partitions.add(period)

    async def _write(self, batch: UsageBatch, checked: Checked, moments: Reach, *, streamed: bool) -> Outcome:
        lanes = self._lanes_of_streams if streamed else self._lanes_of_calls
        lane_count = 1 if are_few(len(batch)) and not streamed else len(lanes)
        parts = self._split(batch, checked, moments, lanes=lane_count, bands=BANDS if streamed else 1)
        for part in parts:
            lanes[part.lane].put(part.parcel)
        verdicts = await asyncio.gather(*(part.parcel.verdict for part in parts), return_exceptions=True)
        refusal, repeated = checked.refusal, np.zeros(len(batch), dtype=np.bool_)
        for part, verdict in zip(parts, verdicts, strict=True):
            if isinstance(verdict, BaseException):
                raise verdict
            refusal[part.rows[verdict.conflict]] = Refusal.EVENT_CONFLICT
            repeated[part.rows[verdict.repeated]] = True
        outcome = Outcome(refusal, repeated)
        if self._tell is not None:
            self._tell(batch, outcome)
        return outcome

    @staticmethod
    def _split(batch: UsageBatch, checked: Checked, moments: Reach, *, lanes: int, bands: int) -> list[_Part]:
        """The good records by period, lane and band: in parcels, in the order of the batch."""
        good = np.flatnonzero(checked.refusal == 0)
        place = checked.period_index[good]
        if lanes > 1:
            hashes = hash_neighbourhoods(checked.account_key[good], batch.event_id[good])
            place = place * lanes + ((hashes >> LANE_SHIFT) % np.uint64(lanes)).astype(np.int64)
        if bands > 1:
            mixed = checked.family_key[good].astype(np.uint64) * BAND_FACTOR
            place = place * bands + (mixed >> BAND_SHIFT).astype(np.int64) % bands
        place = place.astype(np.int16)
        order = np.argsort(place, kind="stable")
        counts = np.bincount(place)
        ends = np.cumsum(counts)
        events = Events(
            checked.family_key,
            checked.account_key,
            checked.product_key,
            batch.occur_micros,
            batch.quantity_micros,
            batch.amount_nanos,
            batch.event_id,
        )
        parts = []
        for index in np.flatnonzero(counts).tolist():
            rows = good[order[ends[index] - counts[index] : ends[index]]]
            period_and_lane, band = divmod(index, bands)
            period, lane = divmod(period_and_lane, lanes)
            parcel = Parcel(moments.periods[period], events.take(rows), band)
            parts.append(_Part(rows, lane, parcel))
        return parts


def _distinct(indexes: npt.NDArray[np.int64]) -> Iterable[int]:
    """The distinct values of small indexes, ascending."""
    return np.flatnonzero(np.bincount(indexes)).tolist() if len(indexes) else []
