"""Running the server in one process or several, until a signal ends it."""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import signal
from multiprocessing.connection import wait

import structlog
import uvloop

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


def run(settings: Settings) -> None:
    """One server process."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    uvloop.run(serve(settings))


def run_processes(settings: Settings) -> int:
    """Several server processes on one address; when one ends, all do."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=run, args=(settings,)) for _ in range(settings.processes)]
    for process in processes:
        process.start()

    asked: set[int] = set()  # once each: a process that is ending already would die of a second signal

    def stop(*_: object) -> None:
        for number, process in enumerate(processes):
            if process.is_alive() and number not in asked:
                asked.add(number)
                process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    wait([process.sentinel for process in processes])
    stop()
    for process in processes:
        process.join()
    return max(abs(process.exitcode or 0) for process in processes)
