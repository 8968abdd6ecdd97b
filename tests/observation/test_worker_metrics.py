"""What a worker tells of its work, and of how store, month-end and feed stand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import redis.asyncio

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, CLOSING_STATE_CLOSED
from tests.conftest import cloned
from tests.observation.scraping import Scrape, scrape, scraped_until, told_worker
from tests.rehearsals.calls import break_price, fetch, mend_prices, retry
from tests.server.calls import sid
from tests.service import STAFF, Service, usage

MOMENT = datetime(2026, 6, 20, 12, tzinfo=UTC)
CLOSING_START = datetime(2026, 7, 1, tzinfo=UTC)
GRACE = timedelta(hours=6)
ROLL_UP, RELAY = 7_070_003, 7_070_004  # locks of the store


async def month(service: Service) -> None:
    """A June of three customers, of whom one uses what is priced here; it has ended."""
    await service.product("sms")
    await service.product("calls", price="0.01")
    for number in (1, 2, 3):
        await service.account(sid(number))
    await service.advance(date(2026, 6, 30))
    await service.record([usage(sid(1), "calls", MOMENT, quantity=100)])
    await service.record([usage(sid(number), "sms", MOMENT, amount=10) for number in (2, 3)])


def of_closing(found: Scrape, period: str = "2026-06") -> dict[str, float | None]:
    """What is told of the closing of a period."""
    names = ("shards", "shards_done", "shards_failing", "owners_set_apart", "records", "seconds")
    return {name: found.value(f"prorata_closing_{name}", period=period) for name in names}


def state(found: Scrape) -> set[tuple[str, ...]]:
    """The period and the state of the latest closing."""
    return {labels for labels, value in found.series("prorata_closing_state", "period", "state").items() if value}


async def test_before_a_month_ends_its_backlog_and_when_it_is_due_are_told(quiet: Service) -> None:
    await month(quiet)
    async with told_worker(quiet) as address:
        found = await scraped_until(address, lambda found: found.value("prorata_backlog_events") == 0)
        assert found.value("prorata_backlog_batches") == found.value("prorata_backlog_seconds") == 0
        assert found.value("prorata_closing_due_timestamp_seconds") == (CLOSING_START + GRACE).timestamp()
        assert found.value("prorata_closing_overdue_seconds") == 0
        assert state(found) == set()
        assert found.value("prorata_rolled_up_events_total", late="false") == 3
        assert found.value("prorata_jobs_total", job_name="aggregate", outcome="done") >= 1
        assert found.value("prorata_job_seconds_count", job_name="aggregate") >= 1
        assert found.value("prorata_sweep_steps_total", step="usage", outcome="done") >= 1
        assert found.value("prorata_sweep_step_seconds_count", step="usage") >= 1
        assert found.value("prorata_store_up") == found.value("prorata_redis_up") == 1


async def test_what_waits_to_be_rolled_up_is_told_with_its_age(quiet: Service) -> None:
    await month(quiet)
    await quiet.advance(datetime(2026, 6, 30, 1, tzinfo=UTC))
    async with held(quiet, ROLL_UP), told_worker(quiet) as address:
        found = await scrape(address)
        assert found.value("prorata_backlog_batches") == 2
        assert found.value("prorata_backlog_events") == 3
        assert found.value("prorata_backlog_seconds") == 3_600


async def test_a_closing_that_is_blocked_and_then_closed(quiet: Service) -> None:
    await month(quiet)
    await break_price(quiet, "calls")
    await quiet.advance(CLOSING_START + GRACE)
    async with told_worker(quiet, grace_hours=6) as address:
        await scraped_until(address, lambda found: state(found) != set())
        assert (await quiet.watch("2026-06")).state == CLOSING_STATE_BLOCKED
        blocked = await scraped_until(address, lambda found: state(found) == {("2026-06", "BLOCKED")})
        assert of_closing(blocked) == {
            "shards": 1,
            "shards_done": 1,
            "shards_failing": 0,
            "owners_set_apart": 1,
            "records": 2,
            "seconds": 0,
        }
        assert blocked.value("prorata_warnings_total", event="closing_blocked") == 1
        await quiet.advance(datetime(2026, 8, 1, 7, tzinfo=UTC))  # July is an hour late
        blocked = await scraped_until(address, lambda found: found.value("prorata_closing_overdue_seconds") == 3_600)
        assert of_closing(blocked)["seconds"] == timedelta(days=31, hours=1).total_seconds()
        await mend_prices(quiet)
        assert (await retry(quiet, "2026-06")).state == CLOSING_STATE_CLOSED
        # July follows by itself
        closed = await scraped_until(address, lambda found: state(found) == {("2026-07", "CLOSED")})
        assert of_closing(closed, "2026-07")["records"] == 0
        assert of_closing(closed)["records"] is None
        assert closed.value("prorata_closing_overdue_seconds") == 0
        relayed = await scraped_until(address, lambda found: found.value("prorata_feed_relayed_position") == 3)
        assert relayed.value("prorata_feed_position") == 3
        assert relayed.value("prorata_jobs_total", job_name="close_shards", outcome="done") >= 2


async def test_the_feed_its_relay_and_its_consumers(quiet: Service) -> None:
    await month(quiet)
    await quiet.advance(CLOSING_START)
    async with quiet.worker():
        await quiet.close("2026-06")
    await quiet.advance(CLOSING_START + timedelta(hours=1))
    for name, position in (("invoicing", 2), ("mirror", 3)):
        request = b.AcknowledgeChargesRequest(request_id=str(uuid4()), consumer=name, position=position)
        await quiet.billing.AcknowledgeCharges(request, metadata=STAFF)
    async with held(quiet, RELAY), told_worker(quiet) as address:
        await fetch(quiet, "UPDATE charge_feed SET relayed_position = 1")
        found = await scraped_until(address, lambda found: found.value("prorata_feed_relay_lag_records") == 2)
        assert found.value("prorata_feed_position") == 3
        assert found.value("prorata_feed_relayed_position") == 1
        assert found.value("prorata_feed_relay_lag_seconds") == 3_600
        assert found.value("prorata_feed_consumers") == 2
        assert by_consumer(found, "position") == {"invoicing": 2, "mirror": 3}
        assert by_consumer(found, "lag_records") == {"invoicing": 1, "mirror": 0}
        assert by_consumer(found, "lag_seconds") == {"invoicing": 3_600, "mirror": 0}
        acknowledged = (CLOSING_START + timedelta(hours=1)).timestamp()
        assert by_consumer(found, "acknowledged_timestamp_seconds") == dict.fromkeys(
            ("invoicing", "mirror"), acknowledged
        )
    async with redis.asyncio.from_url(quiet.redis_url) as client, told_worker(quiet) as address:
        found = await scraped_until(address, lambda found: found.value("prorata_feed_relay_lag_records") == 0)
        found = await scraped_until(address, lambda found: bool(found.value("prorata_stream_entries")))
        assert found.value("prorata_stream_entries") == await client.xlen("charges")


async def test_of_very_many_consumers_only_those_that_came_last_are_told(quiet: Service) -> None:
    await fetch(
        quiet,
        "INSERT INTO charge_consumer (consumer, feed_position, record_time) "
        "SELECT 'c' || n, 0, '2026-06-01'::timestamptz + n * interval '1 minute' FROM generate_series(1, 60) n",
    )
    async with told_worker(quiet) as address:
        found = await scrape(address)
    assert found.value("prorata_feed_consumers") == 60
    assert {*by_consumer(found, "position")} == {f"c{number}" for number in range(41, 61)}


async def test_late_events_are_told_apart(quiet: Service) -> None:
    await month(quiet)
    await quiet.advance(CLOSING_START)
    async with quiet.worker():
        await quiet.close("2026-06")
    await quiet.record([usage(sid(2), "sms", MOMENT, amount=1)])
    async with told_worker(quiet) as address:
        found = await scraped_until(address, lambda found: bool(found.series("prorata_rolled_up_events_total", "late")))
        assert found.series("prorata_rolled_up_events_total", "late") == {("true",): 1}


async def test_a_step_that_fails_is_counted_as_such(quiet: Service) -> None:
    await fetch(quiet, "ALTER TABLE rehearsal RENAME TO broken")
    async with told_worker(quiet) as address:
        failed = {"step": "rehearsals", "outcome": "failed"}
        found = await scraped_until(address, lambda found: bool(found.value("prorata_sweep_steps_total", **failed)))
        assert found.value("prorata_sweep_steps_total", step="rehearsals", outcome="done") is None
        assert found.value("prorata_sweep_steps_total", step="usage", outcome="done") >= 1
        await scraped_until(
            address, lambda found: bool(found.value("prorata_jobs_total", job_name="sweep", outcome="failed"))
        )
        found = await scrape(address)
        assert found.value("prorata_warnings_total", event="sweep_step_failed") >= 1


async def test_a_lease_that_another_lost_is_counted(quiet: Service) -> None:
    await month(quiet)
    await quiet.advance(CLOSING_START)
    request = b.StartClosingRequest(request_id=str(uuid4()), period="2026-06")
    await quiet.billing.StartClosing(request, metadata=STAFF)
    await fetch(quiet, "UPDATE closing SET shards_made = true")
    await fetch(
        quiet,
        "INSERT INTO closing_shard "
        "(closing_number, shard_number, owner_from, owner_to, retry, lease_holder, lease_until) VALUES "
        "(1, 1, 0, 2, false, gen_random_uuid(), '2000-01-01'), (1, 2, 2, 2147483647, false, NULL, NULL)",
    )
    async with told_worker(quiet) as address:
        assert (await quiet.watch("2026-06")).state == CLOSING_STATE_CLOSED
        found = await scrape(address)
        assert found.value("prorata_warnings_total", event="lease_taken_over") == 1


async def test_while_the_store_is_away_what_is_known_is_told(
    stores: tuple[str, str], template: str, quiet: Service
) -> None:
    async with cloned(stores[0], template) as url, told_worker(quiet, database_url=url) as address:
        up = await scraped_until(address, lambda found: found.value("prorata_store_up") == 1)
        await let_in(stores[0], url, allowed=False)
        try:
            away = await scraped_until(address, lambda found: found.value("prorata_store_up") == 0)
            assert away.value("prorata_redis_up") == 1
            assert away.value("prorata_backlog_events") == 0
            seen = away.value("prorata_observed_timestamp_seconds")
            assert seen is not None
            assert seen >= up.value("prorata_observed_timestamp_seconds")
        finally:
            await let_in(stores[0], url, allowed=True)
        again = await scraped_until(address, lambda found: found.value("prorata_store_up") == 1)
        assert again.value("prorata_observed_timestamp_seconds") > seen


async def test_a_scrape_waits_for_a_store_that_hangs_no_longer_than_it_may(quiet: Service) -> None:
    async with told_worker(quiet) as address:
        await scraped_until(address, lambda found: found.value("prorata_store_up") == 1)
        connection = await asyncpg.connect(quiet.database_url)
        async with connection.transaction():
            await connection.execute("LOCK TABLE usage_batch IN ACCESS EXCLUSIVE MODE")
            start = asyncio.get_running_loop().time()
            found = await scraped_until(address, lambda found: found.value("prorata_store_up") == 0)
            assert found.value("prorata_feed_position") == 0
            assert asyncio.get_running_loop().time() - start < 15
        await connection.close()


@asynccontextmanager
async def held(service: Service, lock: int) -> AsyncIterator[None]:
    """Nobody else has a lock of the store while the body runs."""
    connection = await asyncpg.connect(service.database_url)
    await connection.execute("SELECT pg_advisory_lock($1)", lock)
    try:
        yield
    finally:
        await connection.close()


async def let_in(postgres_url: str, url: str, *, allowed: bool) -> None:
    """Let clients into a database, or none, and those that are there out of it."""
    name = urlsplit(url).path.removeprefix("/")
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
    if not allowed:
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    await connection.close()


def by_consumer(found: Scrape, what: str) -> dict[str, float]:
    """A number of each consumer."""
    return {name: value for (name,), value in found.series(f"prorata_feed_consumer_{what}", "consumer").items()}
