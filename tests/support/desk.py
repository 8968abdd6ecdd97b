"""A support desk for tests: cases recorded, response times read, credits claimed and listed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_CREDIT, ChargeRecord
from prorata.v1.plan_pb2 import PRIORITY_P1, PRIORITY_P2, PRIORITY_P3, PlanPrice
from prorata.v1.support_pb2 import PayerCredit, ResponseTime, SupportCase, SupportCredit
from tests.service import SELF_SERVICE, STAFF, Service, amount, day, timestamp

ACCOUNT, SECOND, THIRD, SUB = (f"AC{digit * 32}" for digit in "abcd")
CONTRACT = "CT" + "c" * 32
P1, P2, P3 = PRIORITY_P1, PRIORITY_P2, PRIORITY_P3
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 6, 8, 13, tzinfo=UTC)  # six in the morning in Los Angeles: the business day begins


def case(
    case_id: str,
    waited: timedelta | None = HOUR,
    *,
    sid: str = ACCOUNT,
    priority: int = P2,
    opened: datetime = MONDAY,
    product: str = "",
) -> SupportCase:
    """A case that was answered after so long by the clock, or not at all."""
    return SupportCase(
        case_id=case_id,
        account_sid=sid,
        priority=priority,
        product_id=product,
        open_time=timestamp(opened),
        answer_time=None if waited is None else timestamp(opened + waited),
    )


def record_request(cases: Iterable[SupportCase]) -> b.RecordCasesRequest:
    """Asks for cases to be recorded, under a new request id."""
    return b.RecordCasesRequest(request_id=str(uuid4()), cases=cases)


async def record(service: Service, *cases: SupportCase) -> tuple[int, int]:
    """Record cases; how many were new, and how many replaced what was known."""
    response = await service.billing.RecordCases(record_request(cases), metadata=STAFF)
    return response.new_count, response.replaced_count


async def list_cases(service: Service, sid: str = ACCOUNT, month: str = "2026-06", size: int = 0) -> list[SupportCase]:
    """The cases of an account opened in a month, over all pages."""
    found: list[SupportCase] = []
    token = ""
    while True:
        page = await service.billing.ListCases(
            b.ListCasesRequest(account_sid=sid, month=month, page_size=size, page_token=token), metadata=STAFF
        )
        assert not size or len(page.cases) <= size
        found += page.cases
        token = page.next_page_token
        if not token:
            return found


async def response_times(service: Service, owner_sid: str = ACCOUNT, month: str = "2026-06") -> list[ResponseTime]:
    """The response times of the owners of an account's plan, or of a contract."""
    response = await service.billing.GetResponseTimes(
        b.GetResponseTimesRequest(owner_sid=owner_sid, month=month), metadata=STAFF
    )
    return list(response.response_times)


async def only_time(service: Service, owner_sid: str = ACCOUNT, month: str = "2026-06") -> ResponseTime:
    """The one entry of the response times."""
    [found] = await response_times(service, owner_sid, month)
    return found


def claim_request(
    sid: str = ACCOUNT,
    month: str = "2026-06",
    plan_id: str = "production",
    *,
    ticket: str = "T-1",
    received: datetime | None = None,
) -> b.ClaimSupportCreditRequest:
    """Claims a credit, under a new request id."""
    return b.ClaimSupportCreditRequest(
        request_id=str(uuid4()),
        account_sid=sid,
        month=month,
        plan_id=plan_id,
        ticket=ticket,
        receive_time=timestamp(received) if received else None,
    )


async def claim(
    service: Service, sid: str = ACCOUNT, month: str = "2026-06", plan_id: str = "production", **fields: Any
) -> SupportCredit:
    """Claim a credit, which must be granted."""
    request = claim_request(sid, month, plan_id, **fields)
    return (await service.billing.ClaimSupportCredit(request, metadata=STAFF)).credit


async def claim_refused(service: Service, *arguments: Any, staff: bool = True, **fields: Any) -> str:
    """The reason for which a claim is refused."""
    call = service.billing.ClaimSupportCredit(
        claim_request(*arguments, **fields), metadata=STAFF if staff else SELF_SERVICE
    )
    return (await service.refused(call)).reason


async def list_credits(service: Service, owner_sid: str = ACCOUNT, size: int = 0) -> list[SupportCredit]:
    """The credits of the owners of an account's plan, or of a contract, over all pages."""
    found: list[SupportCredit] = []
    token = ""
    while True:
        page = await service.billing.ListSupportCredits(
            b.ListSupportCreditsRequest(owner_sid=owner_sid, page_size=size, page_token=token), metadata=STAFF
        )
        found += page.credits
        token = page.next_page_token
        if not token:
            return found


async def only_credit(service: Service, owner_sid: str = ACCOUNT) -> SupportCredit:
    """The one credit."""
    [found] = await list_credits(service, owner_sid)
    return found


def credited(credit: SupportCredit) -> dict[str, tuple[Decimal, Decimal]]:
    """What each payer is credited, and has used."""
    return {payer.payer_account_sid: (amount(payer.amount), amount(payer.used)) for payer in credit.payers}


def lapsed(credit: SupportCredit) -> list[PayerCredit]:
    """The payers whose rest has lapsed."""
    return [payer.payer_account_sid for payer in credit.payers if payer.lapsed]


def uses(records: Iterable[ChargeRecord]) -> list[ChargeRecord]:
    """The credit records among some."""
    return [each for each in records if each.kind == CHARGE_KIND_SUPPORT_CREDIT]


async def month_of_production(service: Service, spent: int | str = 10_000, sid: str = ACCOUNT) -> None:
    """E1: an account on `production` all June; the clock stands on 21 June then."""
    await service.product("sms")
    await service.account(sid)
    await service.change_plan(sid, "production")
    await service.advance(date(2026, 6, 21))
    await service.spend(sid, spent)


async def miss_p2(service: Service, sid: str = ACCOUNT, opened: datetime = MONDAY) -> None:
    """E13: cases of priority P2 that wait 6.5 business hours on average."""
    await record(service, case("c-1", 6 * HOUR, sid=sid, opened=opened), case("c-2", 7 * HOUR, sid=sid, opened=opened))


async def contract(
    service: Service,
    plan_id: str,
    payer: str,
    *members: str,
    start: date | None = None,
    sid: str = CONTRACT,
    price: PlanPrice | None = None,
) -> None:
    """Create a contract over some accounts, the payer among them."""
    await service.plans.CreateContract(
        p.CreateContractRequest(
            request_id=str(uuid4()),
            contract_sid=sid,
            start_day=day(start) if start else None,
            plan_id=plan_id,
            own_price=price,
            member_account_sids=[payer, *members],
            payer_account_sid=payer,
        ),
        metadata=STAFF,
    )


async def join(service: Service, sid: str, start: date, contract_sid: str = CONTRACT) -> None:
    """An account joins a contract."""
    await service.plans.AddContractMember(
        p.AddContractMemberRequest(
            request_id=str(uuid4()), contract_sid=contract_sid, account_sid=sid, start_day=day(start)
        ),
        metadata=STAFF,
    )


async def change_payer(service: Service, sid: str, start: date, contract_sid: str = CONTRACT) -> None:
    """Another member pays from a day on."""
    await service.plans.ChangeContractPayer(
        p.ChangeContractPayerRequest(
            request_id=str(uuid4()), contract_sid=contract_sid, payer_account_sid=sid, start_day=day(start)
        ),
        metadata=STAFF,
    )
