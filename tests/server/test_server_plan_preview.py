"""What a change of plan would do and cost (6.4, 5.2 to 5.4), storing nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_USAGE
from tests.server.calls import change_request, day_in, optional_day, preview_request, sid
from tests.service import SELF_SERVICE, Service, amount, support, usage_records

TABLES = ("plan_held", "request", "audit_event", "account_life", "charge_record")


async def previewed(service: Service, *arguments: Any, **options: Any) -> p.PreviewPlanChangeResponse:
    request = preview_request(change_request(sid(1), *arguments, **options))
    return await service.plans.PreviewPlanChange(request, metadata=SELF_SERVICE)


async def counts(behind: asyncpg.Connection) -> list[int]:
    return [await behind.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]


async def test_6_4_in_the_current_month_the_support_charge_with_and_without_the_change(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.product("sms")
    await quiet.advance(datetime(2026, 6, 10, tzinfo=UTC))
    await quiet.spend(sid(1), "10000", datetime(2026, 6, 9, tzinfo=UTC))

    found = await previewed(quiet, "production", date(2026, 6, 15))  # E3
    assert (found.change.plan_id, day_in(found.change.active_day)) == ("production", date(2026, 6, 15))
    assert day_in(found.change.first_charge_day) == date(2026, 7, 1)
    assert (found.change.pending, found.change.by_staff) == (True, False)
    price = found.price.usage_based
    assert (Decimal(price.rate.value), amount(price.minimum)) == (Decimal("0.04"), Decimal(250))
    assert found.period == "2026-06"
    assert (found.HasField("support_without_change"), amount(found.support_without_change)) == (True, Decimal(0))
    assert (amount(found.support_with_change), found.support_with_change.currency_code) == (Decimal("213.33"), "USD")
    [charged] = support(found.records_with_change)
    [used] = usage_records(found.records_with_change)
    assert len(found.records_with_change) == 2
    assert (amount(used.amount), used.kind) == (Decimal(10_000), CHARGE_KIND_USAGE)
    assert (amount(charged.amount), charged.kind) == (Decimal("213.33"), CHARGE_KIND_SUPPORT_PLAN)
    assert (charged.position, charged.period, charged.owner_sid) == (0, "2026-06", sid(1))
    [line] = charged.lines
    assert (day_in(line.support.start_day), line.support.day_count) == (date(2026, 6, 15), 16)


async def test_6_4_a_change_within_a_paid_plan_is_pro_rated_on_both_sides(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.product("sms")
    await quiet.change_plan(sid(1), "production")
    await quiet.advance(datetime(2026, 6, 10, tzinfo=UTC))
    await quiet.spend(sid(1), "30000", datetime(2026, 6, 9, tzinfo=UTC))

    found = await previewed(quiet, "business", date(2026, 6, 15))  # E4
    assert amount(found.support_without_change) == Decimal(1_200)
    assert amount(found.support_with_change) == Decimal(1_520)
    [charged] = support(found.records_with_change)
    assert [amount(line.amount) for line in charged.lines] == [Decimal(560), Decimal(960)]
    cheaper = await previewed(quiet, "developer")  # 4 % of 30,000.00 for 9 of 30 days
    assert amount(cheaper.support_with_change) == Decimal(360)
    assert not cheaper.change.HasField("first_charge_day")
    assert cheaper.change.pending is False


async def test_6_4_what_is_pending_counts_on_both_sides_unless_it_is_replaced(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.change_plan(sid(1), "business", date(2026, 6, 16), metadata=SELF_SERVICE)
    today = await previewed(quiet, "production")
    assert amount(today.support_without_change) == Decimal(750)  # 1,500.00 for 15 of 30 days
    assert amount(today.support_with_change) == Decimal(875)  # and 250.00 for the 15 before
    replaced = await previewed(quiet, "production", date(2026, 6, 25), replace=True)
    assert amount(replaced.support_without_change) == Decimal(750)
    assert amount(replaced.support_with_change) == Decimal(50)  # 250.00 for 6 of 30 days


async def test_6_4_of_a_future_month_nothing_but_the_price_is_known(quiet: Service) -> None:
    await quiet.account(sid(1))
    await quiet.change_plan(sid(1), "production")
    found = await previewed(quiet, "business", date(2026, 7, 1))
    assert found.period == "2026-07"
    assert optional_day(found.change, "first_charge_day") == date(2026, 8, 1)
    assert amount(found.price.usage_based.minimum) == Decimal(1_500)
    assert not found.HasField("support_without_change")
    assert not found.HasField("support_with_change")
    assert not found.records_with_change
    assert (await previewed(quiet, "business", date(2026, 6, 30))).HasField("support_with_change")


async def test_a_preview_stores_nothing_and_tells_what_the_change_will_answer(
    quiet: Service, behind: asyncpg.Connection
) -> None:
    await quiet.account(sid(1))
    before = await counts(behind)
    for start in (None, date(2026, 6, 15), date(2026, 8, 1)):
        found = await previewed(quiet, "production", start)
        assert await counts(behind) == before
        assert await previewed(quiet, "production", start) == found
    made = await quiet.change_plan(sid(1), "production", date(2026, 8, 1), metadata=SELF_SERVICE)
    assert made == found.change
