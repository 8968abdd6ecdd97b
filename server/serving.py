"""Running the server in one process or several, until a signal ends it."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

import structlog
import uvloop

from billing.process.command import ended
from billing.process.logs import configure_logs
from server.app import running_server
from server.settings import Settings

log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running_server(settings):
        gc.collect()
        gc.freeze()  # what is there now stays, and need not be looked at again and again while calls wait
        await stop.wait()
        log.info("server_stopping")


def run(settings: Settings) -> int:
    """One server process, until it is stopped; returns the exit code."""
    configure_logs(settings.log_level, settings.log_format)
    uvloop.run(serve(settings))
    return 0


def _run_one(settings: Settings) -> None:
    """One of several processes."""
    sys.exit(ended(lambda: run(settings)))


def run_processes(settings: Settings) -> int:
    """Several server processes on one address; when one ends, all do, and its exit code is theirs.

    Raises:
        CanNotStart: metrics can not be told at their address.
    """
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_run_one, args=(settings,)) for _ in range(settings.processes)]
    with _telling(settings) as tell_of:
        for process in processes:
            process.start()
        tell_of([process.pid for process in processes if process.pid is not None])
        return _until_one_ends(processes)


@contextmanager
def _telling(settings: Settings) -> Iterator[Callable[[Sequence[int]], None]]:
    """Tell metrics while the body runs, if they are on: of the processes started in it, as soon as they are known."""
    if not settings.metrics_address:
        yield lambda _: None
        return
    from billing.process import metrics  # noqa: PLC0415 - only where they are on

    configure_logs(settings.log_level, settings.log_format)
    with metrics.shared_folder() as folder:
        registry = metrics.empty_registry()
        with metrics.exposed(settings.metrics_address, registry):
            yield lambda pids: metrics.tell_of_processes(registry, folder, pids)


def _until_one_ends(processes: Sequence[SpawnProcess]) -> int:
    """Wait until one process ends, or all are to; then end the others. Returns the exit code."""
    asked: set[int] = set()  # once each: a process that is ending already would die of a second signal

    def stop(*_: object) -> None:
        for number, process in enumerate(processes):
            if process.is_alive() and number not in asked:
                asked.add(number)
                process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    over = wait([process.sentinel for process in processes])
    unasked = [each for number, each in enumerate(processes) if each.sentinel in over and number not in asked]
    stop()
    for process in processes:
        process.join()
    return max(abs(process.exitcode or 0) for process in unasked or processes)
