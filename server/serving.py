"""Running the server in one process or several, until a signal ends it."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
import sys
from multiprocessing.connection import wait

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
    """Several server processes on one address; when one ends, all do, and its exit code is theirs."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_run_one, args=(settings,)) for _ in range(settings.processes)]
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
    over = wait([process.sentinel for process in processes])
    unasked = [each for number, each in enumerate(processes) if each.sentinel in over and number not in asked]
    stop()
    for process in processes:
        process.join()
    return max(abs(process.exitcode or 0) for process in unasked or processes)
