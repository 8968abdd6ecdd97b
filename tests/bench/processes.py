"""What processes cost: CPU seconds and memory, as the operating system counts them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import psutil

SAMPLE_SECONDS = 0.02


def cpu_seconds(pids: Iterable[int]) -> float:
    """The CPU time that processes have used so far, each with its children; those that are gone count nothing."""
    total = 0.0
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            for each in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    times = each.cpu_times()
                    total += times.user + times.system
    return total


@dataclass(slots=True)
class Peak:
    """The most memory of a process that was seen, in bytes."""

    resident: int = 0


@asynccontextmanager
async def watched_memory(pid: int) -> AsyncIterator[Peak]:
    """Watch the memory of a process."""
    peak = Peak()

    async def watch() -> None:
        process = psutil.Process(pid)
        with suppress(psutil.NoSuchProcess):
            while True:
                peak.resident = max(peak.resident, process.memory_info().rss)
                await asyncio.sleep(SAMPLE_SECONDS)

    task = asyncio.create_task(watch())
    try:
        yield peak
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
