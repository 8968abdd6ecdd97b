"""The test clock, which business time follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from prorata.v1 import test_clock_service_pb2 as t
from tests.conftest import START
from tests.server.calls import (
    INVALID,
    PRECONDITION,
    audit_events,
    day_in,
    moment_in,
    price,
    prices_request,
    refuses,
    sid,
)
from tests.service import SELF_SERVICE, STAFF, Service, timestamp


async def shown(service: Service) -> datetime:
    response = await service.clock.GetTestClock(t.GetTestClockRequest(), metadata=SELF_SERVICE)
    return moment_in(response.current_time)


def advance(service: Service, target: datetime | Timestamp) -> object:
    stamp = target if isinstance(target, Timestamp) else timestamp(target)
    return service.clock.AdvanceTestClock(t.AdvanceTestClockRequest(target_time=stamp), metadata=STAFF)


async def test_the_clock_is_set_freely_while_the_store_is_empty_then_only_forward(quiet: Service) -> None:
    for moment in (datetime(2030, 1, 1, tzinfo=UTC), datetime(2001, 2, 3, 4, 5, 6, 789, tzinfo=UTC), START):
        response = await advance(quiet, moment)
        assert moment_in(response.current_time) == await shown(quiet) == moment
    await quiet.account(sid(1))

    found = await refuses(
        advance(quiet, START - timedelta(microseconds=1)), PRECONDITION, "CLOCK_BACKWARD", "target_time"
    )
    assert "2026-06-01" in found.message
    assert await shown(quiet) == START
    for moment in (START, START + timedelta(microseconds=1), START + timedelta(days=1)):
        await advance(quiet, moment)
        assert await shown(quiet) == moment
    await refuses(advance(quiet, START), PRECONDITION, "CLOCK_BACKWARD", "target_time")


async def test_a_product_alone_holds_the_clock_too(quiet: Service) -> None:
    await quiet.product("sms")
    await refuses(advance(quiet, START - timedelta(days=1)), PRECONDITION, "CLOCK_BACKWARD", "target_time")


async def test_a_moment_the_clock_can_not_show_is_refused(quiet: Service) -> None:
    for seconds, nanos in (
        (0, 0),
        (10**12, 0),
        (-(10**15), 0),
        (10**15, 0),
        (1_780_000_000, 10**9),
        (1_780_000_000, -1),
    ):
        stamp = Timestamp(seconds=seconds, nanos=nanos)
        await refuses(advance(quiet, stamp), INVALID, "INVALID_FIELD", "target_time")
    missing = quiet.clock.AdvanceTestClock(t.AdvanceTestClockRequest(), metadata=STAFF)
    await refuses(missing, INVALID, "INVALID_FIELD", "target_time")
    assert await shown(quiet) == START


async def test_business_time_and_what_is_recorded_follow_the_clock(quiet: Service) -> None:
    moment = datetime(2026, 6, 17, 23, 59, 59, 999_999, tzinfo=UTC)
    await quiet.advance(moment)
    account = await quiet.account(sid(1))
    assert (moment_in(account.create_time), day_in(account.creation_day)) == (moment, date(2026, 6, 17))
    await quiet.product("sms")
    await quiet.advance(moment + timedelta(microseconds=1))
    assert day_in((await quiet.subscription(sid(1))).day) == date(2026, 6, 18)
    assert day_in((await quiet.change_plan(sid(1), "production")).active_day) == date(2026, 6, 18)
    published = await quiet.billing.PublishPrices(prices_request(price("sms", "1")), metadata=STAFF)
    assert moment_in(published.prices[0].publish_time) == moment + timedelta(microseconds=1)
    assert [moment_in(event.event_time) for event in await audit_events(quiet)] == [
        moment + timedelta(microseconds=1)] * 2 + [moment] * 2  # fmt: skip
