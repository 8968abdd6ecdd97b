"""What the jobs of a worker share, and how they ring for one another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from billing.operations.context import Store
from workers.settings import Settings

log = structlog.get_logger()

RING_SECONDS = 1.0

Context = dict[str, Any]


@dataclass(frozen=True)
class Shop:
    """What a job works with.

    Attributes:
        store: the store.
        redis: the queue, and the stream of charges.
        settings: of the worker.
        shards: lets so many shards be calculated at a time as the settings say.
    """

    store: Store
    redis: ArqRedis
    settings: Settings
    shards: asyncio.Semaphore

    async def ring(self, job: str, *arguments: Any) -> None:
        """Ask for a job, under an id of its own: arq ignores one it knows. A lost ring does no harm."""
        try:
            async with asyncio.timeout(RING_SECONDS):
                await self.redis.enqueue_job(job, *arguments, _job_id=uuid4().hex)
        except (RedisError, OSError) as error:
            log.warning("ring_lost", job=job, error=repr(error))


def shop_of(context: Context) -> Shop:
    """The shop of a job."""
    shop: Shop = context["shop"]
    return shop
