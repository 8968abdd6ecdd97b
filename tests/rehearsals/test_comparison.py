"""A closing is compared with the month before, payer by payer; outliers are flagged by a threshold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.comparison import SHOWN, Threshold
from billing.operations.opening import Outlier, StoreWanted, open_store
from billing.period import Period
from billing.store import comparisons
from billing.store.comparisons import Compared
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import (
    CHARGE_KIND_SUPPORT_CREDIT,
    CHARGE_KIND_SUPPORT_PLAN,
    CHARGE_KIND_USAGE,
    ChargeTotal,
)
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, CLOSING_STATE_CLOSED, ClosingComparison
from server.settings import Settings as ServerSettings
from tests.conftest import MakeService, cloned
from tests.rehearsals.calls import break_price, outliers, rehearse, release
from tests.rehearsals.months import IN_JULY, IN_JUNE
from tests.service import STAFF, Service, amount, usage
from tests.support.desk import claim, miss_p2
from workers.settings import Settings as WorkerSettings

STEADY, TRIPLED, MORE, SMALL, GONE, FEW, CAME, CREDITED = (f"AC{number:032x}" for number in range(1, 9))
JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)

SPENT = {  # by payer: in June, in July
    STEADY: ("9000", "9000.50"),
    TRIPLED: ("2000", "6000"),
    MORE: ("2000", "6000.01"),
    SMALL: ("0.01", "1000"),
    GONE: ("1000.01", None),
    FEW: ("1000", None),
    CAME: (None, "70000"),
}


async def spend(service: Service, column: int, moment: datetime) -> None:
    """Everybody spends, if anything, in the month of a moment."""
    records = [
        usage(sid, "sms", moment, amount=spent[column]) for sid, spent in SPENT.items() if spent[column] is not None
    ]
    assert (await service.record(records)).new_count == len(records)


async def june_closed(service: Service) -> ClosingComparison:
    """June closed for all; the clock stands on 1 July. Its comparison."""
    await service.product("sms")
    await asyncio.gather(*(service.account(sid) for sid in SPENT))
    await service.advance(date(2026, 6, 28))
    await spend(service, 0, IN_JUNE)
    await service.advance(JULY)
    return (await service.close("2026-06")).comparison


def by_kind(totals: Iterable[ChargeTotal]) -> dict[int, tuple[int, Decimal]]:
    """Records and amounts by kind."""
    return {each.kind: (each.record_count, amount(each.amount)) for each in totals}


async def test_6_3_the_first_closing_has_nothing_to_be_compared_with(service: Service) -> None:
    """6.3: its totals are there, and nobody is an outlier."""
    await service.product("sms")
    await service.account(CAME)
    await service.advance(date(2026, 6, 28))
    await service.spend(CAME, 70_000)
    await service.advance(JULY)
    rehearsed = (await rehearse(service, "2026-06")).comparison
    found = (await service.close("2026-06")).comparison
    assert found == rehearsed
    assert (found.previous_period, list(found.previous_totals)) == ("", [])
    assert (found.outlier_count, list(found.outliers)) == (0, [])
    assert by_kind(found.totals) == {CHARGE_KIND_USAGE: (1, Decimal(70_000))}


async def test_6_3_payers_that_differ_widely_from_the_month_before_are_outliers(service: Service) -> None:
    """6.3: by more than the factor and the amount, the largest difference first; a rehearsal says so before."""
    await june_closed(service)
    await service.advance(date(2026, 7, 28))
    await spend(service, 1, IN_JULY)
    await service.advance(AUGUST)
    rehearsed = (await rehearse(service, "2026-07")).comparison
    found = (await service.close("2026-07")).comparison
    assert found == rehearsed
    assert (found.previous_period, found.outlier_factor, amount(found.outlier_amount)) == ("2026-06", 3.0, 1_000)
    assert outliers(found) == [
        (CAME, Decimal(70_000), Decimal(0)),
        (MORE, Decimal("6000.01"), Decimal(2000)),
        (GONE, Decimal(0), Decimal("1000.01")),
    ]
    assert found.outlier_count == 3
    assert by_kind(found.previous_totals) == {CHARGE_KIND_USAGE: (6, Decimal("15000.02"))}
    assert by_kind(found.totals) == {CHARGE_KIND_USAGE: (5, Decimal("92000.51"))}


async def test_6_8_adjustments_and_credits_are_left_out_of_the_comparison(service: Service) -> None:
    """6.8: each month is its own records from its own closing."""
    await service.product("sms")
    await service.account(CREDITED)
    await service.change_plan(CREDITED, "production")
    await service.advance(date(2026, 6, 28))
    await service.spend(CREDITED, 10_000)
    await miss_p2(service, CREDITED)
    await service.advance(JULY)
    await service.close("2026-06")
    await claim(service, CREDITED)
    await service.spend(CREDITED, 90_000, IN_JUNE)
    await service.advance(date(2026, 7, 28))
    await service.spend(CREDITED, 10_000, IN_JULY)
    await miss_p2(service, CREDITED, datetime(2026, 7, 6, 13, tzinfo=UTC))
    await service.advance(AUGUST)
    await claim(service, CREDITED, "2026-07")
    july = await service.close("2026-07")
    used = [each for each in await service.feed() if each.kind == CHARGE_KIND_SUPPORT_CREDIT]
    assert sorted(each.period for each in used) == ["2026-06", "2026-07"]
    assert {CHARGE_KIND_SUPPORT_CREDIT, CHARGE_KIND_USAGE, CHARGE_KIND_SUPPORT_PLAN} == by_kind(july.totals).keys()
    month = {CHARGE_KIND_USAGE: (1, Decimal(10_000)), CHARGE_KIND_SUPPORT_PLAN: (1, Decimal(400))}
    assert by_kind(july.comparison.totals) == by_kind(july.comparison.previous_totals) == month
    assert july.comparison.outlier_count == 0
    await service.advance(SEPTEMBER)
    august = (await service.close("2026-08")).comparison
    assert by_kind(august.previous_totals) == month
    assert outliers(august) == [(CREDITED, Decimal(250), Decimal(10_400))]


async def test_the_threshold_is_a_setting_of_server_and_workers(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was compared by another threshold stays."""
    monkeypatch.setenv("PRORATA_OUTLIER_FACTOR", "1.00001")
    monkeypatch.setenv("PRORATA_OUTLIER_AMOUNT", "0.49")
    service = await make_service()
    await june_closed(service)
    await service.advance(date(2026, 7, 28))
    await spend(service, 1, IN_JULY)
    await service.product("calls", price="1")
    assert (await service.record([usage(FEW, "calls", IN_JULY, quantity=1_000)])).new_count == 1
    await service.advance(AUGUST)
    await break_price(service, "calls")
    blocked = await service.close("2026-07")
    assert (blocked.state, blocked.HasField("comparison")) == (CLOSING_STATE_BLOCKED, False)
    released = await release(service, "2026-07")  # the server completes it
    assert released.state == CLOSING_STATE_CLOSED
    found = released.comparison
    assert (found.outlier_factor, amount(found.outlier_amount)) == (1.00001, Decimal("0.49"))
    assert {payer for payer, _, _ in outliers(found)} == SPENT.keys()
    monkeypatch.delenv("PRORATA_OUTLIER_FACTOR")
    async with service.worker():
        request = b.GetClosingRequest(period="2026-07")
        assert (await service.billing.GetClosing(request, metadata=STAFF)).closing.comparison == found


@pytest.mark.parametrize("settings_of", [ServerSettings, WorkerSettings])
def test_both_doors_have_the_same_threshold(
    settings_of: type[ServerSettings] | type[WorkerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {"database_url": "postgresql://", "redis_url": "redis://"}
    assert settings_of(**urls).outlier == Outlier(Decimal(3), Decimal(1000))
    monkeypatch.setenv("PRORATA_OUTLIER_FACTOR", "0.9")
    with pytest.raises(ValueError, match="outlier_factor"):
        settings_of(**urls)


async def test_a_threshold_finer_than_the_currency_opens_no_store(stores: tuple[str, str], template: str) -> None:
    async with cloned(stores[0], template) as url:
        opening = open_store(url, StoreWanted("USD", "UTC", test_mode=True), 1, None, Outlier(amount=Decimal("0.001")))
        with pytest.raises(ValueError, match="decimal places"):
            await opening.__aenter__()


async def test_listed_closings_are_as_each_alone(service: Service) -> None:
    """6.3: totals, shards, owners set apart and comparison, though they are read for all at once."""
    await june_closed(service)
    await service.product("calls", price="1")
    await service.advance(date(2026, 7, 28))
    await spend(service, 1, IN_JULY)
    assert (await service.record([usage(FEW, "calls", IN_JULY, quantity=1_000)])).new_count == 1
    await service.advance(AUGUST)
    await break_price(service, "calls")
    await service.close("2026-07")
    await release(service, "2026-07", FEW)
    await service.advance(SEPTEMBER)
    assert (await service.close("2026-08")).state == CLOSING_STATE_BLOCKED
    listed = (await service.billing.ListClosings(b.ListClosingsRequest(), metadata=STAFF)).closings
    assert [each.period for each in listed] == ["2026-08", "2026-07", "2026-06"]
    assert [len(each.set_apart) for each in listed] == [1, 1, 0]
    assert [each.HasField("comparison") for each in listed] == [False, True, True]
    for each in listed:
        request = b.GetClosingRequest(period=each.period)
        assert (await service.billing.GetClosing(request, metadata=STAFF)).closing == each


async def _put(connection: asyncpg.Connection, pairs: list[tuple[int, int]]) -> None:
    """A June closed and a July rehearsed, in the store: each payer's totals of July and June in cents."""
    await connection.execute("INSERT INTO closing VALUES (1, '2026-06-01', 3, now(), now(), '', '', true)")
    await connection.execute(
        "INSERT INTO rehearsal (period, closing_number, last_batch_key, state, start_time, started_by) "
        "VALUES ('2026-07-01', 2, 0, 1, now(), '')"
    )
    await connection.execute("INSERT INTO charge_slice OVERRIDING SYSTEM VALUE VALUES (1, 1, 0, $1)", len(pairs))
    for key, (july, june) in enumerate(pairs, 1):
        sid = f"AC{key:032x}"
        await connection.execute("INSERT INTO account VALUES ($1, $1, $2, '', now(), 0)", key, sid)
        if june:
            await connection.execute(
                "INSERT INTO charge_record VALUES ($1, $2, 1, $2, $2, 1, '2026-06-01', 1, gen_random_uuid(), '')",
                june,
                key,
            )
        if july:
            await connection.execute(
                "INSERT INTO rehearsal_record "
                "VALUES ($1, 1, $2, $2, '2026-07-01', 1, gen_random_uuid(), '', '{}', '{}')",
                july,
                key,
            )


MINOR = st.integers(0, 400) | st.integers(0, 2**63 - 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=st.lists(st.tuples(MINOR, MINOR), max_size=8),
    factor=st.decimals(1, 5, places=3),
    least=st.integers(0, 100),
)
async def test_the_statement_flags_whom_the_rule_flags(
    connection: asyncpg.Connection, pairs: list[tuple[int, int]], factor: Decimal, least: int
) -> None:
    threshold = Threshold(factor, least)
    expected = [
        (abs(july - june), f"AC{key:032x}", july, june)
        for key, (july, june) in enumerate(pairs, 1)
        if threshold.exceeded(july, june)
    ]
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("ALTER SEQUENCE rehearsal_rehearsal_number_seq RESTART")
        await _put(connection, pairs)
        before = 1, Period(2026, 6)
        await comparisons.compare(connection, Compared.REHEARSAL, 1, Period(2026, 7), before, threshold)
        found = (await comparisons.comparisons(connection, Compared.REHEARSAL, [1]))[1]
    finally:
        await transaction.rollback()
    assert found.outlier_count == len(expected)
    assert [(each.payer_sid, each.amount_minor, each.previous_minor) for each in found.outliers] == [
        tuple(rest) for _, *rest in sorted(expected, key=lambda each: (-each[0], each[1]))
    ]
    assert sum(total.amount_minor for total in found.totals) == sum(july for july, _ in pairs)
    assert sum(total.amount_minor for total in found.previous_totals) == sum(june for _, june in pairs)


async def test_all_outliers_are_counted_and_the_widest_hundred_are_kept(connection: asyncpg.Connection) -> None:
    await _put(connection, [(200_000 + number % 7, 0) for number in range(SHOWN + 50)])
    before = 1, Period(2026, 6)
    await comparisons.compare(connection, Compared.REHEARSAL, 1, Period(2026, 7), before, Threshold())
    found = (await comparisons.comparisons(connection, Compared.REHEARSAL, [1]))[1]
    assert (found.outlier_count, len(found.outliers)) == (SHOWN + 50, SHOWN)
    amounts = [each.amount_minor for each in found.outliers]
    assert amounts == sorted(amounts, reverse=True)
    assert min(amounts) > 200_001  # the lowest are those not kept
