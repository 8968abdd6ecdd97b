"""Short ways to void, correct and read usage through the service."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from billing.operations.context import Store
from billing.operations.opening import StoreWanted, open_store
from billing.operations.rollup import State, roll_up
from billing.operations.verify import verify
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.usage_pb2 import RecordedUsage
from tests.service import STAFF, Service, amount, money, timestamp

PARENT, CHILD, OTHER = "AC" + "1" * 32, "AC" + "2" * 32, "AC" + "3" * 32
JUNE, JULY = "2026-06", "2026-07"
MID_JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)
MICROS, NANOS = 10**6, 10**9


class Totals(NamedTuple):
    """Sums of usage: records, quantity, of it unrated, and the amounts rated upstream."""

    records: int = 0
    quantity: Decimal = Decimal(0)
    unrated: Decimal = Decimal(0)
    rated: Decimal = Decimal(0)


class Fix(NamedTuple):
    """A correction: of which event, to which quantity, and to which amount (None: priced here)."""

    event: UUID
    quantity: Decimal | str | int
    amount: Decimal | str | int | None = None


async def prepare(service: Service) -> None:
    """Three accounts, one of them a subaccount, and three products, of which `fax` has no price before July."""
    await service.account(PARENT)
    await service.account(CHILD, parent=PARENT)
    await service.account(OTHER)
    await service.product("sms", price="0.01")
    await service.product("voice", price="0.5")
    await service.product("fax", price="1", start="2026-07")


def voiding(events: Sequence[UUID], sid: str = PARENT, period: str = JUNE, request_id: str = "") -> b.VoidUsageRequest:
    """A request to void usage."""
    return b.VoidUsageRequest(
        request_id=request_id or str(uuid4()), account_sid=sid, period=period, event_ids=[str(each) for each in events]
    )


def correcting(
    fixes: Sequence[Fix], sid: str = PARENT, period: str = JUNE, request_id: str = ""
) -> b.CorrectUsageRequest:
    """A request to correct usage."""
    return b.CorrectUsageRequest(
        request_id=request_id or str(uuid4()),
        account_sid=sid,
        period=period,
        corrections=[
            b.CorrectedUsage(
                event_id=str(fix.event),
                quantity_micros=int(Decimal(fix.quantity).scaleb(6)),
                amount=None if fix.amount is None else money(fix.amount),
            )
            for fix in fixes
        ],
    )


async def void(service: Service, *events: UUID, sid: str = PARENT, period: str = JUNE) -> tuple[int, int]:
    """Void usage; how many were voided now, and how many before."""
    answer = await service.billing.VoidUsage(voiding(events, sid, period), metadata=STAFF)
    return answer.voided_count, answer.repeated_count


async def correct(service: Service, *fixes: Fix, sid: str = PARENT, period: str = JUNE) -> list[RecordedUsage]:
    """Correct usage; the records as they are kept then."""
    answer = await service.billing.CorrectUsage(correcting(fixes, sid, period), metadata=STAFF)
    return list(answer.usage)


async def listed(service: Service, sid: str = PARENT, period: str = JUNE) -> dict[UUID, RecordedUsage]:
    """The usage of an account in a period, by event id."""
    request = b.ListUsageRequest(account_sid=sid, period=period, page_size=1_000)
    return {UUID(each.record.event_id): each for each in (await service.billing.ListUsage(request)).usage}


async def summary(
    service: Service,
    sid: str = PARENT,
    period: str = JUNE,
    *,
    as_of: datetime | None = None,
    by_product: bool = True,
    **asked: Any,
) -> dict[tuple[str, ...], Totals]:
    """The summary of an account with its subaccounts; by what it was asked for: account, product, day of the month."""
    request = b.GetUsageSummaryRequest(
        account_sid=sid,
        period=period,
        include_subaccounts=True,
        by_product=by_product,
        as_of_time=timestamp(as_of) if as_of else None,
        **asked,
    )
    return {
        tuple(each for each in (row.account_sid, row.product_id, str(row.day.day or "")) if each): Totals(
            row.record_count,
            Decimal(row.quantity_micros) / MICROS,
            Decimal(row.unrated_quantity_micros) / MICROS,
            amount(row.rated_amount),
        )
        for row in (await service.billing.GetUsageSummary(request)).rows
    }


@asynccontextmanager
async def opened(service: Service) -> AsyncIterator[Store]:
    """The store of a service, beside it."""
    wanted = StoreWanted("USD", str(service.zone), True)
    async with open_store(service.database_url, wanted, 4) as store:
        yield store


async def roll_all_up(store: Store) -> None:
    """Roll up until nothing is left, whoever else is at it."""
    while (await roll_up(store)).state is not State.NOTHING_LEFT:
        pass


async def late_activity(store: Store) -> set[tuple[str, str, int]]:
    """What is noted of late activity: account, period and cut-off."""
    async with store.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT account_sid, to_char(period, 'YYYY-MM'), cutoff FROM late_activity "
            "JOIN account ON account.family_key = late_activity.family_key AND account_key = account.family_key"
        )
    return {tuple(row) for row in rows}


async def differences(store: Store) -> dict[str, int]:
    """What the verification of the store reports: how many differences of what."""
    found: dict[str, int] = {}
    async for verified in verify(store):
        if verified.comparison.difference_count:
            found[verified.what] = found.get(verified.what, 0) + verified.comparison.difference_count
    return found


async def planted(url: str, statement: str) -> dict[str, int]:
    """What the verification of a store reports when a statement has changed something in it."""
    async with open_store(url, StoreWanted("USD", "UTC", True), 2) as store:
        async with store.pool.acquire() as connection:
            assert int((await connection.execute(statement)).rpartition(" ")[2]) > 0
        return await differences(store)


async def run_verify(service: Service) -> tuple[int, str]:
    """Run `python -m server verify`, which knows of no Redis; its exit code and what it printed."""
    environment = {**os.environ, "PRORATA_DATABASE_URL": service.database_url, "PRORATA_TEST_MODE": "true"}
    environment.pop("PRORATA_REDIS_URL", None)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "verify", env=environment, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def execute(service: Service, statement: str, *arguments: object) -> str:
    """Change the store behind the service's back; returns what Postgres answers."""
    connection = await asyncpg.connect(service.database_url)
    try:
        status: str = await connection.execute(statement, *arguments)
    finally:
        await connection.close()
    return status


async def until_waiting(store: Store, count: int) -> None:
    """Wait until so many others wait for a lock in the store's database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(30), store.pool.acquire() as connection:
        while True:
            if await connection.fetchval(query) >= count:
                return
            await asyncio.sleep(0.01)
