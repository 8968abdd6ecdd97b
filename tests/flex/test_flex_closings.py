"""Flex in closings: the worked examples, late and voided activity, prices of closed months, spend and quotas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.charge_pb2 import CHARGE_KIND_FLEX, CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_USAGE, ChargeRecord
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED
from prorata.v1.flex_pb2 import FlexPrice, FlexQuota
from tests.conftest import MakeService
from tests.flex.calls import (
    ACTIVE_USER_HOURS,
    ENDED,
    LOGIN,
    NAMED_USER,
    STARTED,
    USER_AND_USAGE,
    activity,
    add,
    at,
    create,
    happen,
    logins,
    provisioned,
    removed,
    session,
    switch,
    users,
    void,
)
from tests.service import STAFF, Service, amount, day, money, usage

A, B, SUB = f"AC{'a' * 32}", f"AC{'b' * 32}", f"AC{'1' * 32}"
IN_JUNE = datetime(2026, 6, 20, 12, tzinfo=UTC)


async def publish(
    service: Service, model: int, price: str, start: str, quotas: Iterable[tuple[str, int]] = ()
) -> b.PublishPricesResponse:
    """A price of Flex with quotas in millionths."""
    flex_price = FlexPrice(
        pricing_model=model,  # type: ignore[arg-type]
        effective_period=start,
        unit_price=money(price),
        quotas=[FlexQuota(product_id=product, quantity_micros=micros) for product, micros in quotas],
    )
    return await service.billing.PublishPrices(
        b.PublishPricesRequest(request_id=str(uuid4()), flex_prices=[flex_price]), metadata=STAFF
    )


async def close(service: Service, period: str) -> list[ChargeRecord]:
    """Advance to the end of a period and close it; its records."""
    year, month = int(period[:4]), int(period[5:])
    await service.advance(date(year + month // 12, month % 12 + 1, 1))
    before = len(await service.feed())
    closing = await service.close(period)
    assert closing.state == CLOSING_STATE_CLOSED
    return [record for record in (await service.feed())[before:] if record.closing_period == period]


def only(records: Sequence[ChargeRecord], kind: int, account: str = "", period: str = "") -> ChargeRecord:
    """The one record of a kind, of an account or a period if one is given."""
    [record] = [
        record
        for record in records
        if record.kind == kind and account in ("", record.account_sid) and period in ("", record.period)
    ]
    return record


def kinds(records: Iterable[ChargeRecord]) -> dict[tuple[int, str], Decimal]:
    """Amounts by kind and period."""
    return {(record.kind, record.period): amount(record.amount) for record in records}


@pytest.fixture
async def june(service: Service) -> Service:
    """From 1 June on: usage of "sms" rated upstream, and "minutes" at 0.0085."""
    await service.product("sms")
    await service.product("minutes", price="0.0085")
    return service


async def test_e11_user_and_usage_with_support(june: Service) -> None:
    """E11, 7.2, 5.1: 12 users, one of them 40 times, are 420.00; Flex is part of the spend of the support plan."""
    await june.account(A)
    await add(june, A, USER_AND_USAGE)
    await june.change_plan(A, "production")
    await june.advance(at("06-30 12:00"))
    await happen(june, [*logins(A, users(12), at("06-03 09:00")), *logins(A, ["user-1"] * 39, at("06-04 09:00"))])
    await june.spend(A, "1000.00")
    records = await close(june, "2026-06")
    assert kinds(records) == {
        (CHARGE_KIND_USAGE, "2026-06"): Decimal(1000),
        (CHARGE_KIND_FLEX, "2026-06"): Decimal(420),
        (CHARGE_KIND_SUPPORT_PLAN, "2026-06"): Decimal(250),
    }
    flex = only(records, CHARGE_KIND_FLEX)
    assert (flex.payer_account_sid, flex.account_sid, flex.owner_sid, flex.adjustment) == (A, A, "", False)
    [line] = flex.lines
    assert (line.flex.pricing_model, line.flex.counted.value, line.flex.price_effective_period) == (
        USER_AND_USAGE,
        "12",
        "",
    )
    assert amount(line.flex.unit_price) == 35
    assert [(part.account_sid, amount(part.amount)) for part in line.parts] == [(A, 420)]
    [segment] = only(records, CHARGE_KIND_SUPPORT_PLAN).lines
    assert amount(segment.support.spend) == 1420
    response = await june.billing.ExplainCharge(b.ExplainChargeRequest(charge_id=flex.charge_id), metadata=STAFF)
    [words] = response.explanation.lines
    assert words.formula == "12 × 35.00 = 420.00"
    assert "12 unique users" in words.notes[0]
    assert "7.1 to 7.3" in response.explanation.rules


async def test_e24_hours_of_june_and_july(june: Service) -> None:
    """E24, 7.3: overlaps once, cut at the month's end: 11.00 of June, 6.00 of July."""
    await create(june, A, model=ACTIVE_USER_HOURS)
    await june.advance(at("06-03 18:00"))
    await happen(
        june,
        [
            *session(A, "A", at("06-03 09:00"), at("06-03 17:30")),
            *session(A, "A", at("06-03 17:00"), at("06-03 18:00")),
        ],
    )
    await june.advance(at("06-30 22:00"))
    await happen(june, [activity(A, STARTED, "B", at("06-30 22:00"), "night")])
    flex = only(await close(june, "2026-06"), CHARGE_KIND_FLEX)
    assert (amount(flex.amount), flex.lines[0].flex.counted.value) == (11, "11")
    await june.advance(at("07-01 06:00"))
    await happen(june, [activity(A, ENDED, "B", at("07-01 06:00"), "night")])
    records = await close(june, "2026-07")
    assert kinds(records) == {(CHARGE_KIND_FLEX, "2026-07"): Decimal(6)}  # and no adjustment of June


async def test_e25_named_users_with_a_quota(june: Service) -> None:
    """E25, 7.3: 13 at one time are 1,950.00; of 15,000 minutes 13,000 are included, the rest costs 17.00."""
    await publish(june, NAMED_USER, "150", "2026-06", [("minutes", 1_000 * 10**6)])
    await create(june, A, model=NAMED_USER)
    await june.advance(at("06-20 12:00"))
    await happen(june, provisioned(A, users(10), at("06-01 00:00")))
    await happen(
        june, [*provisioned(A, users(8, first=11), at("06-15 12:00")), *removed(A, users(5), at("06-15 12:00"))]
    )
    assert (await june.record([usage(A, "minutes", IN_JUNE, quantity=15_000)])).new_count == 1
    [preview, _] = await june.preview(A)
    assert amount(preview.amount) == 17
    records = await close(june, "2026-06")
    assert kinds(records) == {
        (CHARGE_KIND_USAGE, "2026-06"): Decimal("17.00"),
        (CHARGE_KIND_FLEX, "2026-06"): Decimal("1950.00"),
    }
    [line] = only(records, CHARGE_KIND_USAGE).lines
    assert int(line.usage.included_quantity_micros) == 13_000 * 10**6
    assert only(records, CHARGE_KIND_FLEX).lines[0].flex.price_effective_period == "2026-06"


async def test_a_quota_of_hours_includes_fractions(june: Service) -> None:
    """7.3, 1.2: 20 minutes of a user include a third of the quota; the amount of a third of an hour is rounded once."""
    await publish(june, ACTIVE_USER_HOURS, "1", "2026-06", [("minutes", 300 * 10**6)])
    await create(june, A, model=ACTIVE_USER_HOURS)
    await june.advance(IN_JUNE)
    await happen(june, session(A, "anna", at("06-03 09:00"), at("06-03 09:20")))
    await june.record([usage(A, "minutes", IN_JUNE, quantity=1_100)])
    records = await close(june, "2026-06")
    assert amount(only(records, CHARGE_KIND_USAGE).amount) == Decimal("8.50")
    flex = only(records, CHARGE_KIND_FLEX)
    assert (amount(flex.amount), flex.lines[0].flex.counted.value) == (Decimal("0.33"), "0.333333333")
    response = await june.billing.ExplainCharge(b.ExplainChargeRequest(charge_id=flex.charge_id), metadata=STAFF)
    assert response.explanation.lines[0].formula == "1,200 / 3,600 × 1.00 = 0.33"


async def test_a_quota_is_for_its_account_and_period_only(june: Service) -> None:
    """7.3: what one account has left over is no other's, nor the next month's; rated usage is not included."""
    await publish(june, NAMED_USER, "150", "2026-06", [("minutes", 1_000 * 10**6), ("sms", 10**6)])
    await create(june, A, model=NAMED_USER)
    await june.account(SUB, parent=A)
    await june.advance(at("06-20 12:00"))
    await happen(june, provisioned(A, ["anna"], at("06-01 00:00")))
    await june.record(
        [
            usage(A, "minutes", IN_JUNE, quantity=100),
            usage(SUB, "minutes", IN_JUNE, quantity=1_000),
            usage(A, "sms", IN_JUNE, quantity=1, amount=5),
        ]
    )
    records = await close(june, "2026-06")
    assert amount(only(records, CHARGE_KIND_USAGE, SUB).amount) == Decimal("8.50")
    assert amount(only(records, CHARGE_KIND_USAGE, A).amount) == 5
    await june.advance(at("07-20 12:00"))
    await june.record([usage(A, "minutes", at("07-20 11:00"), quantity=2_000)])
    records = await close(june, "2026-07")
    assert kinds(records) == {
        (CHARGE_KIND_USAGE, "2026-07"): Decimal("8.50"),
        (CHARGE_KIND_FLEX, "2026-07"): Decimal(150),  # still provisioned
    }


async def test_flex_of_a_subaccount_is_charged_to_the_top_level_account(june: Service) -> None:
    """7.1, 5.5, 5.6: a record per account, all to the parent; parts of the support charge by spend."""
    await june.account(A)
    await june.account(SUB, parent=A)
    await june.account(B)
    await june.change_plan(A, "production")
    for sid in (A, SUB, B):
        await add(june, sid, USER_AND_USAGE)
    await june.advance(IN_JUNE)
    await happen(june, [*logins(A, users(300), at("06-03 09:00")), *logins(SUB, users(100), at("06-03 09:00"))])
    records = await close(june, "2026-06")
    flex = {record.account_sid: record for record in records if record.kind == CHARGE_KIND_FLEX}
    assert {sid: (each.payer_account_sid, amount(each.amount)) for sid, each in flex.items()} == {
        A: (A, 10_500),
        SUB: (A, 3_500),
    }  # nobody logged in at B
    support = only(records, CHARGE_KIND_SUPPORT_PLAN)
    assert amount(support.amount) == 560  # 4 % of 14,000
    assert {part.account_sid: amount(part.amount) for part in support.lines[0].parts} == {A: 420, SUB: 140}
    assert {part.account_sid: amount(part.weight) for part in support.lines[0].parts} == {A: 10_500, SUB: 3_500}


async def test_late_and_voided_activity_is_settled_by_the_next_closing(june: Service) -> None:
    """6.5, 4.4: Flex, the usage above the quota, and the support plan are adjusted; June's records stay."""
    await publish(june, NAMED_USER, "150", "2026-06", [("minutes", 1_000 * 10**6)])
    await create(june, A, model=NAMED_USER)
    await june.change_plan(A, "production")
    await june.advance(IN_JUNE)
    await happen(june, provisioned(A, users(49), at("06-01 10:00")))
    extra = provisioned(A, ["extra"], at("06-02 10:00"))
    await happen(june, extra)
    await june.record([usage(A, "minutes", IN_JUNE, quantity=100_000)])
    first = await close(june, "2026-06")
    assert kinds(first) == {
        (CHARGE_KIND_USAGE, "2026-06"): Decimal(425),
        (CHARGE_KIND_FLEX, "2026-06"): Decimal(7_500),
        (CHARGE_KIND_SUPPORT_PLAN, "2026-06"): Decimal(317),
    }
    await june.advance(at("07-10 10:00"))
    await happen(june, provisioned(A, users(2, first=50), at("06-20 10:00")))  # late
    assert await void(june, A, "2026-06", [extra[0].event_id]) == (1, 0)
    await happen(june, removed(A, users(51), at("06-21 10:00")))  # late, and changes nothing but July
    second = await close(june, "2026-07")
    assert kinds(second) == {
        (CHARGE_KIND_USAGE, "2026-06"): Decimal("-8.50"),
        (CHARGE_KIND_FLEX, "2026-06"): Decimal(150),
        (CHARGE_KIND_SUPPORT_PLAN, "2026-06"): Decimal("5.66"),  # 4 % of 8,066.50, less 317.00
        (CHARGE_KIND_SUPPORT_PLAN, "2026-07"): Decimal(250),
    }
    flex = only(second, CHARGE_KIND_FLEX)
    assert (flex.adjustment, flex.account_sid, flex.payer_account_sid) == (True, A, A)
    [line] = flex.lines
    assert (line.adjustment.pricing_model, amount(line.adjustment.due), amount(line.adjustment.carried)) == (
        NAMED_USER,
        7_650,
        7_500,
    )
    response = await june.billing.ExplainCharge(b.ExplainChargeRequest(charge_id=flex.charge_id), metadata=STAFF)
    assert "Flex Named User" in response.explanation.lines[0].summary
    third = await close(june, "2026-08")
    assert kinds(third) == {(CHARGE_KIND_SUPPORT_PLAN, "2026-08"): Decimal(250)}


async def test_what_came_late_reaches_into_later_closed_months(june: Service) -> None:
    """6.5, 7.3: a user provisioned in May counts in June, too, when both are closed."""
    await create(june, A, model=NAMED_USER, created=date(2026, 5, 10))
    assert await close(june, "2026-05") == []
    assert await close(june, "2026-06") == []
    await june.advance(at("07-10 10:00"))
    await happen(june, provisioned(A, ["anna"], at("05-20 10:00")))
    records = await close(june, "2026-07")
    assert kinds(records) == {
        (CHARGE_KIND_FLEX, "2026-05"): Decimal(150),
        (CHARGE_KIND_FLEX, "2026-06"): Decimal(150),
        (CHARGE_KIND_FLEX, "2026-07"): Decimal(150),
    }
    assert only(records, CHARGE_KIND_FLEX, period="2026-05").adjustment


async def test_the_end_of_a_session_settles_the_months_since_its_start(june: Service) -> None:
    """6.5, 7.3: without an end 24 hours were charged; its end, in an open month, and the voiding of it tell another."""
    await create(june, A, model=ACTIVE_USER_HOURS)
    await june.advance(at("06-28 00:00"))
    await happen(june, [activity(A, STARTED, "anna", at("06-28 00:00"), "s")])
    assert kinds(await close(june, "2026-06")) == {(CHARGE_KIND_FLEX, "2026-06"): Decimal(24)}
    await june.advance(at("07-02 00:00"))
    end = activity(A, ENDED, "anna", at("07-02 00:00"), "s")
    await happen(june, [end])
    assert kinds(await close(june, "2026-07")) == {
        (CHARGE_KIND_FLEX, "2026-06"): Decimal(48),
        (CHARGE_KIND_FLEX, "2026-07"): Decimal(24),
    }
    await void(june, A, "2026-07", [end.event_id])
    assert kinds(await close(june, "2026-08")) == {
        (CHARGE_KIND_FLEX, "2026-06"): Decimal(-48),
        (CHARGE_KIND_FLEX, "2026-07"): Decimal(-24),
    }


async def test_a_preview_shows_what_late_activity_comes_to(june: Service) -> None:
    """6.4, 6.5: of the period next to close with the adjustments due; nothing is stored."""
    await june.account(A)
    await add(june, A, USER_AND_USAGE)
    await june.advance(IN_JUNE)
    sent = logins(A, ["anna", "bert"], at("06-03 09:00"))
    await happen(june, sent)
    assert kinds(await june.preview(A)) == {(CHARGE_KIND_FLEX, "2026-06"): Decimal(70)}
    await close(june, "2026-06")
    await void(june, A, "2026-06", [sent[0].event_id])
    await happen(june, [activity(A, LOGIN, "carl", at("06-30 23:00")), activity(A, LOGIN, "dora", at("06-30 23:00"))])
    assert kinds(await june.preview(A, "2026-07")) == {(CHARGE_KIND_FLEX, "2026-06"): Decimal(35)}
    assert kinds(await close(june, "2026-07")) == {(CHARGE_KIND_FLEX, "2026-06"): Decimal(35)}


async def test_what_was_sent_again_after_the_closing_settles_nothing(june: Service) -> None:
    """4.1, 6.5: repeats, however late, and refused conflicts change nothing."""
    await june.account(A)
    await add(june, A, USER_AND_USAGE)
    await june.advance(IN_JUNE)
    sent = logins(A, ["anna", "bert"], at("06-03 09:00"))
    await happen(june, sent)
    await close(june, "2026-06")
    sent[1].user_id = "carl"
    answer = await june.billing.RecordFlexActivity(b.RecordFlexActivityRequest(activities=sent), metadata=STAFF)
    assert (answer.new_count, answer.repeated_count, answer.refused_count) == (0, 1, 1)
    assert await close(june, "2026-07") == []


async def test_prices_of_closed_months_are_settled(june: Service) -> None:
    """4.5, 6.5, 7.3: a new price and quota of June, published by staff in July, and taken up by the next closing."""
    await create(june, A, model=NAMED_USER)
    await create(june, B, model=ACTIVE_USER_HOURS)
    await june.advance(IN_JUNE)
    await happen(
        june, [*provisioned(A, users(2), at("06-01 10:00")), *session(B, "anna", at("06-03 09:00"), at("06-03 12:00"))]
    )
    await june.record([usage(A, "minutes", IN_JUNE, quantity=1_000)])
    assert amount(only(await close(june, "2026-06"), CHARGE_KIND_FLEX, A).amount) == 300
    await publish(june, NAMED_USER, "149.99", "2026-06", [("minutes", 100 * 10**6)])
    records = await close(june, "2026-07")
    assert kinds(records) == {
        (CHARGE_KIND_FLEX, "2026-06"): Decimal("-0.02"),
        (CHARGE_KIND_USAGE, "2026-06"): Decimal("-1.70"),
        (CHARGE_KIND_FLEX, "2026-07"): Decimal("299.98"),
    }
    assert {record.payer_account_sid for record in records} == {A}


async def test_each_month_is_priced_by_its_model_and_price(june: Service) -> None:
    """7.7, 4.5: a switch and a price take effect on the first of a month; an instance added within it has its model."""
    await create(june, A, model=NAMED_USER)
    await publish(june, ACTIVE_USER_HOURS, "2.50", "2026-08")
    await june.advance(at("06-30 23:00"))
    await happen(june, [*provisioned(A, ["anna"], at("06-01 10:00")), *session(A, "anna", at("06-30 20:00"))])
    await switch(june, A, ACTIVE_USER_HOURS)
    first = only(await close(june, "2026-06"), CHARGE_KIND_FLEX)
    assert (amount(first.amount), first.lines[0].flex.pricing_model) == (150, NAMED_USER)
    second = only(await close(june, "2026-07"), CHARGE_KIND_FLEX)
    assert (amount(second.amount), second.lines[0].flex.pricing_model) == (20, ACTIVE_USER_HOURS)
    await june.advance(at("08-02 00:00"))
    await happen(june, session(A, "anna", at("08-01 10:00"), at("08-01 12:30")))
    third = only(await close(june, "2026-08"), CHARGE_KIND_FLEX)
    assert (amount(third.amount), third.lines[0].flex.price_effective_period) == (Decimal("6.25"), "2026-08")


async def test_months_end_in_the_billing_zone(make_service: MakeService) -> None:
    """0, 7.2: 30 June 22:30 in UTC is July in Berlin."""
    service = await make_service(zone="Europe/Berlin")
    await service.account(A)
    await add(service, A, USER_AND_USAGE)
    await service.advance(at("06-30 23:00"))
    await happen(service, [*logins(A, ["anna"], at("06-30 21:59")), *logins(A, users(2), at("06-30 22:30"))])
    await service.close("2026-06")
    assert amount(only(await service.feed(), CHARGE_KIND_FLEX).amount) == 35
    assert amount(only(await close(service, "2026-07"), CHARGE_KIND_FLEX).amount) == 70


async def test_nothing_used_is_no_record(june: Service) -> None:
    """5.6: a model without users, and a price of zero, leave no line; what the quota includes counts all the same."""
    await create(june, A, model=NAMED_USER)
    await create(june, B, model=ACTIVE_USER_HOURS)
    await publish(june, NAMED_USER, "0", "2026-06", [("minutes", 10**6)])
    await june.advance(IN_JUNE)
    await happen(june, provisioned(A, ["anna"], at("06-01 10:00")))
    await june.record([usage(A, "minutes", IN_JUNE, quantity=3)])
    assert kinds(await close(june, "2026-06")) == {(CHARGE_KIND_USAGE, "2026-06"): Decimal("0.02")}


async def test_the_digest_and_totals_hold_flex(june: Service) -> None:
    """6.3: totals per kind, and another amount of Flex is another digest."""
    await create(june, A, model=NAMED_USER)
    await june.advance(IN_JUNE)
    await happen(june, provisioned(A, users(3), at("06-01 10:00")))
    await june.advance(date(2026, 7, 1))
    closing = await june.close("2026-06")
    assert [(total.kind, total.record_count, amount(total.amount)) for total in closing.totals] == [
        (CHARGE_KIND_FLEX, 1, 450)
    ]
    listed = await june.billing.ListCharges(b.ListChargesRequest(kind=CHARGE_KIND_FLEX), metadata=STAFF)
    assert list(listed.records) == await june.feed()
    assert len(closing.digest) == 64


async def test_flex_of_members_is_part_of_their_contracts_spend(june: Service) -> None:
    """5.1, 5.5, 7.1: the support plan of the contract counts it, though Flex is charged to the member itself."""
    await june.account(A)
    await june.account(B)
    for sid in (A, B):
        await add(june, sid, USER_AND_USAGE)
    await june.plans.CreateContract(
        p.CreateContractRequest(
            request_id=str(uuid4()),
            contract_sid=f"CT{'c' * 32}",
            plan_id="business",
            member_account_sids=[A, B],
            payer_account_sid=A,
            start_day=day(date(2026, 6, 1)),
        ),
        metadata=STAFF,
    )
    await june.advance(IN_JUNE)
    await june.spend(A, "20000.00")
    await happen(june, logins(B, users(400), at("06-03 09:00")))
    previewed = {record.charge_id for sid in (A, B) for record in await june.preview(sid)}
    records = await close(june, "2026-06")
    assert {record.charge_id for record in records} == previewed
    flex = only(records, CHARGE_KIND_FLEX)
    assert (flex.payer_account_sid, amount(flex.amount)) == (B, 14_000)
    support = only(records, CHARGE_KIND_SUPPORT_PLAN)
    assert (support.payer_account_sid, amount(support.amount)) == (A, 2_040)  # 6 % of 34,000
    assert {part.account_sid: amount(part.amount) for part in support.lines[0].parts} == {A: 1_200, B: 840}
    await happen(june, logins(B, users(100, first=401), at("06-04 09:00")))
    records = await close(june, "2026-07")
    of_june = [record for record in records if record.period == "2026-06"]
    adjusted = {(record.kind, record.payer_account_sid): amount(record.amount) for record in of_june}
    assert adjusted == {(CHARGE_KIND_FLEX, B): 3_500, (CHARGE_KIND_SUPPORT_PLAN, A): 210}
