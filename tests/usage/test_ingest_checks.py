"""What is known of accounts and products is as of the call, though it is kept in memory (4.3)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import asyncpg

from billing.operations.context import Store
from billing.operations.ingest import Ingestor
from billing.store import state
from tests.usage.conftest import MakeStore
from tests.usage.world import (
    IN_JULY,
    NOW,
    Record,
    add_account,
    add_price,
    add_product,
    change_days,
    events_recorded,
    record,
    sid,
)


async def test_4_3_the_good_records_of_a_batch_are_kept(ingestor: Ingestor, connection: asyncpg.Connection) -> None:
    assert await record(
        ingestor,
        Record(1),
        Record(2, account_sid=sid(99)),
        Record(3, product_id="fax"),
        Record(4, moment=NOW + timedelta(minutes=6)),
        Record(5, moment=datetime(2025, 6, 30, tzinfo=NOW.tzinfo)),
        Record(6, account_sid="AC\0"),
        Record(7, account_sid=sid(2)),
    ) == [
        "new",
        "ACCOUNT_NOT_FOUND",
        "PRODUCT_NOT_FOUND",
        "MOMENT_IN_FUTURE",
        "MOMENT_TOO_OLD",
        "INVALID_FIELD",
        "new",
    ]
    assert set(await events_recorded(connection)) == {(sid(1), 1), (sid(2), 7)}


async def test_4_3_an_account_is_known_as_soon_as_it_is_created(store: Store, ingestor: Ingestor) -> None:
    one = Record(1, account_sid=sid(50))
    assert await record(ingestor, one) == ["ACCOUNT_NOT_FOUND"]
    await add_account(store, 50, start=date(2026, 7, 1))
    assert await record(ingestor, one) == ["new"]


async def test_4_3_changed_days_of_an_account_hold_at_once(store: Store, ingestor: Ingestor) -> None:
    assert await record(ingestor, Record(1)) == ["new"]
    await change_days(store, 1, date(2020, 1, 1), IN_JULY.date())
    assert await record(ingestor, Record(2), Record(3, moment=IN_JULY - timedelta(days=1))) == [
        "MOMENT_OUTSIDE_ACCOUNT",
        "new",
    ]
    await change_days(store, 1, date(2020, 1, 1), None)
    assert await record(ingestor, Record(2)) == ["new"]


async def test_4_3_products_and_prices_hold_as_soon_as_they_are_published(store: Store, ingestor: Ingestor) -> None:
    one = Record(1, product_id="fax")
    assert await record(ingestor, one) == ["PRODUCT_NOT_FOUND"]
    await add_product(store, "fax", priced_from=None)
    assert await record(ingestor, one, one.but(event=2, amount=5)) == ["PRICE_NOT_FOUND", "new"]
    await add_price(store, "fax", date(2026, 8, 1))
    assert await record(ingestor, one) == ["PRICE_NOT_FOUND"]
    await add_price(store, "fax", date(2026, 7, 1))
    assert await record(ingestor, one) == ["new"]


async def test_4_3_what_calls_at_once_see_is_never_older_than_what_was_committed(
    store: Store, ingestor: Ingestor
) -> None:
    """Calls overlap with changes of the days; each must see at least the change before it."""
    for event in range(30):
        end = None if event % 2 else IN_JULY.date()
        others = [asyncio.create_task(record(ingestor, Record(1_000 + event))) for _ in range(3)]
        await change_days(store, 1, date(2020, 1, 1), end)
        assert await record(ingestor, Record(event)) == ["new" if end is None else "MOMENT_OUTSIDE_ACCOUNT"]
        await asyncio.gather(*others)


async def test_4_2_the_zone_decides_the_period(make_store: MakeStore, connection: asyncpg.Connection) -> None:
    store = await make_store("Europe/Berlin")
    ingestor = Ingestor(store)
    await ingestor.start()
    assert await record(ingestor, Record(1, moment=datetime(2026, 6, 30, 22, 30, tzinfo=NOW.tzinfo))) == ["new"]
    assert await connection.fetchval("SELECT period FROM usage_batch") == date(2026, 7, 1)
    await ingestor.close()


async def test_4_2_where_clocks_go_back_at_midnight_the_day_begins_at_the_first(
    make_store: MakeStore, connection: asyncpg.Connection
) -> None:
    """In Havana 1 November 2026 has two midnights: 04:00Z and 05:00Z."""
    store = await make_store("America/Havana")
    await state.set_test_time(connection, datetime(2026, 11, 15, tzinfo=NOW.tzinfo))
    ingestor = Ingestor(store)
    await ingestor.start()
    moments = [datetime(2026, 11, 1, hour, 30, tzinfo=NOW.tzinfo) for hour in (3, 4, 5)]
    assert await record(ingestor, *(Record(hour, moment=moment) for hour, moment in enumerate(moments))) == ["new"] * 3
    rows = await connection.fetch("SELECT period, event_count FROM usage_batch ORDER BY period, batch_key")
    assert rows[0]["period"] == date(2026, 10, 1)
    assert sum(row["event_count"] for row in rows if row["period"] == date(2026, 11, 1)) == 2
    await ingestor.close()
