"""The worked examples of adjustments (9, 6.5), through the service."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_USAGE, ChargeRecord
from tests.service import Service, amount

JULY = datetime(2026, 7, 10, tzinfo=UTC)


def summary(record: ChargeRecord) -> tuple[int, str, str, Decimal, dict[str, Decimal]]:
    """Kind, period, closing period, amount and parts of a record."""
    parts: dict[str, Decimal] = {}
    for line in record.lines:
        for part in line.parts:
            parts[part.account_sid] = parts.get(part.account_sid, Decimal(0)) + amount(part.amount)
    return record.kind, record.period, record.closing_period, amount(record.amount), parts


async def adjustments(service: Service, period: str) -> list[ChargeRecord]:
    """The adjustments among the records in the feed, of a period."""
    return [record for record in await service.feed() if record.adjustment and record.period == period]


async def test_e12_a_late_record_is_settled_by_the_next_closing(service: Service) -> None:
    """E12, 6.5, 4.2: a late June record of 1,000.00 adjusts usage by 1,000.00 and support by 40.00."""
    await service.product("sms")
    sid = (await service.account()).account_sid
    await service.change_plan(sid, "production")
    await service.advance(date(2026, 6, 25))
    await service.spend(sid, "10000.00")
    await service.advance(date(2026, 7, 1))
    closed = await service.close("2026-06")
    await service.advance(JULY)
    await service.spend(sid, "1000.00", datetime(2026, 6, 12, tzinfo=UTC))
    due = await service.preview(sid, "2026-06")
    await service.advance(date(2026, 8, 1))
    assert sorted(summary(record) for record in due) == [
        (CHARGE_KIND_USAGE, "2026-06", "2026-07", Decimal(1000), {sid: Decimal(1000)}),
        (CHARGE_KIND_SUPPORT_PLAN, "2026-06", "2026-07", Decimal(40), {sid: Decimal(40)}),
    ]
    preview = await service.preview(sid, "2026-07")
    await service.close("2026-07")
    found = await adjustments(service, "2026-06")
    assert sorted(map(summary, found)) == sorted(map(summary, due))
    emitted = [record for record in await service.feed() if record.closing_period == "2026-07"]
    for record in emitted:
        record.position = 0
    assert sorted(emitted, key=lambda record: record.charge_id) == sorted(preview, key=lambda record: record.charge_id)
    assert (await service.close("2026-06")).digest == closed.digest


async def test_e19_parts_that_cancel_out_are_emitted_with_total_zero(service: Service) -> None:
    """E19, 5.6, 6.8: the minimum stays, its parts move by 41.67 from the parent to the subaccount."""
    await service.product("sms")
    parent = (await service.account()).account_sid
    sub = (await service.account(parent=parent)).account_sid
    await service.change_plan(parent, "production")
    await service.advance(date(2026, 6, 25))
    await service.spend(parent, "1000.00")
    await service.spend(sub, "1000.00")
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    await service.spend(sub, "1000.00", datetime(2026, 6, 12, tzinfo=UTC))
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    assert sorted(map(summary, await adjustments(service, "2026-06"))) == [
        (CHARGE_KIND_USAGE, "2026-06", "2026-07", Decimal(1000), {sub: Decimal(1000)}),
        (
            CHARGE_KIND_SUPPORT_PLAN,
            "2026-06",
            "2026-07",
            Decimal(0),
            {parent: Decimal("-41.67"), sub: Decimal("41.67")},
        ),
    ]


async def test_what_was_settled_is_not_settled_again(service: Service) -> None:
    """6.5: a closing settles what was recorded since the one before, against all records before."""
    await service.product("sms")
    sid = (await service.account()).account_sid
    await service.change_plan(sid, "production")
    await service.advance(date(2026, 6, 25))
    await service.spend(sid, "10000.00")
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    for month in (8, 9, 10):
        await service.spend(sid, "100.00", datetime(2026, 6, 12, tzinfo=UTC))
        await service.advance(date(2026, month, 1))
        await service.close(f"2026-{month - 1:02d}")
    await service.advance(date(2026, 11, 1))
    await service.close("2026-10")
    found = await adjustments(service, "2026-06")
    usage = [amount(record.amount) for record in found if record.kind == CHARGE_KIND_USAGE]
    support = [amount(record.amount) for record in found if record.kind == CHARGE_KIND_SUPPORT_PLAN]
    assert usage == [Decimal(100)] * 3
    assert support == [Decimal(4)] * 3


async def test_a_change_of_plan_today_settles_nothing(service: Service) -> None:
    """6.5: the stored runs are replaced, but the days of closed periods hold what they held."""
    await service.product("sms")
    sid = (await service.account()).account_sid
    await service.change_plan(sid, "production")
    await service.advance(date(2026, 6, 25))
    await service.spend(sid, "10000.00")
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    await service.change_plan(sid, "business", date(2026, 7, 1) + timedelta(days=4))
    assert await service.preview(sid, "2026-06") == []
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    assert await adjustments(service, "2026-06") == []
