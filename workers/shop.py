"""What the jobs of a worker share, and how they ring for one another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import uuid4

import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from billing.operations.context import Store
from workers.counts import Counts
from workers.outage import Outage
from workers.settings import Settings

log = structlog.get_logger()

RING_SECONDS = 1.0

Context = dict[str, Any]
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Shop:
    """What a job works with.

    Attributes:
        store: the store.
        redis: the queue, and the stream of charges.
        settings: of the worker.
        shards: lets so many shards be calculated at a time as the settings say.
        outage: tells that the store is away.
        counts: what is counted of the work.
    """

    store: Store
    redis: ArqRedis
    settings: Settings
    shards: asyncio.Semaphore
    outage: Outage = field(default_factory=Outage)
    counts: Counts = field(default_factory=Counts)

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


def while_there(
    job: Callable[Concatenate[Context, Arguments], Awaitable[Result]],
) -> Callable[Concatenate[Context, Arguments], Awaitable[Result | None]]:
    """The job, given up without more ado while the store is away: what is due is rung for again."""

    @wraps(job)
    async def given_up(context: Context, /, *arguments: Arguments.args, **named: Arguments.kwargs) -> Result | None:
        try:
            return await job(context, *arguments, **named)
        except Exception as error:
            if not shop_of(context).outage.tells(error):
                raise
            return None

    return given_up
