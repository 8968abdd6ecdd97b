"""Entitlements as messages of the contract."""

from __future__ import annotations

from billing.entitlements import Entitlements as BillingEntitlements
from billing.messages.basic import date_from_day
from billing.money import Currency
from prorata.v1.entitlement_pb2 import Entitlements, GuaranteeText
from server.resources import plan_message


def entitlements_message(found: BillingEntitlements, currency: Currency) -> Entitlements:
    """What an account may use of support on a day."""
    plan = None
    if found.plan is not None and found.version is not None:
        plan = plan_message(found.plan, found.version, found.language_code, currency)
    return Entitlements(
        account_sid=found.account_sid,
        day=date_from_day(found.day),
        owner_sid=found.owner_sid,
        plan=plan,
        price_text=found.price_text,
        guarantees=[
            GuaranteeText(priority=priority, text=text)  # type: ignore[arg-type]
            for priority, text in found.guarantees
        ],
        channel_names=found.channel_names,
        service_names=found.service_names,
        business_hours_text=found.business_hours_text,
        language_code=found.language_code,
    )
