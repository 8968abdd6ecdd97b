"""4.4: usage is voided and corrected, and what was first recorded stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.error_pb2 import ERROR_REASON_EVENT_CONFLICT
from tests.conftest import MakeService
from tests.corrections.calls import (
    CHILD,
    JULY,
    JUNE,
    MID_JUNE,
    PARENT,
    Fix,
    Totals,
    correct,
    correcting,
    differences,
    execute,
    listed,
    opened,
    prepare,
    roll_all_up,
    summary,
    void,
    voiding,
)
from tests.service import SELF_SERVICE, STAFF, Service, amount, timestamp, usage

NOW = datetime(2026, 6, 20, tzinfo=UTC)


@pytest.fixture
async def june(service: Service) -> Service:
    """On 20 June, with accounts and products."""
    await prepare(service)
    await service.advance(NOW)
    return service


async def recorded(service: Service, *, quantity: int = 10, sid: str = PARENT, rated: str | None = None) -> UUID:
    """A new record of sms in the middle of June; returns its event id."""
    event = uuid4()
    response = await service.record([usage(sid, "sms", MID_JUNE, quantity=quantity, amount=rated, event=event)])
    assert response.new_count == 1, response
    return event


async def test_4_4_a_voided_record_counts_for_nothing_and_is_still_listed(june: Service) -> None:
    kept, gone = await recorded(june, quantity=10), await recorded(june, quantity=32, rated="1.5")
    assert await summary(june) == {("sms",): Totals(2, Decimal(42), Decimal(10), Decimal("1.5"))}
    await june.advance(NOW + timedelta(hours=1))
    assert await void(june, gone) == (1, 0)
    assert await summary(june) == {("sms",): Totals(1, Decimal(10), Decimal(10))}
    found = await listed(june)
    assert found[gone].void_time == timestamp(NOW + timedelta(hours=1))
    assert (found[gone].record.quantity_micros, amount(found[gone].record.amount)) == (32 * 10**6, Decimal("1.5"))
    assert not found[kept].HasField("void_time")


async def test_4_4_voiding_twice_is_a_repeat(june: Service) -> None:
    first, second = await recorded(june), await recorded(june)
    assert await void(june, first) == (1, 0)
    assert await void(june, first, second) == (1, 1)
    assert await void(june, second) == (0, 1)
    assert await summary(june) == {}


async def test_4_4_the_last_correction_counts_and_the_trail_keeps_all(june: Service) -> None:
    event = await recorded(june, quantity=10)
    moments = [NOW + timedelta(hours=hours) for hours in (1, 2, 3)]
    for moment, fix in zip(moments, (Fix(event, 11), Fix(event, 12, "3.000000001"), Fix(event, "0.5")), strict=True):
        await june.advance(moment)
        [answer] = await correct(june, fix)
    assert await summary(june) == {("sms",): Totals(1, Decimal("0.5"), Decimal("0.5"))}
    assert (await listed(june))[event] == answer
    assert [each.quantity_micros for each in answer.corrections] == [11 * 10**6, 12 * 10**6, 5 * 10**5]
    assert [each.record_time for each in answer.corrections] == [timestamp(moment) for moment in moments]
    rated = [amount(each.amount) if each.HasField("amount") else None for each in answer.corrections]
    assert rated == [None, Decimal("3.000000001"), None]
    assert answer.record.quantity_micros == 10 * 10**6
    await june.advance(NOW + timedelta(hours=4))
    assert await void(june, event) == (1, 0)
    after = (await listed(june))[event]
    assert (len(after.corrections), after.void_time) == (3, timestamp(NOW + timedelta(hours=4)))


async def test_4_4_rated_usage_is_corrected_to_unrated_and_back(june: Service) -> None:
    event = await recorded(june, quantity=10, rated="2")
    await correct(june, Fix(event, 10))
    assert await summary(june) == {("sms",): Totals(1, Decimal(10), Decimal(10))}
    await correct(june, Fix(event, 0, "0.000000001"))
    assert await summary(june) == {("sms",): Totals(1, Decimal(0), Decimal(0), Decimal("0.000000001"))}
    await correct(june, Fix(event, 7, 0))
    assert await summary(june) == {("sms",): Totals(1, Decimal(7))}


async def test_4_4_the_answers_are_in_the_order_of_the_request(june: Service) -> None:
    events = [await recorded(june, quantity=number) for number in range(1, 6)]
    answers = await correct(june, *(Fix(event, 100) for event in reversed(events)))
    assert [UUID(each.record.event_id) for each in answers] == events[::-1]
    assert {each.record.account_sid for each in answers} == {PARENT}


async def test_4_1_a_repeat_is_compared_with_what_was_first_recorded(june: Service) -> None:
    """4.1: content is what was first recorded, whatever was voided or corrected since."""
    corrected, voided = uuid4(), uuid4()
    sent = [usage(PARENT, "sms", MID_JUNE, quantity=5, event=event) for event in (corrected, voided)]
    await june.record(sent)
    await correct(june, Fix(corrected, 6))
    await void(june, voided)
    again = await june.record(sent)
    assert (again.repeated_count, again.new_count) == (2, 0)
    as_corrected = await june.record([usage(PARENT, "sms", MID_JUNE, quantity=6, event=corrected)])
    assert [each.reason for each in as_corrected.refused] == [ERROR_REASON_EVENT_CONFLICT]
    assert await summary(june) == {("sms",): Totals(1, Decimal(6), Decimal(6))}


async def test_4_4_an_event_id_is_of_its_account_and_period(june: Service) -> None:
    """4.1, 4.4: the same id in another account or period is another record."""
    await june.advance(date(2026, 7, 10))
    event = uuid4()
    in_july = datetime(2026, 7, 3, tzinfo=UTC)
    await june.record(
        [
            usage(PARENT, "sms", MID_JUNE, quantity=1, event=event),
            usage(PARENT, "sms", in_july, quantity=2, event=event),
            usage(CHILD, "sms", MID_JUNE, quantity=4, event=event),
        ]
    )
    await void(june, event, period=JULY)
    await correct(june, Fix(event, 8), sid=CHILD)
    [kept] = await correct(june, Fix(event, 16))
    assert (len(kept.corrections), kept.HasField("void_time")) == (1, False)
    for as_of in (None, datetime(2026, 7, 10, tzinfo=UTC)):
        assert await summary(june, by_account=True, as_of=as_of) == {
            (PARENT, "sms"): Totals(1, Decimal(16), Decimal(16)),
            (CHILD, "sms"): Totals(1, Decimal(8), Decimal(8)),
        }
        assert await summary(june, period=JULY, as_of=as_of) == {}
    assert (await listed(june))[event] == kept
    async with opened(june) as store:
        await roll_all_up(store)
        assert await differences(store) == {}


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kathmandu"])
async def test_4_2_a_correction_falls_on_the_day_of_the_usage(make_service: MakeService, zone: str) -> None:
    """4.2, 4.4: in the billing zone, at the ends of the period too."""
    june = await make_service(zone=zone)
    await prepare(june)
    await june.advance(date(2026, 7, 1))
    ends = [datetime(2026, 6, 1, tzinfo=june.zone), datetime(2026, 7, 1, tzinfo=june.zone) - timedelta(microseconds=1)]
    events = [uuid4(), uuid4()]
    await june.record([usage(PARENT, "sms", end, event=event) for end, event in zip(ends, events, strict=True)])
    await correct(june, Fix(events[0], 3), Fix(events[1], 4))
    days = await summary(june, by_product=False, by_day=True)
    assert {key: totals.quantity for key, totals in days.items()} == {("1",): Decimal(3), ("30",): Decimal(4)}


async def test_4_4_a_thousand_records_are_voided_and_corrected_in_one_call(june: Service) -> None:
    events = [UUID(int=number) for number in range(1, 1_001)]
    await june.record([usage(PARENT, "sms", MID_JUNE, event=event) for event in events])
    assert len(await correct(june, *(Fix(event, 2, "0.5") for event in events))) == 1_000
    assert await summary(june) == {("sms",): Totals(1_000, Decimal(2_000), Decimal(0), Decimal(500))}
    assert await void(june, *events) == (1_000, 0)
    assert await summary(june) == {}
    too_many = await june.refused(june.billing.VoidUsage(voiding([*events, uuid4()])))
    assert (too_many.reason, too_many.fields) == ("INVALID_FIELD", ("event_ids",))


async def test_the_largest_numbers_are_corrected_without_loss(june: Service) -> None:
    """4.1: a quantity below 10¹², an amount below 10⁹."""
    most, dearest = Decimal("999999999999.999999"), Decimal("999999999.999999999")
    events = [await recorded(june, quantity=0) for _ in range(20)]
    await correct(june, *(Fix(event, most, dearest) for event in events))
    assert await summary(june) == {("sms",): Totals(20, 20 * most, Decimal(0), 20 * dearest)}
    await correct(june, *(Fix(event, most) for event in events))
    assert await summary(june) == {("sms",): Totals(20, 20 * most, 20 * most)}


async def test_a_repeated_request_answers_the_same_and_changes_nothing(june: Service) -> None:
    """A write repeats by its request id, whatever happened meanwhile."""
    event = await recorded(june, quantity=1)
    request = correcting([Fix(event, 2)])
    first = await june.billing.CorrectUsage(request, metadata=STAFF)
    await correct(june, Fix(event, 3))
    assert await june.billing.CorrectUsage(request, metadata=STAFF) == first
    assert (await summary(june))[("sms",)].quantity == 3
    request.corrections[0].quantity_micros += 1
    assert (await june.refused(june.billing.CorrectUsage(request, metadata=STAFF))).reason == "REQUEST_ID_REUSED"
    void_request = voiding([event])
    answers = [await june.billing.VoidUsage(void_request, metadata=STAFF) for _ in range(2)]
    assert [(each.voided_count, each.repeated_count) for each in answers] == [(1, 0), (1, 0)]


async def test_corrections_stand_in_the_audit_trail(june: Service) -> None:
    event = await recorded(june)
    await correct(june, Fix(event, 3))
    await june.billing.VoidUsage(voiding([event]), metadata=SELF_SERVICE)
    events = await june.billing.ListAuditEvents(b.ListAuditEventsRequest(subject=PARENT), metadata=STAFF)
    assert [(each.rpc, each.caller) for each in events.events[:2]] == [
        ("VoidUsage", "customer"),
        ("CorrectUsage", "tests"),
    ]


async def test_3_9_a_summary_as_of_a_moment_counts_as_it_did_then(june: Service) -> None:
    """3.9, 4.4: a void or correction later than the moment does not count."""
    event, other = await recorded(june, quantity=10), await recorded(june, quantity=100, rated="5")
    moments = [NOW + timedelta(hours=hours) for hours in range(5)]
    await june.advance(moments[1])
    await correct(june, Fix(event, 20, "1"))
    await june.advance(moments[2])
    await correct(june, Fix(event, 30), Fix(other, 200))
    await june.advance(moments[3])
    await void(june, event)
    await june.advance(moments[4])
    await void(june, other)
    expected = [
        {("sms",): Totals(2, Decimal(110), Decimal(10), Decimal(5))},
        {("sms",): Totals(2, Decimal(120), Decimal(0), Decimal(6))},
        {("sms",): Totals(2, Decimal(230), Decimal(230))},
        {("sms",): Totals(1, Decimal(200), Decimal(200))},
        {},
    ]
    assert [await summary(june, as_of=moment) for moment in moments] == expected
    just_before = [moment - timedelta(microseconds=1) for moment in moments]
    assert [await summary(june, as_of=moment) for moment in just_before] == [{}, *expected[:-1]]
    assert await summary(june) == {}


async def test_voids_add_to_cells_whether_the_events_are_rolled_up_or_not(make_service: MakeService) -> None:
    """The difference stands in the cells at once; the event comes to it when its batch is rolled up."""
    june = await make_service(worker=False)
    await prepare(june)
    await june.advance(NOW)
    event = await recorded(june, quantity=10)
    await void(june, event)
    assert await summary(june) == {}
    assert await execute(june, "SELECT FROM usage_rollup WHERE event_count = -1 AND quantity_micros = -10000000") == (
        "SELECT 1"
    )
    assert await execute(june, "SELECT FROM usage_event WHERE event_id = $1 AND quantity_micros = 10000000", event) == (
        "SELECT 1"
    )


async def test_6_4_a_preview_counts_corrections_and_leaves_out_what_is_all_voided(make_service: MakeService) -> None:
    """4.4, 5.6, 6.4: of usage that is rolled up and that is not; a line of nothing is left out."""
    june = await make_service(worker=False)
    await prepare(june)
    await june.advance(NOW)
    first = await recorded(june, quantity=1_000)
    async with opened(june) as store:
        await roll_all_up(store)
    second = await recorded(june, quantity=500)
    await correct(june, Fix(first, 2_000))
    await void(june, second)
    assert [amount(record.amount) for record in await june.preview(PARENT)] == [Decimal(20)]
    await void(june, first)
    assert await june.preview(PARENT) == []


async def test_a_period_without_usage_has_nothing_to_void(june: Service) -> None:
    refused = await june.refused(june.billing.VoidUsage(voiding([uuid4()], period=JUNE)))
    assert (refused.reason, refused.fields) == ("EVENT_NOT_FOUND", ("event_ids[0]",))
