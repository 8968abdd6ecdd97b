"""Support credits: what payers are credited, and how closings use it (8.4, 8.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest

from billing.closings import Closing, ClosingState
from billing.operations.credit_uses import apply_credits
from billing.period import Period
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_CREDIT, ChargeRecord, CreditInputs
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, CLOSING_STATE_CLOSED
from prorata.v1.plan_pb2 import FlatPrice, PlanPrice
from tests.conftest import MakeService
from tests.service import STAFF, Service, amount, day, money, support, usage
from tests.support.desk import (
    ACCOUNT,
    CONTRACT,
    HOUR,
    SECOND,
    case,
    change_payer,
    claim,
    claim_refused,
    contract,
    credited,
    join,
    lapsed,
    list_credits,
    miss_p2,
    month_of_production,
    only_credit,
    record,
    uses,
)

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
IN_JULY, IN_AUGUST = datetime(2026, 7, 15, 12, tzinfo=UTC), datetime(2026, 8, 15, 12, tzinfo=UTC)
LATE = datetime(2026, 6, 25, 12, tzinfo=UTC)


@pytest.fixture
async def missed(service: Service) -> Service:
    """E13: June closed at 400.00, its guarantee of P2 missed; the clock at the beginning of July."""
    await month_of_production(service)
    await service.advance(JULY)
    await service.close("2026-06")
    await miss_p2(service)
    return service


async def to_developer(service: Service, sid: str = ACCOUNT) -> None:
    """From July on nothing is charged for the plan."""
    await service.change_plan(sid, "developer")


async def close(service: Service, period: str, day_after: date) -> list[ChargeRecord]:
    """Close a period that has ended, after it was previewed for the first account; its records."""
    await service.advance(day_after)
    before = await service.feed()
    return await close_as_previewed(service, period, await service.preview(ACCOUNT, period), len(before))


async def close_as_previewed(
    service: Service, period: str, previewed: Sequence[ChargeRecord], after: int = 0
) -> list[ChargeRecord]:
    """Close a period, unless it closes by itself; its records, which are the next in the feed."""
    closing = await service.close(period)
    records = await service.feed(after=after)
    assert [each.position for each in records] == [after + 1 + index for index in range(len(records))]
    mine = [each for each in records if each.payer_account_sid == ACCOUNT]
    assert sorted(amounts(previewed)) == sorted(amounts(mine))  # 6.4
    assert {each.charge_id for each in previewed} == {each.charge_id for each in mine}
    totals = {total.kind: (total.record_count, amount(total.amount)) for total in closing.totals}
    found = uses(records)
    expected = (len(found), sum(amount(each.amount) for each in found))
    assert totals.get(CHARGE_KIND_SUPPORT_CREDIT, (0, 0)) == expected  # 6.3
    return records


def amounts(records: Iterable[ChargeRecord]) -> list[tuple[int, str, str, Decimal]]:
    """Kind, period, closing period and amount of records."""
    return [(each.kind, each.period, each.closing_period, amount(each.amount)) for each in records]


def used(records: Iterable[ChargeRecord]) -> list[tuple[str, Decimal]]:
    """The credited month and the amount of credit records."""
    return [(each.period, amount(each.amount)) for each in uses(records)]


async def test_8_4_e13_the_credit_is_what_was_charged(missed: Service) -> None:
    await missed.advance(datetime(2026, 7, 30, 12, tzinfo=UTC))
    granted = await claim(missed)
    assert (granted.final, credited(granted)) == (False, {ACCOUNT: (400, 0)})
    await to_developer(missed)
    await missed.spend(ACCOUNT, 1_000, IN_JULY)
    records = await close(missed, "2026-07", AUGUST)
    assert used(records) == [("2026-06", Decimal(-400))]
    credit = await only_credit(missed)
    assert (credit.final, credit.final_closing_period, credited(credit)) == (True, "2026-07", {ACCOUNT: (400, 400)})
    await missed.advance(SEPTEMBER)
    assert await claim_refused(missed, received=datetime(2026, 7, 30, tzinfo=UTC)) == "CLAIM_REPEATED"


async def test_6_8_a_credit_record_says_what_it_credits(missed: Service) -> None:
    """6.7, 8.5: its inputs, its part, and the words of its explanation."""
    granted = await claim(missed, ticket="T-1")
    await missed.advance(date(2026, 7, 20))
    await to_developer(missed)
    await missed.spend(ACCOUNT, 150, IN_JULY)
    await close(missed, "2026-07", AUGUST)
    [found] = uses(await missed.feed())
    assert (found.payer_account_sid, found.owner_sid, found.account_sid) == (ACCOUNT, ACCOUNT, "")
    assert (found.period, found.closing_period, found.adjustment) == ("2026-06", "2026-07", True)
    assert (found.charge_day.month, found.charge_day.day) == (8, 1)
    [line] = found.lines
    assert line.credit == CreditInputs(
        credit_id=granted.credit_id,
        plan_id="production",
        month="2026-06",
        credit=money(400),
        used_before=money(0),
        owed=money(Decimal("303.23")),  # 150.00 of usage, and production on 19 days of July: 250.00 × 19/31
    )
    [part] = line.parts
    assert (part.account_sid, part.amount, line.amount) == (ACCOUNT, found.amount, found.amount)
    response = await missed.billing.ExplainCharge(b.ExplainChargeRequest(charge_id=found.charge_id), metadata=STAFF)
    assert response.explanation.rules == "8.3 to 8.5"
    [words] = response.explanation.lines
    assert "production" in words.summary
    assert words.formula.endswith("= -303.23")


async def test_8_5_e21_what_is_not_used_waits_for_the_next_closing(missed: Service) -> None:
    await claim(missed)
    await missed.advance(date(2026, 7, 2))
    await free_july(missed)
    await missed.spend(ACCOUNT, 150, datetime(2026, 7, 1, 12, tzinfo=UTC))
    assert used(await close(missed, "2026-07", AUGUST)) == [("2026-06", Decimal(-150))]
    assert credited(await only_credit(missed)) == {ACCOUNT: (400, 150)}
    await missed.advance(date(2026, 8, 20))
    await missed.spend(ACCOUNT, 900, IN_AUGUST)
    records = await close(missed, "2026-08", SEPTEMBER)
    [found] = uses(records)
    assert amount(found.amount) == -250
    inputs = found.lines[0].credit
    assert (amount(inputs.credit), amount(inputs.used_before), amount(inputs.owed)) == (400, 150, 900)
    assert credited(await only_credit(missed)) == {ACCOUNT: (400, 400)}
    await missed.advance(date(2026, 9, 20))
    await missed.spend(ACCOUNT, 900, datetime(2026, 9, 15, tzinfo=UTC))
    assert used(await close(missed, "2026-09", date(2026, 10, 1))) == []  # there is nothing left


async def free_july(service: Service, sid: str = ACCOUNT) -> None:
    """Staff correct that the account had the free plan from 1 July on."""
    await service.plans.CorrectPlanHistory(
        p.CorrectPlanHistoryRequest(request_id=str(uuid4()), owner_sid=sid, start_day=day(JULY), plan_id="developer"),
        metadata=STAFF,
    )


async def test_8_4_e20_adjustments_up_to_the_closing_after_the_claim_are_credited(missed: Service) -> None:
    """E12 and E13 together: the late record of June is charged by July's closing, and credited by it."""
    await missed.advance(datetime(2026, 7, 30, 12, tzinfo=UTC))
    await missed.spend(ACCOUNT, 1_000, LATE)
    granted = await claim(missed)
    assert credited(granted) == {ACCOUNT: (400, 0)}  # an estimate
    records = await close(missed, "2026-07", AUGUST)
    assert [amount(each.amount) for each in support(records) if each.period == "2026-06"] == [Decimal(40)]
    credit = await only_credit(missed)
    assert (credit.final, credited(credit)) == (True, {ACCOUNT: (440, 440)})
    assert used(records) == [("2026-06", Decimal(-440))]


async def test_8_4_later_adjustments_do_not_change_a_credit(missed: Service) -> None:
    await claim(missed)
    await missed.advance(date(2026, 7, 20))
    await missed.spend(ACCOUNT, 10_000, IN_JULY)
    await close(missed, "2026-07", AUGUST)
    final = await only_credit(missed)
    await missed.advance(date(2026, 8, 10))
    await missed.spend(ACCOUNT, 1_000, LATE)
    records = await close(missed, "2026-08", SEPTEMBER)
    assert [amount(each.amount) for each in support(records) if each.period == "2026-06"] == [Decimal(40)]
    assert uses(records) == []
    assert await only_credit(missed) == final


async def test_8_4_a_claim_filed_late_is_fixed_by_the_next_closing_with_all_adjustments_before(missed: Service) -> None:
    await missed.advance(date(2026, 7, 20))
    await missed.spend(ACCOUNT, 1_000, LATE)
    assert used(await close(missed, "2026-07", AUGUST)) == []  # 40.00 more for June, and 250.00 for July
    await missed.advance(date(2026, 8, 20))
    granted = await claim(missed, received=datetime(2026, 7, 30, tzinfo=UTC))
    assert (granted.final, credited(granted)) == (False, {ACCOUNT: (440, 0)})
    assert used(await close(missed, "2026-08", SEPTEMBER)) == [("2026-06", Decimal(-250))]
    credit = await only_credit(missed)
    assert (credit.final_closing_period, credited(credit)) == ("2026-08", {ACCOUNT: (440, 250)})


async def test_8_4_e30_a_credit_is_never_taken_back(missed: Service) -> None:
    await claim(missed)
    await missed.advance(date(2026, 7, 20))
    await missed.spend(ACCOUNT, 10_000, IN_JULY)
    await missed.spend(ACCOUNT, 0, IN_JULY)
    await close(missed, "2026-07", AUGUST)
    final = await only_credit(missed)
    assert credited(final) == {ACCOUNT: (400, 400)}
    await missed.advance(date(2026, 8, 10))
    await correct_june(missed, "9000")
    records = await close(missed, "2026-08", SEPTEMBER)
    assert [amount(each.amount) for each in support(records) if each.period == "2026-06"] == [Decimal(-40)]
    assert uses(records) == []
    assert await only_credit(missed) == final


async def correct_june(service: Service, spent: str) -> None:
    """June's one record of usage comes to so much."""
    page = await service.billing.ListUsage(b.ListUsageRequest(account_sid=ACCOUNT, period="2026-06"), metadata=STAFF)
    [event] = page.usage
    await service.billing.CorrectUsage(
        b.CorrectUsageRequest(
            request_id=str(uuid4()),
            account_sid=ACCOUNT,
            period="2026-06",
            corrections=[
                b.CorrectedUsage(
                    event_id=event.record.event_id, quantity_micros=event.record.quantity_micros, amount=money(spent)
                )
            ],
        ),
        metadata=STAFF,
    )


async def test_8_4_a_claim_before_the_closing_of_its_month_is_fixed_by_it(service: Service) -> None:
    await month_of_production(service)
    await service.advance(JULY)
    await miss_p2(service)
    granted = await claim(service)
    assert credited(granted) == {}
    records = await close(service, "2026-06", JULY)
    assert used(records) == [("2026-06", Decimal(-400))]
    assert not uses(records)[0].adjustment
    credit = await only_credit(service)
    assert (credit.final_closing_period, credited(credit)) == ("2026-06", {ACCOUNT: (400, 400)})


async def test_8_4_the_closing_of_an_earlier_month_does_not_fix_it(make_service: MakeService) -> None:
    """The closing that fixes a credit closes its month or a later one: here May's comes first."""
    service = await make_service(start=datetime(2026, 5, 1, tzinfo=UTC), worker=False)
    await service.product("sms")
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.advance(JULY)
    await service.spend(ACCOUNT, 10_000)
    await miss_p2(service)
    await claim(service)
    previewed = await service.preview(ACCOUNT, "2026-05")  # before a worker is there, which closes it by itself
    async with service.worker():
        assert used(await close_as_previewed(service, "2026-05", previewed)) == []
        assert not (await only_credit(service)).final
        assert used(await close(service, "2026-06", JULY)) == [("2026-06", Decimal(-400))]


async def test_8_4_a_claim_made_while_a_closing_runs_is_for_the_next(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_production(service)
    await service.advance(JULY)
    await miss_p2(service)
    request = b.StartClosingRequest(request_id=str(uuid4()), period="2026-06")
    await service.billing.StartClosing(request, metadata=STAFF)
    await claim(service)
    async with service.worker():
        await service.watch("2026-06")
        assert uses(await service.feed()) == []
        credit = await only_credit(service)
        assert (credit.final, credited(credit)) == (False, {ACCOUNT: (400, 0)})
        await service.advance(date(2026, 7, 20))
        await service.spend(ACCOUNT, 500, IN_JULY)
        assert used(await close(service, "2026-07", AUGUST)) == [("2026-06", Decimal(-400))]


async def test_8_4_each_payer_of_a_contract_is_credited_what_it_paid(service: Service) -> None:
    for sid in (ACCOUNT, SECOND):
        await service.account(sid)
    flat = PlanPrice(flat=FlatPrice(amount=money(3_000)))
    await contract(service, "production", ACCOUNT, SECOND, price=flat)
    await change_payer(service, SECOND, date(2026, 6, 21))
    await service.advance(JULY)
    await record(service, case("a", 9 * HOUR, sid=SECOND))
    assert (await claim(service, SECOND)).owner_sid == CONTRACT
    records = await close(service, "2026-06", JULY)
    assert {(each.payer_account_sid, each.owner_sid, amount(each.amount)) for each in uses(records)} == {
        (ACCOUNT, CONTRACT, Decimal(-2_000)),
        (SECOND, CONTRACT, Decimal(-1_000)),
    }
    credit = await only_credit(service, CONTRACT)
    assert credited(credit) == {ACCOUNT: (2_000, 2_000), SECOND: (1_000, 1_000)}
    [explained, _] = uses(records)
    response = await service.billing.ExplainCharge(
        b.ExplainChargeRequest(charge_id=explained.charge_id), metadata=STAFF
    )
    assert CONTRACT in response.explanation.lines[0].summary


async def test_8_4_only_the_plan_and_the_owner_of_the_claim_are_credited(service: Service) -> None:
    """An account that changed its plan and joined a contract within the month."""
    for sid in (ACCOUNT, SECOND):
        await service.account(sid)
    await service.product("sms")
    await service.change_plan(ACCOUNT, "production")
    await service.change_plan(ACCOUNT, "business", date(2026, 6, 11))
    await contract(service, "production", SECOND, start=date(2026, 6, 1))
    await service.advance(date(2026, 6, 11))
    await join(service, ACCOUNT, date(2026, 6, 21))
    await service.advance(JULY)
    await record(service, case("a", 9 * HOUR))  # while production was the account's own
    granted = await claim(service)
    assert granted.owner_sid == ACCOUNT
    records = await close(service, "2026-06", JULY)
    assert used(records) == [("2026-06", Decimal("-83.33"))]  # 250.00 × 10/30


async def test_8_5_the_oldest_month_is_used_first(service: Service) -> None:
    await month_of_production(service)
    await service.advance(date(2026, 7, 21))
    await service.close("2026-06")
    await service.spend(ACCOUNT, 1_000, IN_JULY)
    await service.advance(AUGUST)
    july = datetime(2026, 7, 6, 13, tzinfo=UTC)
    await record(service, case("a", 9 * HOUR), case("b", 9 * HOUR, opened=july))
    received = datetime(2026, 7, 25, tzinfo=UTC)
    later = await claim(service, month="2026-07")
    earlier = await claim(service, received=received)
    assert [credited(each) for each in (later, earlier)] == [{}, {ACCOUNT: (400, 0)}]
    records = await close(service, "2026-07", AUGUST)  # 1,000.00 of usage, 250.00 of support
    assert used(records) == [("2026-06", Decimal(-400)), ("2026-07", Decimal(-250))]
    owed = {amount(each.lines[0].credit.owed) for each in uses(records)}
    assert owed == {Decimal(1_250)}
    assert len({each.charge_id for each in uses(records)}) == 2


async def test_8_5_two_plans_of_one_month_are_two_records(service: Service) -> None:
    """6.2, 6.8: a credit's record is of one plan, which its id depends on."""
    await service.account(ACCOUNT)
    await service.change_plan(ACCOUNT, "production")
    await service.change_plan(ACCOUNT, "business", date(2026, 6, 16))
    await service.advance(JULY)
    later = datetime(2026, 6, 16, 13, tzinfo=UTC)
    await record(service, case("a", 9 * HOUR), case("b", 9 * HOUR, opened=later))
    for plan_id in ("business", "production"):
        await claim(service, plan_id=plan_id)
    records = await close(service, "2026-06", JULY)
    found = [(each.lines[0].credit.plan_id, amount(each.amount)) for each in uses(records)]
    assert found == [("production", Decimal(-125)), ("business", Decimal(-750))]  # the lower plan first
    assert len({each.charge_id for each in uses(records)}) == 2


async def test_8_5_a_payer_that_owes_nothing_uses_nothing(missed: Service) -> None:
    """A negative sum is emitted as it is, and the credit waits."""
    await claim(missed)
    await missed.advance(date(2026, 7, 10))
    await free_july(missed)
    await correct_june(missed, "9000")
    records = await close(missed, "2026-07", AUGUST)
    assert sorted(amount(each.amount) for each in records) == [Decimal(-1_000), Decimal(-40)]
    credit = await only_credit(missed)
    assert (credit.final, credited(credit)) == (True, {ACCOUNT: (360, 0)})  # the adjustment is within it
    await missed.advance(date(2026, 8, 20))
    await missed.spend(ACCOUNT, 100, IN_AUGUST)
    assert used(await close(missed, "2026-08", SEPTEMBER)) == [("2026-06", Decimal(-100))]


@pytest.mark.parametrize("last", [date(2026, 7, 20), AUGUST])
async def test_8_5_what_is_left_lapses_with_the_account(missed: Service, last: date) -> None:
    """It lapses with the closing of the first period in which the account did not exist."""
    await claim(missed)
    await missed.advance(date(2026, 7, 2))
    await free_july(missed)
    await missed.close_account(ACCOUNT, last)
    await missed.advance(date(2026, 7, 20))
    await missed.spend(ACCOUNT, 150, IN_JULY)
    assert used(await close(missed, "2026-07", AUGUST)) == [("2026-06", Decimal(-150))]
    credit = await only_credit(missed)
    assert (credited(credit), lapsed(credit)) == ({ACCOUNT: (400, 150)}, [])
    await missed.advance(date(2026, 8, 10))
    await missed.spend(ACCOUNT, 500, IN_JULY)  # late: charged by August's closing
    records = await close(missed, "2026-08", SEPTEMBER)
    assert [amount(each.amount) for each in records] == [Decimal(500)]
    credit = await only_credit(missed)
    assert (credited(credit), lapsed(credit)) == ({ACCOUNT: (400, 150)}, [ACCOUNT])


async def test_8_5_what_was_used_up_does_not_lapse(missed: Service) -> None:
    await claim(missed)
    await missed.advance(date(2026, 7, 20))
    await missed.spend(ACCOUNT, 500, IN_JULY)
    await missed.close_account(ACCOUNT, date(2026, 7, 21))
    await close(missed, "2026-07", AUGUST)
    await close(missed, "2026-08", SEPTEMBER)
    credit = await only_credit(missed)
    assert (credited(credit), lapsed(credit)) == ({ACCOUNT: (400, 400)}, [])


async def test_8_5_a_completed_closing_uses_no_credit_again(missed: Service) -> None:
    await claim(missed)
    await missed.advance(date(2026, 7, 20))
    await missed.spend(ACCOUNT, 100, IN_JULY)
    await close(missed, "2026-07", AUGUST)
    before = await missed.feed()
    await missed.close("2026-07")  # answered with the first (6.2)
    connection = await asyncpg.connect(missed.database_url)
    closed = Closing(
        closing_number=2,
        period=Period(2026, 7),
        state=ClosingState.CLOSED,
        start_time=IN_AUGUST,
        complete_time=IN_AUGUST,
        started_by="tests",
        digest=b"",
        shards_made=True,
        completion_error=None,
    )
    async with connection.transaction():
        await apply_credits(connection, closed, IN_AUGUST)
    await connection.close()
    assert await missed.feed() == before


async def test_6_3_the_digest_covers_the_credits(make_service: MakeService) -> None:
    """The same data give the same digest, and the use of a credit is part of them."""
    digests = []
    for claimed in (True, True, False):
        service = await make_service()
        await month_of_production(service)
        await service.advance(JULY)
        await miss_p2(service)
        if claimed:
            await claim(service)
        digests.append((await service.close("2026-06")).digest)
    assert digests[0] == digests[1] != digests[2]


async def test_8_4_an_owner_charged_nothing_is_credited_nothing(service: Service) -> None:
    await service.account(ACCOUNT)
    await service.account(SECOND, created=date(2026, 6, 1))
    await contract(service, "production", ACCOUNT, SECOND, price=PlanPrice(flat=FlatPrice(amount=money(0))))
    await service.advance(JULY)
    await record(service, case("a", 9 * HOUR))
    await claim(service)
    assert await close(service, "2026-06", JULY) == []
    credit = await only_credit(service)
    assert (credit.final, credited(credit)) == (True, {})


async def test_6_4_a_later_period_is_previewed_without_credits(missed: Service) -> None:
    await claim(missed)
    await missed.advance(datetime(2026, 8, 1, 1, tzinfo=UTC))
    await missed.spend(ACCOUNT, 100, datetime(2026, 8, 1, tzinfo=UTC))
    assert used(await missed.preview(ACCOUNT, "2026-07")) == [("2026-06", Decimal(-250))]
    assert used(await missed.preview(ACCOUNT, "2026-08")) == []
    assert used(await missed.preview(ACCOUNT, "2026-06")) == []


async def test_6_4_a_month_that_has_not_ended_is_previewed_with_its_credits(missed: Service) -> None:
    await claim(missed)
    await missed.advance(date(2026, 7, 10))
    assert used(await missed.preview(ACCOUNT)) == [("2026-06", Decimal(-250))]
    [found] = uses(await missed.preview(ACCOUNT))
    assert (found.position, found.closing_period) == (0, "2026-07")


async def test_6_6_credits_are_used_when_no_owner_is_set_apart_any_more(service: Service) -> None:
    """6.4, 6.6, 8.5: while June's closing is blocked its credits wait for it, and previews of July leave them to it."""
    await month_of_production(service, 100)
    await service.account(SECOND, created=date(2026, 6, 1))
    await set_apart(service, SECOND)
    await service.advance(JULY)
    await miss_p2(service)
    await claim(service)
    blocked = await service.close("2026-06")
    assert (blocked.state, [each.owner_sid for each in blocked.set_apart]) == (CLOSING_STATE_BLOCKED, [SECOND])
    assert uses(await service.feed()) == []
    credit = await only_credit(service)
    assert (credit.final, credited(credit)) == (False, {ACCOUNT: (250, 0)})
    assert used(await service.preview(ACCOUNT, "2026-07")) == []
    released = await service.billing.ReleaseClosingFailures(
        b.ReleaseClosingFailuresRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF
    )
    assert (released.closing.state, released.closing.digest_final) == (CLOSING_STATE_CLOSED, True)
    assert released.closing.digest != blocked.digest
    assert used(await service.feed()) == [("2026-06", Decimal(-250))]
    credit = await only_credit(service)
    assert (credit.final_closing_period, credited(credit)) == ("2026-06", {ACCOUNT: (250, 250)})


async def set_apart(service: Service, sid: str) -> None:
    """The account's June can not be calculated: it comes to more than a record carries."""
    await service.product("gold", price="999999999")
    moment = datetime(2026, 6, 20, tzinfo=UTC)
    response = await service.record([usage(sid, "gold", moment, quantity="999999999999.999999")])
    assert response.new_count == 1


async def test_8_4_credits_claimed_while_owners_are_set_apart_are_for_the_next_closing(service: Service) -> None:
    await month_of_production(service)
    await service.account(SECOND, created=date(2026, 6, 1))
    await set_apart(service, SECOND)
    await service.advance(JULY)
    await miss_p2(service)
    assert (await service.close("2026-06")).state == CLOSING_STATE_BLOCKED
    await claim(service)
    assert used(await service.preview(ACCOUNT, "2026-07")) == [("2026-06", Decimal(-250))]
    await service.billing.ReleaseClosingFailures(
        b.ReleaseClosingFailuresRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF
    )
    assert uses(await service.feed()) == []
    assert not (await only_credit(service)).final


async def test_8_3_the_list_shows_credits_of_several_months(missed: Service) -> None:
    granted = [await claim(missed)]
    await missed.advance(AUGUST)
    await record(missed, case("j", 9 * HOUR, opened=datetime(2026, 7, 6, 13, tzinfo=UTC)))
    granted.append(await claim(missed, month="2026-07"))
    ids = [each.credit_id for each in await list_credits(missed)]
    assert ids == [each.credit_id for each in granted[::-1]]
    assert all(len(each) == 34 and each.startswith("CR") for each in ids)
