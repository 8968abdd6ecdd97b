"""Signals from Postgres that a closing or the feed has moved, shared by all streams that follow them."""

from __future__ import annotations

import asyncio
import contextlib

import asyncpg
import structlog

from billing.errors import BillingError, Reason
from billing.operations.held_connection import LOST

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 1.0  # a lost signal delays a follower by no more than this
RETRY_SECONDS = 1.0


class Signals:
    """One listening connection; followers wait for its next signal."""

    def __init__(self, database_url: str, process_name: str) -> None:
        """The connection bears the name of the process."""
        self._database_url = database_url
        self._name = {"application_name": process_name}
        self._moved = asyncio.Event()
        self._ended = False
        self._lost = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen, from now on and whenever the connection was lost."""
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening; whoever waits is let go."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._moved.set()

    def end(self) -> None:
        """Let go whoever waits, as the server stops: nobody is to follow from now on."""
        self._ended = True
        self._signal()

    def expect(self) -> asyncio.Event:
        """The next signal: take it before looking, so that nothing is missed between looking and waiting.

        Raises:
            BillingError: UNAVAILABLE when the server stops.
        """
        if self._ended:
            raise BillingError(
                Reason.UNAVAILABLE,
                "the server stops: follow again from where you are, at another one or later",
                retry_seconds=RETRY_SECONDS,
            )
        return self._moved

    async def wait(self, signal: asyncio.Event) -> None:
        """Wait for a signal, or for as long as one may be lost."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(signal.wait(), LOOK_AGAIN_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (*LOST, asyncpg.PostgresError) as error:
                if not self._lost:  # once, however long the store is away
                    log.warning("listening_lost", error=repr(error))
                self._lost = True
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _listen_once(self) -> None:
        connection = await asyncpg.connect(self._database_url, server_settings=self._name)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda *_: lost.set())
        try:
            await connection.add_listener("prorata_closing", lambda *_: self._signal())
            if self._lost:
                log.info("listening_again")
            self._lost = False
            await lost.wait()
        finally:
            await connection.close(timeout=1)

    def _signal(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
