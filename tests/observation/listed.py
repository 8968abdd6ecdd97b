"""Every metric that a server and a worker tell in a month in which everything happens, and the list of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import structlog

from prorata.v1 import billing_service_pb2 as b
from server.app import running_server
from tests.observation.scraping import Scrape, scraped_until, told_worker
from tests.server.calls import sid
from tests.server.conftest import settings_for
from tests.service import STAFF, Service, usage

LIST = Path("deploy/metrics.md")
PREFIX = "prorata_"
MOMENT = datetime(2026, 6, 20, 12, tzinfo=UTC)


class Metric(NamedTuple):
    """A metric of ours: its name as queries have it, type, labels, which processes tell it, and its help."""

    name: str
    kind: str
    labels: str
    told_by: str
    help: str

    @property
    def series(self) -> set[str]:
        """The names of its series."""
        return (
            {f"{self.name}_{part}" for part in ("bucket", "sum", "count")} if self.kind == "histogram" else {self.name}
        )


async def told_in_a_month(database: str, redis_url: str) -> set[Metric]:
    """What is told of a June that is recorded, closed, relayed and acknowledged."""
    settings = settings_for(database, redis_url, metrics_address="127.0.0.1:0", commit="abc")
    async with (
        running_server(settings) as running,
        Service(running.address, database, redis_url, "UTC") as service,
        told_worker(service) as worker,
    ):
        await _month(service)
        structlog.get_logger().warning("tried")
        of_worker = await scraped_until(
            worker,
            lambda found: bool(found.value("prorata_stream_entries")) and bool(_consumers(found)),
        )
        of_server = await scraped_until(
            running.metrics_address, lambda found: found.value("prorata_store_up") is not None
        )
    told = {process: _families(found) for process, found in (("server", of_server), ("worker", of_worker))}
    return {
        Metric(*told_here, " and ".join(process for process in told if told_here in told[process]), about)
        for told_here, about in (told["server"] | told["worker"]).items()
    }


def listed() -> list[Metric]:
    """What the list says."""
    rows = [line.strip("| \n").split(" | ") for line in LIST.read_text().splitlines() if line.startswith("| `prorata_")]
    return [
        Metric(name.strip("`"), kind, labels.replace("`", "").strip("–"), by, about)
        for name, kind, labels, by, about in rows
    ]


async def _month(service: Service) -> None:
    await service.advance(datetime(2026, 6, 1, tzinfo=UTC))
    await service.product("sms")
    await service.account(sid(1))
    await service.advance(datetime(2026, 6, 30, tzinfo=UTC))
    await service.record([usage(sid(number), "sms", MOMENT, amount=1) for number in (1, 2)])
    await service.advance(datetime(2026, 7, 1, tzinfo=UTC))
    await service.close("2026-06")
    await service.advance(datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=1))
    request = b.AcknowledgeChargesRequest(request_id=str(uuid4()), consumer="invoicing", position=1)
    await service.billing.AcknowledgeCharges(request, metadata=STAFF)


def _consumers(found: Scrape) -> dict[tuple[str, ...], float]:
    return found.series("prorata_feed_consumer_position", "consumer")


def _families(found: Scrape) -> dict[tuple[str, str, str], str]:
    """Name, type and labels of each metric of ours, with its help."""
    return {
        (
            family.name + ("_total" if family.type == "counter" else ""),
            family.type,
            ", ".join(_labels(sample.labels for sample in family.samples)),
        ): family.documentation
        for family in found.families
        if family.name.startswith(PREFIX)
    }


def _labels(each: Iterable[dict[str, str]]) -> list[str]:
    return sorted({label for labels in each for label in labels} - {"le"})
