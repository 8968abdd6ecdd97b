"""A stream of batches of usage: several under way, each answered when it is done, no more read than that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from prorata.v1.billing_service_pb2 import StreamUsageRequest, StreamUsageResponse

MOST_UNDER_WAY = 16  # of the largest batches (50,000 rows), as many as may be under way in all

Answer = Callable[[StreamUsageRequest], Coroutine[Any, Any, StreamUsageResponse]]


async def answered(
    requests: AsyncIterator[StreamUsageRequest], answer: Answer, congested: Callable[[], bool]
) -> AsyncIterator[StreamUsageResponse]:
    """The answers to requests, in the order in which they come about.

    When one fails, or reading does, no further one is read, those under way are answered, and the first failure is
    raised. While the way in is congested, one batch under way is all that is read. Closed early, it gives up what is
    under way; what of that is being written may still be recorded.
    """
    batches = _Batches(requests, answer, congested)
    try:
        while tasks := batches.tasks():
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for response in batches.finished():
                yield response
            batches.read_on()
    finally:
        for task in batches.tasks():
            task.cancel()
    if batches.failure is not None:
        raise batches.failure


class _Batches:
    """The batches under way, a task each, and the task that reads the next one while there is room for it."""

    def __init__(
        self, requests: AsyncIterator[StreamUsageRequest], answer: Answer, congested: Callable[[], bool]
    ) -> None:
        self._requests = requests
        self._congested = congested
        self._answer = answer
        self._under_way: set[asyncio.Task[StreamUsageResponse]] = set()
        self._reading: asyncio.Task[StreamUsageRequest | None] | None = asyncio.create_task(_next(requests))
        self._at_end = False
        self.failure: BaseException | None = None

    def tasks(self) -> list[asyncio.Task[Any]]:
        """All of them."""
        return [*self._under_way] if self._reading is None else [*self._under_way, self._reading]

    def finished(self) -> list[StreamUsageResponse]:
        """The answers that have come about since; failures are noted."""
        done = {task for task in self._under_way if task.done()}
        self._under_way -= done
        return [task.result() for task in done if not self._failed(task)]

    def read_on(self) -> None:
        """Take the next request if it is there, and read another if there is room."""
        if self._reading is not None and self._reading.done():
            request = None if self._failed(self._reading) else self._reading.result()
            if request is not None:
                self._under_way.add(asyncio.create_task(self._answer(request)))
            self._at_end = request is None
            self._reading = None
        if self.failure is not None and self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if self._reading is None and not self._at_end and self.failure is None and self._has_room():
            self._reading = asyncio.create_task(_next(self._requests))

    def _has_room(self) -> bool:
        return not self._under_way or (len(self._under_way) < MOST_UNDER_WAY and not self._congested())

    def _failed(self, task: asyncio.Task[Any]) -> bool:
        error = task.exception()
        self.failure = self.failure or error
        return error is not None


async def _next(requests: AsyncIterator[StreamUsageRequest]) -> StreamUsageRequest | None:
    return await anext(requests, None)
