"""The worked examples of contracts (9; 3.10, 2.4, 5.4, 6.5), through the service."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN, ChargeRecord
from prorata.v1.plan_pb2 import FlatPrice, PlanPrice
from tests.examples.test_examples_adjustments import summary
from tests.service import STAFF, Service, amount, day, money, support

A, B = f"AC{1:032x}", f"AC{2:032x}"
C = f"CT{1:032x}"
END_OF_JULY = datetime(2026, 7, 31, 12, tzinfo=UTC)
IN_JULY = datetime(2026, 7, 20, tzinfo=UTC)


async def contract(
    service: Service,
    start: date,
    members: list[str],
    payer: str,
    plan: str = "business",
    price: PlanPrice | None = None,
) -> None:
    """A contract."""
    await service.plans.CreateContract(
        p.CreateContractRequest(
            request_id=str(uuid4()),
            contract_sid=C,
            start_day=day(start),
            plan_id="business",
            own_price=price,
            member_account_sids=members,
            payer_account_sid=payer,
        ),
        metadata=STAFF,
    )


async def join(service: Service, sid: str, start: date) -> None:
    """An account joins the contract."""
    request = p.AddContractMemberRequest(request_id=str(uuid4()), contract_sid=C, account_sid=sid, start_day=day(start))
    await service.plans.AddContractMember(request, metadata=STAFF)


def lines(record: ChargeRecord) -> list[tuple[int, Decimal, dict[str, Decimal]]]:
    """First day, amount and parts of the segments of a record."""
    return [
        (
            line.support.start_day.day,
            amount(line.amount),
            {part.account_sid: amount(part.amount) for part in line.parts},
        )
        for line in record.lines
    ]


async def closed(service: Service, month: int) -> list[ChargeRecord]:
    """The support records of a closing."""
    await service.advance(date(2026, month + 1, 1))
    await service.close(f"2026-{month:02d}")
    return [record for record in support(await service.feed()) if record.closing_period == f"2026-{month:02d}"]


async def spend_in_july(service: Service, **spends: str) -> None:
    """Usage in July, by the names A and B."""
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    await service.advance(END_OF_JULY)
    for name, spent in spends.items():
        await service.spend({"a": A, "b": B}[name], spent, IN_JULY)


@pytest.fixture
async def two(service: Service) -> Service:
    """Two accounts from 1 June on."""
    await service.product("sms")
    await service.account(A)
    await service.account(B)
    return service


async def test_e7_a_contract_of_two_accounts_all_july(two: Service) -> None:
    """E7, 3.10, 5.5: one charge to the payer, allocated to the cent."""
    await contract(two, date(2026, 7, 1), [A, B], A)
    await spend_in_july(two, a="40000.00", b="60000.00")
    preview = support(await two.preview(A))
    assert support(await two.preview(B)) == []
    [record] = await closed(two, 7)
    assert (record.payer_account_sid, record.owner_sid) == (A, C)
    assert lines(record) == [(1, Decimal(6000), {A: Decimal(2400), B: Decimal(3600)})]
    assert [each.charge_id for each in preview] == [record.charge_id]


async def joined_contract(service: Service) -> None:
    await service.change_plan(A, "production", date(2026, 6, 2))
    await contract(service, date(2026, 6, 1), [B], B)


async def test_e8_an_account_joins_a_contract_within_the_month(two: Service) -> None:
    """E8, 5.4: the days before are its own, the days after the contract's."""
    await joined_contract(two)
    await join(two, A, date(2026, 7, 11))
    await spend_in_july(two, a="31000.00", b="62000.00")
    own, shared = sorted(await closed(two, 7), key=lambda record: record.payer_account_sid)
    assert (own.payer_account_sid, own.owner_sid, lines(own)) == (A, A, [(1, Decimal(400), {A: Decimal(400)})])
    assert (shared.payer_account_sid, shared.owner_sid) == (B, C)
    assert lines(shared) == [
        (1, Decimal(1200), {B: Decimal(1200)}),
        (11, Decimal(3780), {A: Decimal(1260), B: Decimal(2520)}),
    ]


async def test_e18_a_joining_recorded_after_the_closing_is_settled(two: Service) -> None:
    """E18, 6.5, 3.9: E8, but recorded in August: A is given 840.00 back, B is charged 1,260.00, all of it A's part."""
    await joined_contract(two)
    await spend_in_july(two, a="31000.00", b="62000.00")
    july = await closed(two, 7)
    assert sorted((record.payer_account_sid, amount(record.amount)) for record in july) == [
        (A, Decimal(1240)),
        (B, Decimal(3720)),
    ]
    await join(two, A, date(2026, 7, 11))
    due = [record for sid in (A, B) for record in await two.preview(sid, "2026-07")]
    await two.advance(date(2026, 9, 1))
    await two.close("2026-08")
    settled = [record for record in await two.feed() if record.adjustment]
    assert sorted(map(summary, settled)) == sorted(map(summary, due))
    assert sorted(map(summary, settled)) == [
        (CHARGE_KIND_SUPPORT_PLAN, "2026-07", "2026-08", Decimal(-840), {A: Decimal(-840)}),
        (CHARGE_KIND_SUPPORT_PLAN, "2026-07", "2026-08", Decimal(1260), {A: Decimal(1260)}),
    ]
    assert {record.payer_account_sid: record.owner_sid for record in settled} == {A: A, B: C}


async def test_e17_a_contract_that_ends_within_the_month(two: Service) -> None:
    """E17, 3.10: 1,500 × 19/30."""
    await two.advance(date(2026, 6, 2))
    await contract(two, date(2026, 6, 1), [A], A)
    request = p.EndContractRequest(request_id=str(uuid4()), contract_sid=C, end_day=day(date(2026, 6, 20)))
    await two.plans.EndContract(request, metadata=STAFF)
    await two.advance(date(2026, 6, 25))
    await two.spend(A, "2000.00")
    [record] = await closed(two, 6)
    assert lines(record) == [(1, Decimal(950), {A: Decimal(950)})]


async def test_e22_a_contract_with_a_flat_price(two: Service) -> None:
    """E22, 2.4: 2,000 × 16/30."""
    flat = PlanPrice(flat=FlatPrice(amount=money("2000.00")))
    await contract(two, date(2026, 6, 15), [A, B], A, price=flat)
    await two.advance(date(2026, 6, 25))
    await two.spend(A, "500.00")
    [record] = await closed(two, 6)
    assert lines(record) == [(15, Decimal("1066.67"), {A: Decimal("1066.67")})]
    assert record.lines[0].support.price.flat.amount == money("2000.00")


async def test_the_payer_is_dated_and_past_days_keep_theirs(two: Service) -> None:
    """3.10, 5.4, 6.5: another payer within the month cuts the month; dated back later, it is settled."""
    await contract(two, date(2026, 7, 1), [A, B], A)
    await spend_in_july(two, a="40000.00", b="60000.00")
    await closed(two, 7)
    request = p.ChangeContractPayerRequest(
        request_id=str(uuid4()), contract_sid=C, payer_account_sid=B, start_day=day(date(2026, 7, 17))
    )
    await two.plans.ChangeContractPayer(request, metadata=STAFF)
    await two.advance(date(2026, 9, 1))
    await two.close("2026-08")
    settled = [record for record in await two.feed() if record.adjustment]
    found = sorted((each.payer_account_sid, amount(each.amount)) for each in settled)
    half = Decimal("2903.23")  # 6,000 × 15/31
    assert found == [(A, -half), (B, half)]
    august = [record for record in support(await two.feed()) if record.period == "2026-08"]
    assert [(each.payer_account_sid, each.lines[0].parts[0].account_sid) for each in august] == [(B, B)]
