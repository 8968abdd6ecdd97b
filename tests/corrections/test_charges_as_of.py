"""3.9: charge records are listed as of a moment of business time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import ChargeRecord
from tests.corrections.calls import JULY, JUNE, MID_JUNE, OTHER, PARENT, execute, prepare
from tests.service import Service, timestamp, usage

JUNE_CLOSED, JULY_CLOSED = datetime(2026, 7, 2, tzinfo=UTC), datetime(2026, 8, 3, tzinfo=UTC)
TICK = timedelta(microseconds=1)


async def listed(service: Service, as_of: datetime, **filters: object) -> list[ChargeRecord]:
    """All records as of a moment, over pages of one."""
    request = b.ListChargesRequest(as_of_time=timestamp(as_of), page_size=1, **filters)
    found: list[ChargeRecord] = []
    while True:
        page = await service.billing.ListCharges(request)
        found.extend(page.records)
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


async def two_closings(service: Service) -> None:
    """June closed on 2 July, July with what June's adjustments on 3 August."""
    await prepare(service)
    await service.change_plan(PARENT, "production")
    await service.advance(date(2026, 6, 20))
    await service.record([usage(sid, "sms", MID_JUNE, amount=10_000) for sid in (PARENT, OTHER)])
    await service.advance(JUNE_CLOSED)
    await service.close(JUNE)
    await service.record([usage(PARENT, "sms", MID_JUNE, amount=1_000)])
    await service.advance(JULY_CLOSED)
    await service.close(JULY)


async def test_3_9_records_are_listed_as_of_the_moment_they_were_emitted(service: Service) -> None:
    await two_closings(service)
    feed = await service.feed()
    of_june = [record for record in feed if record.closing_period == JUNE]
    assert 0 < len(of_june) < len(feed)
    assert await listed(service, JUNE_CLOSED - TICK) == []
    assert await listed(service, JUNE_CLOSED) == of_june
    assert await listed(service, JULY_CLOSED - TICK) == of_june
    assert await listed(service, JULY_CLOSED) == feed
    paid = [record for record in of_june if record.payer_account_sid == PARENT]
    assert await listed(service, JUNE_CLOSED, payer_account_sid=PARENT, period=JUNE) == paid


async def test_records_of_before_the_moments_were_kept_count_as_emitted_when_their_closing_started(
    service: Service,
) -> None:
    """3.9: slices that were placed before the column was there have no moment of their own."""
    await two_closings(service)
    feed = await service.feed()
    await execute(service, "UPDATE charge_slice SET emit_time = NULL")
    assert await listed(service, JUNE_CLOSED - TICK) == []
    assert await listed(service, JULY_CLOSED) == feed
