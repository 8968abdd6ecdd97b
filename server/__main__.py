"""`python -m server` runs the server; `python -m server migrate` brings the store's schema up to date."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
import sys

import structlog
import uvloop

from server.app import running_server
from server.migrations import migrate
from server.settings import Settings

log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running_server(settings):
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

    def stop(*_: object) -> None:
        for process in processes:
            if process.is_alive():
                process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    multiprocessing.connection.wait([process.sentinel for process in processes])
    stop()
    for process in processes:
        process.join()
    return max(abs(process.exitcode or 0) for process in processes)


def main() -> int:
    """The command; returns the exit code."""
    settings = Settings()  # type: ignore[call-arg]  # from the environment
    if sys.argv[1:] == ["migrate"]:
        return migrate(settings.database_url)
    if settings.processes > 1:
        return run_processes(settings)
    run(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
