"""Summaries of usage through the real RPC: by whatever grouping, rolled up or not, and beyond 64 bits."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import asyncpg
import numpy as np
import pytest

from billing.money import Currency
from billing.operations import usage as usages
from billing.operations.rollup import day_starts
from billing.period import Period
from billing.store import usage_summaries
from billing.store.usage_sums import Grouping
from billing.usage_summary import Summed, UsageSummary, named
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.billing_service_pb2 import GetUsageSummaryResponse
from prorata.v1.usage_pb2 import UsageRecord, UsageSummaryRow
from server.usage_summary_messages import FEWEST_FOR_COLUMNS, written_usage_summary
from tests.conftest import MakeService
from tests.corrections.calls import opened, roll_all_up
from tests.service import STAFF, Service, amount, day, money, usage
from tests.usage.world import seeded

# Not in the order of their keys, which is that in which they are made.
PARENT, FIRST, SECOND = "AC" + "2" * 32, "AC" + "3" * 32, "AC" + "1" * 32
NOVEMBER = "2026-11"
GROUPINGS = list(product((False, True), repeat=3))
USD = Currency("USD", 2)

Key = tuple[str, str, int]
Sums = tuple[int, int, int, str]


async def _family(service: Service) -> None:
    """In the middle of November: a top-level account with two subaccounts, another without usage, and two products."""
    await service.account(PARENT)
    await service.account(FIRST, parent=PARENT)
    await service.account(SECOND, parent=PARENT)
    await service.product("voice", price="0.02")
    await service.product("sms", price="0.01")
    await service.advance(datetime(2026, 11, 29, tzinfo=service.zone))


def _some(service: Service, seed: int, count: int) -> list[UsageRecord]:
    """Records all over November, many of them in the hours in which a day begins in the zone."""
    chance = seeded(seed)
    first = datetime(2026, 11, 1, tzinfo=service.zone).astimezone(UTC)  # the first midnight, where there are two
    records = []
    for _ in range(count):
        moment = first + timedelta(days=chance.randrange(27), minutes=chance.randrange(5 * 60))
        rated = chance.choice([None, None, "0", "0.000000001", "12.5"])
        about = chance.choice([PARENT, FIRST, SECOND]), chance.choice(["sms", "voice"])
        records.append(usage(*about, moment, quantity=chance.randrange(9), amount=rated))
    return records


def _expected(service: Service, records: list[UsageRecord], asked: b.GetUsageSummaryRequest) -> list[tuple[Key, Sums]]:
    """What the records come to, one by one."""
    sums: dict[Key, list[Any]] = defaultdict(lambda: [0, 0, 0, 0])
    for each in records:
        if each.account_sid == asked.account_sid or (asked.include_subaccounts and asked.account_sid == PARENT):
            moment = each.occur_time.ToDatetime(UTC).astimezone(service.zone)
            of = sums[
                each.account_sid if asked.by_account else "",
                each.product_id if asked.by_product else "",
                moment.day if asked.by_day else 0,
            ]
            rated = each.HasField("amount")
            added = (1, each.quantity_micros, 0 if rated else each.quantity_micros, amount(each.amount))
            of[:] = [before + more for before, more in zip(of, added, strict=True)]
    return [(key, (*of[:3], f"{of[3]:.9f}")) for key, of in sorted(sums.items())]


def _found(rows: Any) -> list[tuple[Key, Sums]]:
    return [
        (
            (row.account_sid, row.product_id, row.day.day),
            (
                row.record_count,
                int(row.quantity_micros),
                int(row.unrated_quantity_micros),
                f"{amount(row.rated_amount):.9f}",
            ),
        )
        for row in rows
    ]


def _asked(sid: str, grouping: tuple[bool, ...], *, whole: bool = True, period: str = NOVEMBER) -> Any:
    by_account, by_product, by_day = grouping
    return b.GetUsageSummaryRequest(
        account_sid=sid,
        period=period,
        include_subaccounts=whole,
        by_account=by_account,
        by_product=by_product,
        by_day=by_day,
    )


# In Havana clocks go back from one to midnight on 1 November 2026, so that day begins twice.
@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Kathmandu"])
async def test_a_summary_is_the_sum_of_the_records_however_many_are_rolled_up(
    make_service: MakeService, zone: str
) -> None:
    service = await make_service(zone=zone, start=datetime(2026, 11, 1, 12, tzinfo=UTC), worker=False)
    await _family(service)
    records: list[UsageRecord] = []
    questions = [
        _asked(sid, grouping, whole=whole)
        for sid, whole, grouping in product((PARENT, SECOND), (False, True), GROUPINGS)
    ]
    async with opened(service) as store:
        for seed in range(3):
            more = _some(service, seed, 150)
            assert (await service.record(more)).new_count == len(more)
            records += more
            for rolled_up in (False, True):
                if rolled_up:
                    await roll_all_up(store)
                answers = await asyncio.gather(
                    *(service.billing.GetUsageSummary(asked, metadata=STAFF) for asked in questions)
                )
                for asked, answer in zip(questions, answers, strict=True):
                    assert _found(answer.rows) == _expected(service, records, asked)
                    for row in answer.rows:
                        assert row.HasField("day") == asked.by_day
                        assert row.rated_amount.currency_code == "USD"


async def test_there_is_nothing_to_sum_without_usage(service: Service) -> None:
    await service.account(PARENT)
    for grouping in GROUPINGS:
        for period in (NOVEMBER, "2026-06"):
            asked = _asked(PARENT, grouping, period=period)
            assert not (await service.billing.GetUsageSummary(asked, metadata=STAFF)).rows
    refused = await service.refused(service.billing.GetUsageSummary(_asked(FIRST, GROUPINGS[0]), metadata=STAFF))
    assert refused.reason == "ACCOUNT_NOT_FOUND"


ADD_CELL = """
INSERT INTO usage_rollup (family_key, account_key, product_key, day, cutoff, event_count, quantity_micros,
                          unrated_micros, rated_nanos)
SELECT family_key, account_key, product_key, date '2026-11-01' + $2::integer, $3, $4, $5, $6, $7
FROM account_sid CROSS JOIN product WHERE account_sid = $1 AND product_id = 'sms'
"""


async def _add_cells(service: Service, *cells: tuple[int, ...]) -> None:
    """Cells of the top-level account: day from 0, cut-off, count, quantity, unrated and rated."""
    connection = await asyncpg.connect(service.database_url)
    await connection.execute("SELECT make_usage_partitions('2026-11-01', '2026-11-01 00:00Z', '2026-12-01 00:00Z')")
    for cell in cells:
        await connection.execute(ADD_CELL, PARENT, *cell)
    await connection.close()


@pytest.mark.parametrize("with_tail", [False, True])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1, 7, 7, 7), (5, 2**62, 2**62, 2**62)),
        ((1, 2**62, 0, 2**62), (1, 2**62, 0, 2**62)),  # beyond only when summed
        ((1, 2**70, 2**69, 2**65), (1, 1, 1, 1)),  # beyond in a cell
        ((1, 1 - 2**63, 1 - 2**63, 1 - 2**63), (2, -1, -1, -1)),  # the smallest, which has no positive twin
        ((3, 10, 10, -5), (-1, -4, -10, -7)),  # corrections
        ((3, -(2**70), 5, -(2**64)), (1, 0, 0, 0)),
    ],
)
async def test_sums_are_exact_beyond_64_bits_and_below_nothing(
    make_service: MakeService, first: tuple[int, ...], second: tuple[int, ...], *, with_tail: bool
) -> None:
    service = await make_service(worker=False)
    await _family(service)
    ordinary = [(number, 0, 2, 3, 1, 10**9) for number in range(1, 29)]
    await _add_cells(service, (0, 0, *first), (0, 1, *second), *ordinary)
    if with_tail:
        await service.record([usage(PARENT, "sms", datetime(2026, 11, 1, 9, tzinfo=UTC), quantity=3)])
    tail = (1, 3_000_000, 3_000_000, 0) if with_tail else (0, 0, 0, 0)
    whole = [sum(each) for each in zip(first, second, tail, strict=True)]
    row, *others = (await service.billing.GetUsageSummary(_asked(PARENT, (True, True, True)), metadata=STAFF)).rows
    assert (row.record_count, int(row.quantity_micros), int(row.unrated_quantity_micros)) == tuple(whole[:3])
    assert row.rated_amount.units * 10**9 + row.rated_amount.nanos == whole[3]
    assert row.rated_amount.units * row.rated_amount.nanos >= 0
    assert [(each.record_count, each.quantity_micros, each.day.day) for each in others] == [
        (2, "3", number + 1) for number in range(1, 29)
    ]


async def test_what_is_all_voided_has_no_row(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await _family(service)
    await _add_cells(service, (0, 0, 2, 5, 5, 0), (0, 1, -2, -5, -5, 0), (1, 0, 1, 5, 5, 0))
    rows = (await service.billing.GetUsageSummary(_asked(PARENT, (False, False, True)), metadata=STAFF)).rows
    assert [(row.day, row.record_count) for row in rows] == [(day(date(2026, 11, 2)), 1)]


async def test_a_roll_up_while_it_is_asked_counts_nothing_twice(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await make_service(worker=False)
    await _family(service)
    await service.record([usage(PARENT, "sms", datetime(2026, 11, 3, tzinfo=UTC), quantity=2)])
    november, grouping = Period(2026, 11), Grouping(by_account=False, by_product=False, by_day=True)
    async with opened(service) as store:
        question = usage_summaries.SummaryAsked(
            november, day_starts(november, service.zone), with_subaccounts=True, grouping=grouping, as_of_time=None
        )
        async with store.pool.acquire() as connection:
            place = await usage_summaries.find_place(connection, PARENT, november)
            assert place is not None
            before = await usage_summaries.summarize(connection, place, question, exact=False)
            assert before is not None
            assert before.event_count.tolist() == [1]
            await roll_all_up(store)
            assert await usage_summaries.summarize(connection, place, question, exact=False) is None

        async def of_before(*_: object) -> tuple[usage_summaries.Place, Summed]:
            return place, before

        monkeypatch.setattr(usage_summaries, "summarize_rolled_up", of_before)
        summary = await usages.summary(
            store, account_sid=PARENT, period=november, include_subaccounts=True, grouping=grouping
        )
        assert [(row.day, row.event_count, row.quantity_micros) for row in summary.rows()] == [
            (date(2026, 11, 3), 1, 2_000_000)
        ]


def _named(
    summed: Summed, accounts: dict[int, str], products: dict[int, str], grouping: tuple[bool, ...]
) -> UsageSummary:
    return named(summed, accounts if grouping[0] else None, products if grouping[1] else None, by_day=grouping[2])


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("count", [1, FEWEST_FOR_COLUMNS - 1, FEWEST_FOR_COLUMNS, 500])
def test_rows_are_the_same_in_columns_and_in_messages(grouping: tuple[bool, ...], count: int) -> None:
    chance = np.random.default_rng(count)
    accounts = {key: f"AC{key * 7 % 11:032x}" for key in range(11)}
    products = {key: "product-"[: key % 9] + str(key) for key in range(13)}
    sums = [chance.integers(-(2**63) + 1, 2**63 - 1, count) >> chance.integers(0, 63, count) for _ in range(3)]
    summed = Summed(
        *(chance.integers(0, most, count) for most in (11, 13)), 20_000 + chance.integers(0, 31, count), sums[0], *sums
    )
    summary = _named(summed, accounts, products, grouping)
    expected = GetUsageSummaryResponse(
        rows=[
            UsageSummaryRow(
                account_sid=row.account_sid or "",
                product_id=row.product_id or "",
                day=day(row.day) if row.day else None,
                record_count=row.event_count,
                quantity_micros=str(row.quantity_micros),
                unrated_quantity_micros=str(row.unrated_micros),
                rated_amount=money(f"{row.rated_nanos // 10**9}.{row.rated_nanos % 10**9:09d}")
                if row.rated_nanos >= 0
                else money(f"-{-row.rated_nanos // 10**9}.{-row.rated_nanos % 10**9:09d}"),
            )
            for row in summary.rows()
        ]
    )
    assert written_usage_summary(summary, USD) == expected.SerializeToString()
    order = [(row.account_sid or "", row.product_id or "", row.day or date.min) for row in summary.rows()]
    assert order == sorted(order)


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_a_page_begins_after_what_stood_last_whether_it_is_still_there_or_not(grouping: tuple[bool, ...]) -> None:
    chance = np.random.default_rng(7)
    places = np.unique(chance.integers(0, 5, (60, 3)), axis=0)
    places = np.unique(np.where(grouping, places, 0), axis=0)
    ones = np.ones(len(places), dtype=np.int64)
    accounts, products = ({key: f"{what}-{key}" for key in range(5)} for what in ("account", "product"))
    summary = _named(Summed(*places.T, ones, ones, ones, ones), accounts, products, grouping)
    rows = [summary.names(row) for row in range(len(summary))]
    assert [summary.place_after(names) for names in rows] == list(range(1, len(rows) + 1))
    for gone, names in enumerate(rows):
        kept = np.delete(np.arange(len(rows)), gone)
        without = _named(Summed(*places[kept].T, *[ones[kept]] * 4), accounts, products, grouping)
        assert without.place_after(names) == gone
        first, end = gone // 2, gone
        assert [row[:3] for row in without.stretch(first, end).rows()] == rows[first:end]


async def test_a_summary_of_too_many_rows_is_refused(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await make_service(worker=False)
    await _family(service)
    await service.record([usage(PARENT, "sms", datetime(2026, 11, day, tzinfo=UTC)) for day in (3, 4, 5)])
    asked = _asked(PARENT, (False, False, True))
    async with opened(service) as store:
        for roll_up in (False, True):
            if roll_up:
                await roll_all_up(store)
            monkeypatch.setattr(usage_summaries, "MOST_ROWS", 3)
            assert len((await service.billing.GetUsageSummary(asked, metadata=STAFF)).rows) == 3
            monkeypatch.setattr(usage_summaries, "MOST_ROWS", 2)
            refused = await service.refused(service.billing.GetUsageSummary(asked, metadata=STAFF))
            assert (refused.reason, refused.fields) == ("INVALID_FIELD", ("by_day",))
            assert "subaccounts one by one" in refused.message
