"""The worked examples of the billing rules (9), through the real service: accounts and plans in, charge records out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from prorata.v1.product_pb2 import PRODUCT_FAMILY_SEGMENT
from tests.conftest import MakeService
from tests.examples.closed_month import SUPPORT, USAGE, Segment, close_month, segment
from tests.service import Service, amount, support

ACCOUNT, FIRST_SUB, SECOND_SUB = "AC" + "a" * 32, "AC" + "b" * 32, "AC" + "c" * 32


def june(number: int) -> date:
    """A day of June 2026."""
    return date(2026, 6, number)


JUNE_END = date(2026, 7, 1)


@dataclass(frozen=True)
class Step:
    """What happens on a day of June."""

    day: int
    plan: str = ""
    start: int | None = None
    spend: str = ""
    create: bool = False
    close: bool = False

    async def take(self, service: Service) -> None:
        """Let it happen, at noon."""
        await service.advance(datetime(2026, 6, self.day, 12, tzinfo=UTC))
        if self.create:
            await service.account(ACCOUNT)
        if self.spend:
            await service.spend(ACCOUNT, self.spend, datetime(2026, 6, self.day, 11, tzinfo=UTC))
        if self.plan:
            await service.change_plan(ACCOUNT, self.plan, june(self.start) if self.start else None)
        if self.close:
            await service.close_account(ACCOUNT)  # from tomorrow on


CREATED = Step(1, create=True)
PRODUCTION = Step(1, plan="production")


def whole(plan: str, spend: str, total: str) -> list[Segment]:
    """One line over all of June."""
    return [segment(plan, june(1), JUNE_END, spend, total, {ACCOUNT: total})]


@pytest.mark.parametrize(
    ("steps", "expected", "total"),
    [
        pytest.param(
            [CREATED, PRODUCTION, Step(20, spend="10000")], whole("production", "10000", "400.00"), "400.00", id="E1"
        ),
        pytest.param(
            [CREATED, PRODUCTION, Step(20, spend="5000")], whole("production", "5000", "250.00"), "250.00", id="E2"
        ),
        pytest.param(
            [CREATED, Step(3, plan="production", start=15), Step(20, spend="10000")],
            [segment("production", june(15), JUNE_END, "10000", "213.33", {ACCOUNT: "213.33"})],
            "213.33",
            id="E3",
        ),
        pytest.param(
            [CREATED, PRODUCTION, Step(2, spend="10000"), Step(15, plan="business"), Step(20, spend="20000")],
            [
                segment("production", june(1), june(15), "30000", "560.00", {ACCOUNT: "560.00"}),
                segment("business", june(15), JUNE_END, "30000", "960.00", {ACCOUNT: "960.00"}),
            ],
            "1520.00",
            id="E4",
        ),
        pytest.param(
            [CREATED, PRODUCTION, Step(15, plan="business"), Step(20, spend="1000")],
            [
                segment("production", june(1), june(15), "1000", "116.67", {ACCOUNT: "116.67"}),
                segment("business", june(15), JUNE_END, "1000", "800.00", {ACCOUNT: "800.00"}),
            ],
            "916.67",
            id="E5",
        ),
        pytest.param(
            [Step(20, create=True, plan="production"), Step(25, spend="10000")],
            [segment("production", june(20), JUNE_END, "10000", "146.67", {ACCOUNT: "146.67"})],
            "146.67",
            id="E15",
        ),
        pytest.param(
            [CREATED, PRODUCTION, Step(10, spend="10000"), Step(15, close=True)],
            [segment("production", june(1), june(16), "10000", "200.00", {ACCOUNT: "200.00"})],
            "200.00",
            id="E16",
        ),
    ],
)
async def test_5_2_to_5_4_a_month_of_one_account(
    service: Service, steps: Sequence[Step], expected: list[Segment], total: str
) -> None:
    await service.product("sms")
    for step in steps:
        await step.take(service)
    await service.advance(JUNE_END)
    closed = await close_month(service, "2026-06", ACCOUNT)
    spend = sum(Decimal(step.spend or 0) for step in steps)
    assert closed.support(ACCOUNT) == expected
    assert closed.usage() == {ACCOUNT: spend}
    assert closed.totals == {USAGE: (1, spend), SUPPORT: (1, Decimal(total))}


async def test_5_5_e6_the_charge_is_shared_by_the_spend_of_subaccounts(service: Service) -> None:
    await service.product("sms")
    await service.account(ACCOUNT)
    await service.account(FIRST_SUB, parent=ACCOUNT)
    await service.account(SECOND_SUB, parent=ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(june(21))
    for sid, spent in ((ACCOUNT, 6_000), (FIRST_SUB, 3_000), (SECOND_SUB, 1_000)):
        await service.spend(sid, spent)
    await service.advance(JUNE_END)
    closed = await close_month(service, "2026-06", ACCOUNT)
    parts = {ACCOUNT: "240.00", FIRST_SUB: "120.00", SECOND_SUB: "40.00"}
    assert closed.support(ACCOUNT) == [segment("production", june(1), JUNE_END, "10000", "400.00", parts)]
    assert closed.usage() == {ACCOUNT: 6_000, FIRST_SUB: 3_000, SECOND_SUB: 1_000}
    assert {record.payer_account_sid for record in closed.records} == {ACCOUNT}
    assert closed.totals == {USAGE: (3, Decimal(10_000)), SUPPORT: (1, Decimal(400))}


async def test_5_4_e9_a_subaccount_created_within_the_month_does_not_cut_it(service: Service) -> None:
    await service.product("sms")
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(june(20))
    await service.account(FIRST_SUB, parent=ACCOUNT)
    await service.advance(june(25))
    await service.spend(ACCOUNT, 4_000)
    await service.spend(FIRST_SUB, 8_000)
    await service.advance(JUNE_END)
    closed = await close_month(service, "2026-06", ACCOUNT)
    parts = {ACCOUNT: "160.00", FIRST_SUB: "320.00"}
    assert closed.support(ACCOUNT) == [segment("production", june(1), JUNE_END, "12000", "480.00", parts)]
    assert closed.usage() == {ACCOUNT: 4_000, FIRST_SUB: 8_000}
    assert closed.totals == {USAGE: (2, Decimal(12_000)), SUPPORT: (1, Decimal(480))}


async def test_4_7_e10_a_segment_product_is_charged_but_no_part_of_the_spend(service: Service) -> None:
    await service.product("sms")
    await service.product("segment-events", family=PRODUCT_FAMILY_SEGMENT)
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(june(21))
    await service.spend(ACCOUNT, 8_000)
    await service.spend(ACCOUNT, 2_000, product="segment-events")
    await service.advance(JUNE_END)
    closed = await close_month(service, "2026-06", ACCOUNT)
    assert closed.support(ACCOUNT) == whole("production", "8000", "320.00")
    [usage] = [record for record in closed.records if record.kind == USAGE]
    by_product = {line.usage.product_id: (amount(line.amount), line.usage.covered) for line in usage.lines}
    assert by_product == {"sms": (Decimal(8_000), True), "segment-events": (Decimal(2_000), False)}
    assert closed.totals == {USAGE: (1, Decimal(10_000)), SUPPORT: (1, Decimal(320))}


async def test_5_3_e14_a_plan_that_starts_on_the_last_day_of_february(make_service: MakeService) -> None:
    service = await make_service(start=datetime(2026, 2, 1, tzinfo=UTC))
    await service.account(ACCOUNT)
    await service.advance(date(2026, 2, 28))
    change = await service.change_plan(ACCOUNT, "production")
    assert (change.first_charge_day.month, change.first_charge_day.day) == (3, 1)
    await service.advance(date(2026, 3, 1))
    closed = await close_month(service, "2026-02", ACCOUNT)
    assert closed.support(ACCOUNT) == [
        segment("production", date(2026, 2, 28), date(2026, 3, 1), "0", "8.93", {ACCOUNT: "8.93"})
    ]
    assert closed.totals == {SUPPORT: (1, Decimal("8.93"))}


async def test_4_2_e28_usage_belongs_to_the_period_of_its_moment_in_the_billing_zone(
    make_service: MakeService,
) -> None:
    service = await make_service(zone="Europe/Berlin")
    await service.product("sms")
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(datetime(2026, 6, 30, 22, 45, tzinfo=UTC))  # a quarter to one in the morning of 1 July
    await service.spend(ACCOUNT, 10_000, datetime(2026, 6, 30, 21, 59, 59, 999999, tzinfo=UTC))
    await service.spend(ACCOUNT, 20_000, datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    closed = await close_month(service, "2026-06", ACCOUNT)
    assert closed.usage() == {ACCOUNT: 10_000}
    assert closed.support(ACCOUNT) == whole("production", "10000", "400.00")
    await service.advance(date(2026, 8, 1))
    closed = await close_month(service, "2026-07", ACCOUNT)
    assert closed.usage() == {ACCOUNT: 20_000}
    assert closed.support(ACCOUNT) == [
        segment("production", JUNE_END, date(2026, 8, 1), "20000", "800.00", {ACCOUNT: "800.00"})
    ]
    assert closed.totals == {USAGE: (1, Decimal(20_000)), SUPPORT: (1, Decimal(800))}


async def test_5_3_e29_a_day_of_23_hours_counts_as_one(make_service: MakeService) -> None:
    service = await make_service(zone="Europe/Berlin", start=datetime(2026, 3, 1, tzinfo=UTC))
    await service.account(ACCOUNT)
    await service.advance(date(2026, 3, 29))
    await service.change_plan(ACCOUNT, "production")
    await service.advance(date(2026, 4, 1))
    closed = await close_month(service, "2026-03", ACCOUNT)
    assert closed.support(ACCOUNT) == [
        segment("production", date(2026, 3, 29), date(2026, 4, 1), "0", "24.19", {ACCOUNT: "24.19"})
    ]
    assert closed.totals == {SUPPORT: (1, Decimal("24.19"))}


async def test_6_4_within_the_month_a_preview_takes_the_rest_of_it_as_known_now(service: Service) -> None:
    await service.product("sms")
    await service.account(ACCOUNT)
    await service.advance(june(3))
    await service.change_plan(ACCOUNT, "production", june(15))
    await service.spend(ACCOUNT, 10_000, datetime(2026, 6, 2, tzinfo=UTC))
    pending = await service.preview(ACCOUNT)  # E3, twelve days before the plan starts
    assert [amount(record.amount) for record in support(pending)] == [Decimal("213.33")]
    await service.advance(JUNE_END)
    closed = await close_month(service, "2026-06", ACCOUNT)
    assert {record.charge_id for record in pending} == {record.charge_id for record in closed.records}
