"""Short ways to publish versions, to correct the past, and to open and resolve inquiries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from google.type.decimal_pb2 import Decimal as DecimalText

from prorata.v1 import plan_service_pb2 as p
from prorata.v1.entitlement_pb2 import Entitlements
from prorata.v1.inquiry_pb2 import ContactDetails, Inquiry
from prorata.v1.plan_pb2 import FlatPrice, Plan, PlanPrice, UsageBasedPrice
from prorata.v1.subscription_pb2 import SubscriptionPeriod
from tests.server.calls import day_in, new_id, optional_day
from tests.service import SELF_SERVICE, STAFF, Service, day, money

CONTACT = ContactDetails(name="Ada Owl", email="ada@example.com", phone="+1 555 0100", message="A manager, please.")

# plan, first day, day after the last, how it came about
Run = tuple[str, date, date | None, int]


def share(rate: str, minimum: str) -> PlanPrice:
    """A usage-based price."""
    return PlanPrice(usage_based=UsageBasedPrice(rate=DecimalText(value=rate), minimum=money(Decimal(minimum))))


def flat(amount: str) -> PlanPrice:
    """A flat price."""
    return PlanPrice(flat=FlatPrice(amount=money(Decimal(amount))))


def version_request(plan_id: str, effective: date, price: PlanPrice, **fields: Any) -> p.PublishPlanVersionRequest:
    """Asks for a version to be published, under a new request id."""
    given = {"request_id": new_id(), "plan_id": plan_id, "effective_day": day(effective), "price": price}
    return p.PublishPlanVersionRequest(**{**given, **fields})


async def publish(service: Service, plan_id: str, effective: date, price: PlanPrice, **fields: Any) -> Plan:
    """Publish a version."""
    request = version_request(plan_id, effective, price, **fields)
    return (await service.plans.PublishPlanVersion(request, metadata=STAFF)).plan


async def plan_on(service: Service, plan_id: str, on: date | None = None) -> Plan:
    """A plan of the catalogue."""
    request = p.GetPlanRequest(plan_id=plan_id, day=day(on) if on else None)
    return (await service.plans.GetPlan(request, metadata=SELF_SERVICE)).plan


def correction_request(
    owner: str, plan_id: str, start: date, end: date | None = None, own_price: PlanPrice | None = None
) -> p.CorrectPlanHistoryRequest:
    """Asks for a correction, under a new request id."""
    return p.CorrectPlanHistoryRequest(
        request_id=new_id(),
        owner_sid=owner,
        plan_id=plan_id,
        start_day=day(start),
        end_day=day(end) if end else None,
        own_price=own_price,
    )


async def correct(service: Service, *arguments: Any) -> list[Run]:
    """Correct the past; the runs of days recorded."""
    response = await service.plans.CorrectPlanHistory(correction_request(*arguments), metadata=STAFF)
    return [run_in(each) for each in response.subscriptions]


def run_in(period: SubscriptionPeriod) -> Run:
    """A run of days on which a plan was held."""
    return period.plan_id, day_in(period.start_day), optional_day(period, "end_day"), period.origin


async def history(service: Service, sid: str, **fields: Any) -> list[SubscriptionPeriod]:
    """The runs of days on which an account had a plan."""
    request = p.ListSubscriptionsRequest(account_sid=sid, **fields)
    return list((await service.plans.ListSubscriptions(request, metadata=STAFF)).subscriptions)


def inquiry_request(sid: str, plan_id: str = "", **fields: Any) -> p.RequestPersonalizedPlanRequest:
    """Asks for a plan by inquiry, under a new request id."""
    given = {"request_id": new_id(), "account_sid": sid, "plan_id": plan_id, "contact": CONTACT}
    return p.RequestPersonalizedPlanRequest(**{**given, **fields})


async def inquire(service: Service, sid: str, metadata: Any = SELF_SERVICE) -> Inquiry:
    """Open an inquiry."""
    return (await service.plans.RequestPersonalizedPlan(inquiry_request(sid), metadata=metadata)).inquiry


async def inquiries(service: Service, **fields: Any) -> list[Inquiry]:
    """Inquiries, the latest first."""
    response = await service.plans.ListInquiries(p.ListInquiriesRequest(**fields), metadata=STAFF)
    return list(response.inquiries)


def resolve_request(
    inquiry_id: str, *, activate: bool, start: date | None = None, note: str = ""
) -> p.ResolveInquiryRequest:
    """Asks for an inquiry to be resolved, under a new request id."""
    return p.ResolveInquiryRequest(
        request_id=new_id(),
        inquiry_id=inquiry_id,
        activate=activate,
        start_day=day(start) if start else None,
        note=note,
    )


async def activate(service: Service, inquiry_id: str, start: date | None = None) -> p.ResolveInquiryResponse:
    """Activate the plan asked for."""
    request = resolve_request(inquiry_id, activate=True, start=start)
    return await service.plans.ResolveInquiry(request, metadata=STAFF)


async def entitlements(service: Service, sid: str, on: date | None = None, language: str = "") -> Entitlements:
    """What an account may use of support."""
    request = p.GetEntitlementsRequest(account_sid=sid, day=day(on) if on else None, language_code=language)
    return (await service.plans.GetEntitlements(request, metadata=SELF_SERVICE)).entitlements


def contract_request(contract_sid: str, plan_id: str, payer: str, *members: str, **fields: Any) -> Any:
    """Asks for a contract, under a new request id."""
    given = {
        "request_id": new_id(),
        "contract_sid": contract_sid,
        "plan_id": plan_id,
        "payer_account_sid": payer,
        "member_account_sids": [payer, *members],
    }
    return p.CreateContractRequest(**{**given, **fields})
