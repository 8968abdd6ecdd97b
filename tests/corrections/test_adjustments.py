"""6.5, E12: what is recorded, voided and corrected of a closed period comes as adjustments of the next closing."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from prorata.v1.charge_pb2 import ChargeKind, ChargeRecord
from tests.corrections.calls import (
    CHILD,
    JULY,
    JUNE,
    MID_JUNE,
    PARENT,
    Fix,
    correct,
    differences,
    opened,
    prepare,
    void,
)
from tests.service import Service, amount, usage

IN_JULY = datetime(2026, 7, 3, tzinfo=UTC)


async def closed_june(service: Service, *amounts: int, sid: str = PARENT) -> list[UUID]:
    """June of an account with `production`, closed, and the records of its spend."""
    await prepare(service)
    await service.change_plan(PARENT, "production")
    await service.advance(date(2026, 6, 20))
    events = [uuid4() for _ in amounts]
    spent = zip(amounts, events, strict=True)
    await service.record([usage(sid, "sms", MID_JUNE, amount=each, event=event) for each, event in spent])
    await service.advance(date(2026, 7, 1))
    await service.close(JUNE)
    return events


async def closed_july(service: Service) -> dict[tuple[str, str], Decimal]:
    """What the closing of July emits, by kind and period."""
    position = len(await service.feed())
    await service.advance(date(2026, 8, 1))
    await service.close(JULY)
    return sums(await service.feed(position))


def sums(records: list[ChargeRecord]) -> dict[tuple[str, str], Decimal]:
    """Amounts by kind and period."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for record in records:
        found[ChargeKind.Name(record.kind).removeprefix("CHARGE_KIND_"), record.period] += amount(record.amount)
    return found


async def test_6_5_a_void_after_the_closing_takes_usage_and_support_back(service: Service) -> None:
    """6.5: E12 the other way round: 1,000.00 less usage, 40.00 less support."""
    _, gone = await closed_june(service, 9_000, 1_000)
    await void(service, gone)
    assert await closed_july(service) == {
        ("USAGE", JUNE): Decimal(-1_000),
        ("SUPPORT_PLAN", JUNE): Decimal(-40),
        ("SUPPORT_PLAN", JULY): Decimal(250),
    }


async def test_6_5_a_void_before_the_closing_is_in_its_records(service: Service) -> None:
    await prepare(service)
    await service.change_plan(PARENT, "production")
    await service.advance(date(2026, 6, 20))
    events = [uuid4(), uuid4()]
    await service.record([usage(PARENT, "sms", MID_JUNE, amount=10_000, event=event) for event in events])
    await void(service, events[0])
    await service.advance(date(2026, 7, 1))
    await service.close(JUNE)
    assert sums(await service.feed()) == {("USAGE", JUNE): Decimal(10_000), ("SUPPORT_PLAN", JUNE): Decimal(400)}
    assert await closed_july(service) == {("SUPPORT_PLAN", JULY): Decimal(250)}


async def test_6_5_a_rated_record_corrected_to_unrated_is_priced(service: Service) -> None:
    """4.4, 4.5, 6.5: 10,000.00 becomes 200,000 × 0.01 = 2,000.00; the support falls from 400.00 to 250.00."""
    [event] = await closed_june(service, 10_000)
    await correct(service, Fix(event, 200_000))
    assert await closed_july(service) == {
        ("USAGE", JUNE): Decimal(-8_000),
        ("SUPPORT_PLAN", JUNE): Decimal(-150),
        ("SUPPORT_PLAN", JULY): Decimal(250),
    }


async def test_6_5_a_late_record_that_is_voided_before_the_next_closing_changes_nothing(service: Service) -> None:
    await closed_june(service, 10_000)
    event = uuid4()
    await service.record([usage(PARENT, "sms", MID_JUNE, amount=1_000, event=event)])
    await void(service, event)
    assert await closed_july(service) == {("SUPPORT_PLAN", JULY): Decimal(250)}


async def test_6_5_all_of_a_closed_period_voided_takes_everything_but_the_minimum_back(service: Service) -> None:
    """5.2, 6.5: lines of zero are left out, and the sum of the period's records is what is left."""
    events = await closed_june(service, 6_000, 4_000, sid=CHILD)
    await void(service, *events, sid=CHILD)
    assert await closed_july(service) == {
        ("USAGE", JUNE): Decimal(-10_000),
        ("SUPPORT_PLAN", JUNE): Decimal(-150),
        ("SUPPORT_PLAN", JULY): Decimal(250),
    }
    async with opened(service) as store:
        assert await differences(store) == {}


async def test_6_5_a_correction_and_a_void_after_two_closings_settle_once_more(service: Service) -> None:
    """6.5: the third closing settles what the second could not know."""
    [event] = await closed_june(service, 10_000)
    await correct(service, Fix(event, 1, 20_000))
    assert await closed_july(service) == {
        ("USAGE", JUNE): Decimal(10_000),
        ("SUPPORT_PLAN", JUNE): Decimal(400),
        ("SUPPORT_PLAN", JULY): Decimal(250),
    }
    await void(service, event)
    position = len(await service.feed())
    await service.advance(date(2026, 9, 1))
    await service.close("2026-08")
    assert sums(await service.feed(position)) == {
        ("USAGE", JUNE): Decimal(-20_000),
        ("SUPPORT_PLAN", JUNE): Decimal(-550),
        ("SUPPORT_PLAN", "2026-08"): Decimal(250),
    }
    assert sums(await service.feed())["USAGE", JUNE] == 0
    async with opened(service) as store:
        assert await differences(store) == {}
