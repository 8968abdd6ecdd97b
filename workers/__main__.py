"""`python -m workers` runs a worker: jobs rung for over Redis, and a sweep each second."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, cast

import structlog
import uvloop
from arq import cron
from arq.connections import RedisSettings
from arq.typing import StartupShutdown, WorkerCoroutine
from arq.worker import Worker, func
from redis.exceptions import RedisError

from billing.operations.background import beside
from billing.operations.opening import Prepare, StoreAway, open_store
from billing.process.command import asked, ended, read_settings
from billing.process.logs import configure_logs
from billing.process.tracing import statement_spans, traced
from workers.aggregate import aggregate
from workers.close import close_shards
from workers.counts import Counts
from workers.rehearse import rehearse_shard
from workers.relay import relay
from workers.settings import Settings
from workers.shop import Shop, while_there
from workers.sweep import housekeeping, sweep

if TYPE_CHECKING:
    from workers.metrics import WorkerMetrics

POLL_SECONDS = 0.1  # a job waits half as long on average; each poll asks for every job that is under way, four times
JOB_SECONDS = 900
EACH_SECOND = set(range(60))
AWAY_SECONDS = 1.0
SERVICE = "prorata-worker"  # in traces, unless OTEL_SERVICE_NAME says otherwise
ABOUT = "a worker of prorata, of which there may be any number; it works until it is stopped"

log = structlog.get_logger()

JOBS = (sweep, aggregate, close_shards, rehearse_shard, relay)


def make_worker(settings: Settings, metrics: WorkerMetrics | None = None, prepare: Prepare | None = None) -> Worker:
    """A worker, not yet running; signals are its caller's business."""
    parts = AsyncExitStack()
    counts = metrics or Counts()

    async def startup(context: dict[str, Any]) -> None:
        connections = 2 * settings.shards_at_once + len(JOBS) + 2  # a shard's lease is renewed beside its work
        store = await parts.enter_async_context(
            open_store(
                settings.database_url.get_secret_value(),
                settings.wanted,
                connections,
                settings.business_hours,
                settings.outlier,
                process_name="prorata worker",
                prepare=prepare,
            )
        )
        if metrics is not None:
            from billing.process.metrics import refresh_each_second  # noqa: PLC0415 - only where they are on

            await parts.enter_async_context(beside(refresh_each_second(lambda: metrics.pools.refresh(store))))
        context["shop"] = Shop(
            store, context["redis"], settings, asyncio.Semaphore(settings.shards_at_once), counts=counts
        )
        log.info("worker_started", test_mode=settings.test_mode)

    async def shutdown(_context: dict[str, Any]) -> None:
        await parts.aclose()

    return Worker(
        functions=[func(counted(counts, job), keep_result=0, max_tries=1, timeout=JOB_SECONDS) for job in JOBS],
        cron_jobs=[
            cron(counted(counts, sweep), second=EACH_SECOND, keep_result=0, max_tries=1, timeout=JOB_SECONDS),
            # A stream that was lost is sent again without a ring.
            cron(counted(counts, relay), run_at_startup=True, keep_result=0, max_tries=1, timeout=JOB_SECONDS),
            cron(counted(counts, housekeeping), minute={7}, keep_result=0, max_tries=1, timeout=JOB_SECONDS),
        ],
        redis_settings=RedisSettings.from_dsn(settings.redis_url.get_secret_value()),
        on_startup=cast("StartupShutdown", startup),
        on_shutdown=cast("StartupShutdown", shutdown),
        max_jobs=settings.shards_at_once + len(JOBS),
        poll_delay=POLL_SECONDS,
        handle_signals=False,
        log_results=False,
    )


def counted(counts: Counts, job: Callable[..., Awaitable[Any]]) -> WorkerCoroutine:
    """A job that is counted, under the name that arq knows it by."""

    @wraps(job)
    async def run(*arguments: Any) -> Any:
        with counts.job(job.__name__):
            return await job(*arguments)

    return cast("WorkerCoroutine", while_there(run))


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    working = asyncio.create_task(work_on(settings))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, working.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def work_on(settings: Settings) -> None:
    """Work until cancelled. While the store or Redis is away, try again and again: what is due waits in Postgres.

    Raises:
        StoreMismatch: the store was made with other settings.
        CanNotStart: metrics can not be told at their address, or traces not be sent as is wanted.
    """
    async with AsyncExitStack() as parts:
        prepare = statement_spans(await parts.enter_async_context(traced(SERVICE)))
        metrics = None
        if settings.metrics_address:
            from workers.metrics import telling  # noqa: PLC0415 - only where they are on

            metrics = await parts.enter_async_context(telling(settings))
        await _work_on(lambda: make_worker(settings, metrics, prepare))


async def _work_on(make: Callable[[], Worker]) -> NoReturn:
    while True:
        worker = make()
        try:
            await worker.async_run()
        except StoreAway as error:
            log.warning("store_away", error=str(error))
        except (RedisError, OSError) as error:  # the store's own are a StoreAway
            log.warning("redis_away", error=repr(error))
        finally:
            await close_worker(worker)
        await asyncio.sleep(AWAY_SECONDS)


async def close_worker(worker: Worker) -> None:
    """Stop a worker: jobs under way are cancelled, which undoes what they have not committed."""
    for task in worker.tasks.values():
        task.cancel()
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    worker.tasks.clear()  # arq would stop closing at the first cancelled job, and leave its connections open
    try:
        await worker.close()
    except (RedisError, OSError):  # it is away, and arq has left the rest open
        if worker.on_shutdown is not None:
            await worker.on_shutdown(worker.ctx)
        await worker.pool.aclose(close_connection_pool=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    asked("python -m workers", ABOUT, {}, lambda: Settings, arguments)
    return ended(_run)


def _run() -> int:
    settings = read_settings(Settings)
    configure_logs(settings.log_level, settings.log_format)
    uvloop.run(work(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
