"""Short ways to rehearse, to break and mend what owners are charged by, and to look into the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.closing_pb2 import Closing, ClosingComparison
from prorata.v1.rehearsal_pb2 import REHEARSAL_STATE_COMPLETE, Rehearsal
from tests.service import STAFF, Service, amount

WAIT_SECONDS = 40


def rehearse_request(period: str) -> b.RehearseClosingRequest:
    """Asks for a rehearsal, under a new request id."""
    return b.RehearseClosingRequest(request_id=str(uuid4()), period=period)


async def start(service: Service, period: str) -> Rehearsal:
    """Start a rehearsal."""
    return (await service.billing.RehearseClosing(rehearse_request(period), metadata=STAFF)).rehearsal


async def follow(service: Service, number: int) -> list[Rehearsal]:
    """Follow a rehearsal to its end; every step of it."""
    request = b.WatchRehearsalRequest(rehearsal_number=number)
    async with asyncio.timeout(WAIT_SECONDS):
        return [step.rehearsal async for step in service.billing.WatchRehearsal(request, metadata=STAFF)]


async def get(service: Service, number: int) -> Rehearsal:
    """A rehearsal."""
    request = b.GetRehearsalRequest(rehearsal_number=number)
    return (await service.billing.GetRehearsal(request, metadata=STAFF)).rehearsal


async def rehearse(service: Service, period: str) -> Rehearsal:
    """Rehearse a closing to its end."""
    started = await start(service, period)
    rehearsal = (await follow(service, started.rehearsal_number))[-1]
    assert rehearsal.state == REHEARSAL_STATE_COMPLETE
    return rehearsal


async def retry(service: Service, period: str, *, watch: bool = True) -> Closing:
    """Retry the owners set apart."""
    request = b.RetryClosingFailuresRequest(request_id=str(uuid4()), period=period)
    answer = await service.billing.RetryClosingFailures(request, metadata=STAFF)
    return await service.watch(period) if watch else answer.closing


async def release(service: Service, period: str, *owner_sids: str) -> Closing:
    """Release owners set apart."""
    request = b.ReleaseClosingFailuresRequest(request_id=str(uuid4()), period=period, owner_sids=owner_sids)
    return (await service.billing.ReleaseClosingFailures(request, metadata=STAFF)).closing


def report(of: Closing | Rehearsal) -> dict[str, Any]:
    """What a closing and its rehearsal must agree on."""
    return {
        "digest": of.digest,
        "records": of.record_count,
        "totals": {total.kind: (total.record_count, amount(total.amount)) for total in of.totals},
        "set apart": [(each.owner_sid, each.reason) for each in of.set_apart],
        "comparison": of.comparison,
    }


def outliers(comparison: ClosingComparison) -> list[tuple[str, Decimal, Decimal]]:
    """Payer, total and total of the month before."""
    return [(each.payer_account_sid, amount(each.amount), amount(each.previous_amount)) for each in comparison.outliers]


async def fetch(service: Service, query: str, *arguments: object) -> list[asyncpg.Record]:
    """Rows straight from the store."""
    async with connected(service) as connection:
        rows: list[asyncpg.Record] = await connection.fetch(query, *arguments)
    return rows


@asynccontextmanager
async def connected(service: Service) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the store while the body runs."""
    connection = await asyncpg.connect(service.database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def break_price(service: Service, product: str) -> None:
    """Take away the prices of a product, as no RPC can: whoever used it fails."""
    await fetch(
        service,
        "UPDATE price SET supersede_cutoff = -1 FROM product p "
        "WHERE p.product_key = price.product_key AND product_id = $1 AND supersede_cutoff IS NULL",
        product,
    )


async def mend_prices(service: Service) -> None:
    """Give back the prices that were taken away."""
    await fetch(service, "UPDATE price SET supersede_cutoff = NULL WHERE supersede_cutoff = -1")


async def charges(service: Service) -> dict[str, list[asyncpg.Record]]:
    """All rows of the tables of charges, feed, closings and fixed credits.

    But how far the relay has come: that goes on by itself after a closing.
    """
    tables = await fetch(
        service,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
        "AND (table_name LIKE 'charge%' OR table_name LIKE 'closing%' OR table_name LIKE 'support_credit%') "
        "AND table_name NOT IN ('closing_comparison', 'closing_comparison_total', 'closing_outlier')",
    )
    found = {}
    for (table,) in tables:
        row = "t.last_position" if table == "charge_feed" else "t"
        found[table] = await fetch(service, f"SELECT ({row})::text FROM {table} t ORDER BY 1")
    return found
