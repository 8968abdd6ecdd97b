"""Lists, summaries and sums see roll-ups and tail as one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from billing.errors import BillingError, Reason
from billing.operations.context import Store, reading, snapshot
from billing.operations.ingest import Ingestor
from billing.operations.rollup import roll_up
from billing.operations.usage import list_usage, summary
from billing.period import Period
from billing.store import state
from billing.store.usage_sums import FamilyRange, Grouping, load_usage_sums
from tests.usage.conftest import MakeStore
from tests.usage.test_rollup import some_records
from tests.usage.world import IN_JULY, NOW, Record, add_account, record, seeded, sid, start_closing

JULY, JUNE = Period(2026, 7), Period(2026, 6)
FLAGS = [Grouping(a, p, d) for a in (False, True) for p in (False, True) for d in (False, True)]

FROM_EVENTS = """
SELECT CASE WHEN $1 THEN account_sid END, CASE WHEN $2 THEN product_id END,
       CASE WHEN $3 THEN (occur_time AT TIME ZONE $4)::date END, count(*), sum(quantity_micros)::numeric,
       sum(CASE WHEN rated THEN 0 ELSE quantity_micros END)::numeric, sum(amount_nanos)::numeric
FROM usage_event JOIN usage_batch USING (batch_key) JOIN account USING (family_key, account_key)
     JOIN product USING (product_key)
WHERE period = $5 AND (account_key = $6 OR ($7 AND family_key = $6)) AND usage_batch.record_time <= $8
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@pytest.mark.parametrize("grouping", FLAGS)
@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles"])
async def test_a_summary_with_the_tail_is_the_sum_of_the_events(
    make_store: MakeStore, connection: asyncpg.Connection, grouping: Grouping, zone: str
) -> None:
    store = await make_store(zone)
    await add_account(store, 3)
    ingestor = Ingestor(store)
    await ingestor.start()
    chance = seeded(3)
    for number in range(12):
        await record(ingestor, *some_records(chance, 60), Record(number, account_sid=sid(3)))
        await state.set_test_time(connection, NOW + timedelta(minutes=number))
        if number == 5:
            await start_closing(store)
        if number in {3, 7}:
            await roll_up(store)
    await ingestor.close()
    for period in (JULY, JUNE, Period(2025, 12)):
        for number, subaccounts in ((1, True), (1, False), (2, True), (2, False)):
            for as_of in (None, NOW + timedelta(minutes=5), NOW - timedelta(days=1)):
                summed = await summary(
                    store,
                    account_sid=sid(number),
                    period=period,
                    include_subaccounts=subaccounts,
                    grouping=grouping,
                    as_of_time=as_of,
                )
                expected = await connection.fetch(
                    FROM_EVENTS,
                    *grouping,
                    zone,
                    period.first_day,
                    number,
                    subaccounts,
                    as_of or NOW + timedelta(days=9),
                )
                assert [tuple(row) for row in summed.rows()] == [tuple(row) for row in expected]


SUMS_FROM_EVENTS = """
SELECT family_key, account_key, product_key, sum(amount_nanos)::numeric,
       sum(CASE WHEN rated THEN 0 ELSE quantity_micros END)::numeric
FROM usage_event JOIN usage_batch USING (batch_key) WHERE period = $1 AND family_key = ANY ($2) AND cutoff < $3
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


async def test_sums_for_charges_are_those_of_the_events(
    store: Store, ingestor: Ingestor, connection: asyncpg.Connection
) -> None:
    for number in (3, 4, 5):
        await add_account(store, number)
    chance = seeded(4)
    for number in range(10):
        others = [Record(900 + n, account_sid=sid(chance.choice([3, 4, 5])), quantity=2) for n in range(9)]
        await record(ingestor, *some_records(chance, 50), *others)
        if number in {2, 6}:
            await start_closing(store)
        if number == 4:
            await roll_up(store)
    for period in (JULY, JUNE, Period(2025, 12)):
        for before_cutoff in (1, 2, state.EVERYTHING):
            async with snapshot(store) as read:
                sums = await load_usage_sums(read.connection, [1, 4, 77], period, before_cutoff, with_tail=True)
            expected = await connection.fetch(SUMS_FROM_EVENTS, period.first_day, [1, 4], before_cutoff)
            columns = (sums.family_key, sums.account_key, sums.product_key, sums.rated_nanos, sums.unrated_micros)
            assert list(zip(*(column.tolist() for column in columns), strict=True)) == [tuple(row) for row in expected]
    while (await roll_up(store)).event_count:
        pass
    for before_cutoff in (1, 2, state.EVERYTHING):
        sums = await load_usage_sums(connection, FamilyRange(1, 4), JULY, before_cutoff, with_tail=False)
        expected = await connection.fetch(SUMS_FROM_EVENTS, JULY.first_day, [1, 2, 3], before_cutoff)
        columns = (sums.family_key, sums.account_key, sums.product_key, sums.rated_nanos, sums.unrated_micros)
        assert list(zip(*(column.tolist() for column in columns), strict=True)) == [tuple(row) for row in expected]
    async with snapshot(store) as read:
        assert len(await load_usage_sums(read.connection, [], JULY, state.EVERYTHING, with_tail=True)) == 0


async def test_usage_is_listed_by_event_id_page_by_page(store: Store, ingestor: Ingestor) -> None:
    chance = seeded(6)
    events = [chance.getrandbits(128) for _ in range(25)]
    records = [Record(event, product_id=chance.choice(["sms", "voice"]), amount=event % 5) for event in events]
    await record(
        ingestor,
        *records,
        Record(1, account_sid=sid(2)),
        Record(2, moment=datetime(2026, 6, 30, 23, 59, tzinfo=NOW.tzinfo)),
    )
    listed = []
    after: UUID | None = None
    while True:
        async with reading(store) as read:
            page = await list_usage(read, account_sid=sid(1), period=JULY, after=after, limit=7)
        if not page:
            break
        listed += page
        after = page[-1].event_id
    assert [event.event_id.int for event in listed] == sorted(events)
    by_id = {one.event: one for one in records}
    for event in listed:
        sent = by_id[event.event_id.int]
        assert (event.product_id, event.quantity_micros, event.occur_time) == (sent.product_id, 1_000_000, IN_JULY)
        assert event.amount_nanos == sent.amount
        assert event.record_time == NOW
    async with reading(store) as read:
        voice = await list_usage(read, account_sid=sid(1), period=JULY, product_id="voice", limit=100)
    assert [event.event_id.int for event in voice] == sorted(one.event for one in records if one.product_id == "voice")


async def test_reading_usage_of_an_unknown_account_is_refused(store: Store) -> None:
    async with snapshot(store) as read:
        with pytest.raises(BillingError) as raised:
            await list_usage(read, account_sid=sid(9), period=JULY, limit=1)
        assert raised.value.reason is Reason.ACCOUNT_NOT_FOUND
    with pytest.raises(BillingError) as raised:
        await summary(
            store, account_sid=sid(9), period=JULY, include_subaccounts=True, grouping=Grouping(True, True, True)
        )
    assert raised.value.reason is Reason.ACCOUNT_NOT_FOUND


async def test_an_account_without_usage_has_an_empty_list_and_summary(store: Store) -> None:
    async with snapshot(store) as read:
        assert await list_usage(read, account_sid=sid(1), period=JULY, limit=1) == []
    for as_of in (None, NOW):
        empty = await summary(
            store,
            account_sid=sid(1),
            period=JULY,
            include_subaccounts=True,
            grouping=Grouping(False, False, False),
            as_of_time=as_of,
        )
        assert list(empty.rows()) == []
    assert date(2026, 7, 1) == JULY.first_day
