"""How much work is under way, and the bound above which more has to wait or is turned away."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from billing.errors import BillingError, Reason

RETRY_SECONDS = 1.0


class Backlog:
    """Counts rows under way. Something larger than the bound is let in when nothing else is under way."""

    def __init__(self, max_rows: int) -> None:
        self._max_rows = max_rows
        self._rows = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._entered = 0
        self._empty = asyncio.Event()
        self._empty.set()

    async def emptied(self) -> None:
        """Return when nobody is under way or waits for room."""
        await self._empty.wait()

    @property
    def congested(self) -> bool:
        """Whether somebody waits for room."""
        return bool(self._waiting)

    @asynccontextmanager
    async def entered(self, rows: int, *, wait: bool) -> AsyncIterator[None]:
        """Be under way with so many rows; in turn, if there are others waiting.

        Raises:
            BillingError: OVERLOADED, when there is no room and `wait` is false.
        """
        with self._counted():
            if not self._waiting and self._fits(rows):
                self._rows += rows
            elif wait:
                await self._wait(rows)
            else:
                raise BillingError(
                    Reason.OVERLOADED,
                    "too much usage is being recorded at the moment; send the batch again a little later",
                    retry_seconds=RETRY_SECONDS,
                )
            try:
                yield
            finally:
                self._rows -= rows
                self._let_in()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._entered += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._entered -= 1
            if not self._entered:
                self._empty.set()

    def _fits(self, rows: int) -> bool:
        return self._rows == 0 or self._rows + rows <= self._max_rows

    async def _wait(self, rows: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # let in and cancelled at the same time
                self._rows -= rows
            self._let_in()
            raise

    def _let_in(self) -> None:
        while self._waiting and (self._waiting[0][1].done() or self._fits(self._waiting[0][0])):
            rows, turn = self._waiting.popleft()
            if not turn.done():
                self._rows += rows
                turn.set_result(None)
