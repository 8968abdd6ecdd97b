"""Metrics of a process, told over HTTP. Loaded only where they are on: a process without them has nothing of it.

Every metric of ours stands in deploy/metrics.md. None has an account, a product or a caller as a label.
"""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import start_http_server
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from billing.operations.context import Store
from billing.process.build import VERSION
from billing.starting import CanNotStart

log = structlog.get_logger()

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client looks for it, when it is loaded
REFRESH_SECONDS = 1.0
LOUD: Final = frozenset({"warning", "error", "exception", "critical"})

# A further series for each, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]


@contextmanager
def exposed(address: str, registry: Collector | CollectorRegistry) -> Iterator[str]:
    """Tell what a registry has to whoever asks while the body runs, from a thread; gives the address with its port.

    Raises:
        CanNotStart: nothing can listen at the address.
    """
    host, _, port = address.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host.strip("[]"), registry)
    except OSError as error:
        raise CanNotStart(
            f"PRORATA_METRICS_ADDRESS is {address!r}: metrics can not be told there ({error}), give a port that is free"
        ) from error
    told_at = f"{host}:{server.server_port}"
    log.info("metrics_told", address=told_at)
    try:
        yield told_at
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@asynccontextmanager
async def exposed_beside(address: str, registry: CollectorRegistry) -> AsyncIterator[str]:
    """The same in a coroutine, whose loop goes on while a last answer ends."""
    telling = exposed(address, registry)
    told_at = telling.__enter__()
    try:
        yield told_at
    finally:
        await asyncio.to_thread(telling.__exit__, None, None, None)


@contextmanager
def shared_folder() -> Iterator[str]:
    """Where the processes started in the body keep their numbers, for this one to tell; gone with the body."""
    with TemporaryDirectory(prefix="prorata-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            yield folder
        finally:
            del os.environ[SHARED_FOLDER]


def tell_of_processes(registry: CollectorRegistry, folder: str, pids: Iterable[int]) -> None:
    """Have a registry tell what processes that share a folder have counted together, and of each as a process."""
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    registry.register(_Processes(pids))


class _Processes(Collector):
    """What the operating system tells of each of several processes."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._each = [(str(number), _process(pid)) for number, pid in enumerate(pids)]

    def collect(self) -> Iterable[Metric]:
        """The metrics of a single process, with its number among them."""
        found: dict[str, Metric] = {}
        for number, process in self._each:
            for metric in process.collect():
                samples = [each._replace(labels={"process": number}) for each in metric.samples]
                found.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type)).samples += samples
        return found.values()


def _process(pid: int) -> ProcessCollector:
    return ProcessCollector(pid=lambda: pid, registry=None)


def empty_registry() -> CollectorRegistry:
    """A registry of nothing yet."""
    return CollectorRegistry()


def own_registry() -> CollectorRegistry:
    """A registry of one process, which tells of itself."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


def tell_build(registry: CollectorRegistry, commit: str) -> None:
    """Tell which build this is."""
    build = Gauge(
        "prorata_build_info",
        "1, with the version, the commit and the Python of the process",
        ["version", "commit", "python"],
        registry=registry,
        multiprocess_mode="livemax",
    )
    build.labels(VERSION, commit, platform.python_version()).set(1)


@contextmanager
def counted_warnings(registry: CollectorRegistry) -> Iterator[None]:
    """Count what is logged as a warning or worse while the body runs, by the events' names, which the code gives."""
    counter = Counter(
        "prorata_warnings",
        "Events logged as a warning or worse, by name",
        ["event"],
        registry=registry,
    )

    def count(_: object, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if level in LOUD:
            counter.labels(event["event"]).inc()
        return event

    structlog.configure(processors=[count, *structlog.get_config()["processors"]])
    try:
        yield
    finally:
        processors = structlog.get_config()["processors"]
        structlog.configure(processors=[each for each in processors if each is not count])


async def refresh_each_second(refresh: Callable[[], None]) -> None:
    """Have gauges set each second: they can not be asked for from another process."""
    while True:
        refresh()
        await asyncio.sleep(REFRESH_SECONDS)


class PoolGauges:
    """The connections of a process to the store."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._connections = Gauge(
            "prorata_store_connections",
            "Connections to the store, in use and idle",
            ["pool", "state"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._most = Gauge(
            "prorata_store_connections_limit",
            "Most connections to the store that there may be",
            ["pool"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._waiting = Gauge(
            "prorata_store_connections_waiting",
            "Who waits for a connection to the store, as all are in use",
            ["pool"],
            registry=registry,
            multiprocess_mode="livesum",
        )

    def refresh(self, store: Store) -> None:
        """Look at the pools of a store."""
        for name, pool in (("main", store.pool), ("few", store.few)):
            idle = pool.get_idle_size()
            self._connections.labels(name, "idle").set(idle)
            self._connections.labels(name, "in_use").set(pool.get_size() - idle)
            self._most.labels(name).set(pool.get_max_size())
            self._waiting.labels(name).set(waiting_for(pool))


def waiting_for(pool: Any) -> int:
    """How many wait for a connection of a pool, which asyncpg does not tell."""
    return sum(not waiter.done() for waiter in pool._queue._getters)
