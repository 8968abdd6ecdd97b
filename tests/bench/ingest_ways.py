"""The ways in of usage: ours over RPC and the plain one, fed with the same events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import grpc.aio
import numpy as np
import numpy.typing as npt
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from prorata import UsageArrays
from prorata.v1.billing_service_pb2 import RecordUsageRequest
from prorata.v1.billing_service_pb2_grpc import BillingServiceStub
from prorata.v1.usage_pb2 import UsageRecord
from tests.bench.measure import seconds_of
from tests.bench.plain_events import TABLES, WAYS, PlainTable, Way, prepare
from tests.bench.stage import Stage
from tests.bench.usage_events import DAY_MICROS, REPEATED, UsageEvents

NOW = datetime(2026, 7, 31, 12, tzinfo=UTC)
BATCH_ROWS, WINDOW = 50_000, 16
WARM_UP = 100_000  # events
BATCHES_BEFORE_REPEAT, REPEAT_AFTER = 100, 5
NANOS, MICROS = 10**9, 10**6
ELSEWHERE = 10**9  # in the sequence of events, far from those of the first period
EARLIER_DAYS = (61, 122, 181, 242, 303)  # from July to the first days of other months
COLUMNS = (
    "event_ids",
    "account_indexes",
    "product_indexes",
    "occur_times_micros",
    "quantities_micros",
    "amounts_nanos",
)


class Ingest:
    """Both ways in. What one is given to write, the other is given as well, so that both grow alike."""

    def __init__(self, on: Stage, plain: PlainTable, events: UsageEvents) -> None:
        self.on = on
        self._plain = plain
        self._events = events
        self.size = 0  # how many events were handed out
        self.way: Way = "staged"  # of the limit

    async def choose_way(self, arrays: UsageArrays) -> str:
        """Take the faster way for the limit, tried on these events; says how fast they are."""
        found = {way: len(arrays) / await self._plain.try_out(prepare(arrays, way), way) for way in WAYS}
        self.way = max(found, key=found.__getitem__)
        return f"the limit is {self.way}: " + ", ".join(f"{way} {each:,.0f} events/s" for way, each in found.items())

    async def warm_up(self) -> None:
        """Have both write some events of every account, so that the first turn is like the others."""
        arrays = self.next_arrays(WARM_UP)
        await self.ours(arrays)
        await self.limit(arrays)

    def next_arrays(self, count: int, repeated: float = REPEATED) -> UsageArrays:
        """Events that come next, a share of them replaced by repeats of any that came before."""
        arrays = self._events.arrays(self._events.stretch(self.size, count, repeated))
        self.size += count
        return arrays

    async def ours_of_small(self, count: int, number: int) -> float:
        """Stream that many events of a period of its own, in which there are but a few; returns events/s."""
        warm_up, arrays = self._of_small(count, number)
        await self.ours(warm_up)
        return await self.ours(arrays)

    async def limit_of_small(self, count: int, number: int) -> float:
        """The same events plainly."""
        warm_up, arrays = self._of_small(count, number)
        await self.limit(warm_up, table=TABLES[1 + number])
        return await self.limit(arrays, table=TABLES[1 + number])

    def _of_small(self, count: int, number: int) -> tuple[UsageArrays, UsageArrays]:
        """Some events, and as many as are wanted, of an earlier period by number."""
        first = ELSEWHERE * (1 + number)
        both = (self._events.stretch(0, WARM_UP, REPEATED), self._events.stretch(WARM_UP, count, REPEATED))
        warm_up, arrays = (self._events.arrays(first + each) for each in both)
        micros = EARLIER_DAYS[number] * DAY_MICROS
        return tuple(replace(each, occur_times_micros=each.occur_times_micros - micros) for each in (warm_up, arrays))

    async def ours(self, arrays: UsageArrays, batch_rows: int = BATCH_ROWS) -> float:
        """Stream them; returns events/s until all are acknowledged."""
        stream = self.on.client.billing.usage_stream(batch_rows=batch_rows, window=WINDOW)

        async def send() -> None:
            async with stream:
                await stream.send_arrays(arrays)

        seconds = await seconds_of(send())
        assert stream.report.refused_count == 0, stream.report.refused[:3]
        assert stream.report.acknowledged_count == len(arrays)
        return len(arrays) / seconds

    async def limit(self, arrays: UsageArrays, rows: int | None = None, table: str = TABLES[0]) -> float:
        """Write them plainly, so many of a connection in a transaction; returns events/s."""
        return len(arrays) / await self._plain.write(prepare(arrays, self.way, rows), self.way, table)

    async def check(self) -> None:
        """Both have the same events; AssertionError."""
        ours = await self.on.database.fetchval("SELECT sum(event_count) FROM usage_batch")
        plain = await self._plain.count()
        assert ours == plain, f"{ours:,} events are recorded, {plain:,} in the plain table"


def batches_repeated(arrays: UsageArrays, rows: int) -> UsageArrays:
    """The events with one batch of a hundred, of so many rows, sent again whole a few batches later."""
    order = np.arange(len(arrays)).reshape(-1, rows)
    places = np.arange(len(order))
    again = places % BATCHES_BEFORE_REPEAT == BATCHES_BEFORE_REPEAT // 2
    at = np.argsort(np.concatenate([places, places[again] + REPEAT_AFTER]), kind="stable")
    return taken(arrays, np.concatenate([order, order[again]])[at].ravel())


def taken(arrays: UsageArrays, rows: npt.NDArray[np.int64]) -> UsageArrays:
    """Some of the events, by position."""
    return replace(arrays, **{name: getattr(arrays, name)[rows] for name in COLUMNS})


def requests_of(arrays: UsageArrays, rows: int) -> list[RecordUsageRequest]:
    """The events as calls of the row form."""
    columns = [getattr(arrays, name).tolist() for name in COLUMNS[1:]]
    ids = (str(UUID(bytes=event_id.tobytes())) for event_id in arrays.event_ids)
    records = [
        UsageRecord(
            event_id=event_id,
            account_sid=arrays.account_sids[account],
            product_id=arrays.product_ids[product],
            occur_time=Timestamp(seconds=micros // MICROS, nanos=micros % MICROS * 1_000),
            quantity_micros=quantity,
            amount=Money(currency_code="USD", units=nanos // NANOS, nanos=nanos % NANOS),
        )
        for event_id, account, product, micros, quantity, nanos in zip(ids, *columns, strict=True)
    ]
    return [RecordUsageRequest(records=records[start : start + rows]) for start in range(0, len(records), rows)]


class Called(NamedTuple):
    """What calls did: how many a second, and the seconds that each took."""

    rate: float
    seconds: list[float]


async def record(on: Stage, requests: Iterable[RecordUsageRequest], at_once: int) -> Called:
    """Call `RecordUsage` with every one of them, so many calls at once."""
    waiting = iter(requests)
    each: list[float] = []

    async def call(stub: BillingServiceStub) -> None:
        for request in waiting:
            start = time.perf_counter()
            response = await stub.RecordUsage(request)
            each.append(time.perf_counter() - start)
            assert response.new_count + response.repeated_count == len(request.records), response.refused[:3]

    async with grpc.aio.insecure_channel(on.stack.address) as channel:
        stub = BillingServiceStub(channel)
        seconds = await seconds_of(asyncio.gather(*(call(stub) for _ in range(at_once))))
    return Called(len(each) / seconds, each)
