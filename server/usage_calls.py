"""Calls of RecordUsage: those that come while others are being checked are checked together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from billing.operations.ingest import CheckedBatch, Ingestor, Outcome
from prorata.v1.billing_service_pb2 import RecordUsageRequest, RecordUsageResponse
from server.usage import EventIds, Place, refused_records
from server.usage_rows import batch_from_requests

MOST_ROWS = 20_000  # that are checked together, unless one call has more
WORTHWHILE_ROWS = 4_000  # from which on calls do not wait for others to be written


class Recorded(NamedTuple):
    """What became of the records of a call, and their event ids."""

    outcome: Outcome
    event_id: EventIds


class _Call(NamedTuple):
    request: RecordUsageRequest
    recorded: asyncio.Future[Recorded]


class RecordCalls:
    """Records usage in rows. With few callers each call is recorded at once; with many, they share the checks and
    transactions: while some are being recorded, others gather, until they are worth a transaction of their own.
    """

    def __init__(self, ingestor: Ingestor) -> None:
        self._ingestor = ingestor
        self._waiting: deque[_Call] = deque()
        self._waiting_rows = 0
        self._checking: asyncio.Task[None] | None = None
        self._writing: set[asyncio.Task[None]] = set()

    async def record(self, request: RecordUsageRequest) -> RecordUsageResponse:
        """Record a batch of rows; returns when the good ones are durable.

        Raises:
            BillingError: OVERLOADED at once when too much is under way; UNAVAILABLE, when the database is away.
        """
        async with self._ingestor.admitted(len(request.records)):
            call = _Call(request, asyncio.get_running_loop().create_future())
            self._waiting.append(call)
            self._waiting_rows += len(request.records)
            self._go_on()
            outcome, event_id = await call.recorded
        return RecordUsageResponse(
            new_count=outcome.new_count,
            repeated_count=outcome.repeated_count,
            refused_count=outcome.refused_count,
            refused=refused_records(event_id, outcome, partial(_place, request)),
        )

    def _go_on(self) -> None:
        """Check what waits, if nothing is being checked and nothing is being written that it could wait for."""
        if self._checking is not None or (self._writing and self._waiting_rows < WORTHWHILE_ROWS):
            return
        if calls := self._take():
            self._checking = asyncio.create_task(self._check(calls))

    def _take(self) -> list[_Call]:
        """The next calls, without those that nobody waits for any more."""
        taken: list[_Call] = []
        rows = 0
        while self._waiting and (not taken or rows + len(self._waiting[0].request.records) <= MOST_ROWS):
            call = self._waiting.popleft()
            count = len(call.request.records)
            self._waiting_rows -= count
            if not call.recorded.done():
                taken.append(call)
                rows += count
        return taken

    async def _check(self, calls: Sequence[_Call]) -> None:
        """Check calls, and have them written."""
        try:
            batch = batch_from_requests([call.request for call in calls], self._ingestor.store.currency.code)
            checked = await self._ingestor.check(batch)
        except Exception as error:
            _fail(calls, error)
        else:
            task = asyncio.create_task(self._write(calls, checked))
            self._writing.add(task)
            task.add_done_callback(self._written)
        finally:
            self._checking = None
        self._go_on()

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing.discard(task)
        self._go_on()

    async def _write(self, calls: Sequence[_Call], checked: CheckedBatch) -> None:
        try:
            outcome = await self._ingestor.write(checked)
        except Exception as error:
            _fail(calls, error)
            return
        start = 0
        for call in calls:
            rows = slice(start, start + len(call.request.records))
            start = rows.stop
            if not call.recorded.done():
                call.recorded.set_result(Recorded(outcome.part(rows), checked.batch.event_id[rows]))


def _place(request: RecordUsageRequest, index: int) -> Place:
    record = request.records[index]
    return Place(lambda field: f"records[{index}].{field}", record.account_sid, record.product_id)


def _fail(calls: Iterable[_Call], error: Exception) -> None:
    for call in calls:
        if not call.recorded.done():
            call.recorded.set_exception(error)
