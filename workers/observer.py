"""How the store, the month-end and the feed stand, asked for when metrics are: at most every few seconds.

It has connections of its own, so that it tells what it knows while the worker has none. Several workers tell the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import CancelledError as GivenUp
from contextlib import asynccontextmanager, suppress
from zoneinfo import ZoneInfo

import asyncpg
import structlog
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis.asyncio import Redis
from redis.exceptions import RedisError

from billing.operations.held_connection import UNANSWERED
from billing.operations.observation import Observation, observe
from workers.observed import gauge, told
from workers.settings import Settings
from workers.stream import STREAM

log = structlog.get_logger()

KEPT_SECONDS = 5.0
STORE_SECONDS, REDIS_SECONDS = 2.0, 1.0
WAIT_SECONDS = STORE_SECONDS + REDIS_SECONDS + 1.0  # a loop that is busier than that is away as well
PROCESS_NAME = "prorata metrics"  # in pg_stat_activity


class Observer(Collector):
    """Tells how things stand, as of the last time they could be seen."""

    def __init__(self, settings: Settings) -> None:
        """It looks in the loop in which it is made, whichever thread asks."""
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._looking = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None
        self._redis: Redis = Redis.from_url(
            settings.redis_url.get_secret_value(),
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
        )
        self._looked = -KEPT_SECONDS
        self._store_up: bool | None = None  # not looked at yet
        self._redis_up: bool | None = None
        self._seen: Observation | None = None
        self._seen_time = 0.0
        self._entry_count: int | None = None

    def collect(self) -> Iterable[Metric]:
        """What was seen; from a thread that is not the loop's."""
        looking = asyncio.run_coroutine_threadsafe(self._look(), self._loop)
        try:
            looking.result(WAIT_SECONDS)
        except (TimeoutError, GivenUp):
            looking.cancel()
            self._store_up = self._redis_up = False
        yield gauge("prorata_store_up", "Whether the store answers: 1 or 0", bool(self._store_up))
        yield gauge("prorata_redis_up", "Whether Redis answers: 1 or 0", bool(self._redis_up))
        if self._entry_count is not None:
            yield gauge("prorata_stream_entries", "Entries of the Redis stream `charges`", self._entry_count)
        if self._seen is not None:
            yield gauge(
                "prorata_observed_timestamp_seconds",
                "When a worker last saw how the store stands, of which backlog, closing and feed tell",
                self._seen_time,
            )
            yield from told(self._seen)

    async def close(self) -> None:
        """Give the connections back."""
        await self._redis.aclose()
        await self._drop()

    async def _look(self) -> None:
        async with self._looking:  # those who ask meanwhile share what is seen
            if time.monotonic() < self._looked + KEPT_SECONDS:
                return
            await asyncio.gather(self._look_at_store(), self._look_at_stream())
            self._looked = time.monotonic()

    async def _look_at_store(self) -> None:
        zone, grace = ZoneInfo(self._settings.billing_zone), self._settings.grace
        try:
            async with asyncio.timeout(STORE_SECONDS):
                connection = await self._connected()
                self._seen = await observe(connection, zone, grace, test_mode=self._settings.test_mode)
        except UNANSWERED as error:  # a TimeoutError is one
            if self._store_up is not False:
                log.warning("store_not_seen", error=repr(error))
            self._store_up = False
            await self._drop()
        else:
            self._store_up, self._seen_time = True, time.time()

    async def _look_at_stream(self) -> None:
        try:
            self._entry_count = await self._redis.xlen(STREAM)
        except (RedisError, OSError) as error:
            if self._redis_up is not False:
                log.warning("redis_not_seen", error=repr(error))
            self._redis_up = False
        else:
            self._redis_up = True

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._settings.database_url.get_secret_value(),
                server_settings={
                    "application_name": PROCESS_NAME,
                    "statement_timeout": str(round(STORE_SECONDS * 1_000)),
                    "default_transaction_read_only": "on",
                },
            )
        return self._connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(asyncpg.InterfaceError):  # it is lost already
                connection.terminate()


@asynccontextmanager
async def observing(settings: Settings) -> AsyncIterator[Observer]:
    """An observer while the body runs."""
    observer = Observer(settings)
    try:
        yield observer
    finally:
        await observer.close()
