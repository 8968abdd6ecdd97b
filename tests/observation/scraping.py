"""Scraping a process over HTTP, and looking numbers up in what it tells."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.valkey import free_port
from tests.service import Service
from workers.__main__ import work_on
from workers.settings import Settings

WAIT_SECONDS = 30
SCRAPE_SECONDS = 10


class Scrape(NamedTuple):
    """What a process tells."""

    families: list[Metric]

    def value(self, name: str, **labels: str) -> float | None:
        """The value of a series with just these labels; None when it is not there."""
        for family in self.families:
            for sample in family.samples:
                if sample.name == name and sample.labels == labels:
                    return sample.value
        return None

    def series(self, name: str, *labels: str) -> dict[tuple[str, ...], float]:
        """All series of a name: the values of their labels, which are these, and the value."""
        return {
            tuple(sample.labels[label] for label in labels): sample.value
            for family in self.families
            for sample in family.samples
            if sample.name == name
        }


async def scrape(address: str) -> Scrape:
    """What a process tells now."""
    return Scrape(list(text_string_to_metric_families(await asyncio.to_thread(read, address))))


async def scraped_until(address: str, seen: Callable[[Scrape], bool]) -> Scrape:
    """The same once it tells something: gauges are set each second, and a store is looked at every few."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not seen(found := await scrape(address)):  # noqa: ASYNC110 - it is told when asked
            await asyncio.sleep(0.1)
    return found


@asynccontextmanager
async def told_worker(service: Service, *, database_url: str = "", grace_hours: float = 6) -> AsyncIterator[str]:
    """A worker as the command runs it, while the body runs; where it tells its metrics."""
    address = f"127.0.0.1:{free_port()}"
    settings = Settings(
        database_url=database_url or service.database_url,
        redis_url=service.redis_url,
        test_mode=True,
        billing_zone=str(service.zone),
        metrics_address=address,
        commit="abc",
        grace_hours=grace_hours,
    )
    working = asyncio.create_task(work_on(settings))
    try:
        await scraped_until_there(address, working)
        yield address
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def scraped_until_there(address: str, working: asyncio.Task[None]) -> None:
    """Wait until a worker tells anything."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            try:
                await scrape(address)
            except OSError:
                assert not working.done(), working.exception()
                await asyncio.sleep(0.05)
            else:
                return


def read(address: str) -> str:
    """What a process tells now, as it is sent."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=SCRAPE_SECONDS) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        text: str = answer.read().decode()
    return text
