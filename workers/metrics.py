"""What a worker counts of what it does, and whatever else it tells. Loaded only where metrics are on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram

from billing.operations.rollup import RollUp
from billing.process import metrics
from billing.process.metrics import PoolGauges
from workers.counts import Counts
from workers.observer import observing
from workers.settings import Settings

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class WorkerMetrics(Counts):
    """The metrics of a worker, besides those that every process has.

    Attributes:
        pools: the connections to the store.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.pools = PoolGauges(registry)
        self._steps = Counter(
            "prorata_sweep_steps",
            "Steps of the sweep, done or failed",
            ["step", "outcome"],
            registry=registry,
        )
        self._step_seconds = Histogram(
            "prorata_sweep_step_seconds", "What steps of the sweep took", ["step"], registry=registry, buckets=SECONDS
        )
        self._jobs = Counter("prorata_jobs", "Jobs, done or failed", ["job_name", "outcome"], registry=registry)
        self._job_seconds = Histogram(
            "prorata_job_seconds", "What jobs took", ["job_name"], registry=registry, buckets=SECONDS
        )
        self._rolled_up = Counter(
            "prorata_rolled_up_events",
            "Usage events that this worker has rolled up; late: recorded after the closing of their period began",
            ["late"],
            registry=registry,
        )

    def step(self, name: str) -> AbstractContextManager[None]:
        """The body is a step of the sweep."""
        return _timed(name, self._steps, self._step_seconds)

    def job(self, name: str) -> AbstractContextManager[None]:
        """The body is a job."""
        return _timed(name, self._jobs, self._job_seconds)

    def rolled_up(self, window: RollUp) -> None:
        """A window of batches is rolled up."""
        self._rolled_up.labels(str(window.late).lower()).inc(window.event_count)


@contextmanager
def _timed(name: str, counter: Counter, seconds: Histogram) -> Iterator[None]:
    """Count the body under a name, as done or failed, and what it took; one that is given up is neither."""
    start = perf_counter()
    try:
        yield
    except Exception:
        counter.labels(name, "failed").inc()
        raise
    else:
        counter.labels(name, "done").inc()
    finally:
        seconds.labels(name).observe(perf_counter() - start)


@asynccontextmanager
async def telling(settings: Settings) -> AsyncIterator[WorkerMetrics]:
    """Tell the metrics of a worker while the body runs, whether it has its store and its queue or not.

    Raises:
        CanNotStart: they can not be told at their address.
    """
    registry = metrics.own_registry()
    async with AsyncExitStack() as parts:
        parts.enter_context(metrics.counted_warnings(registry))
        metrics.tell_build(registry, settings.commit)
        registry.register(await parts.enter_async_context(observing(settings)))
        await parts.enter_async_context(metrics.exposed_beside(settings.metrics_address, registry))
        yield WorkerMetrics(registry)
