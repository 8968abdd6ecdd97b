"""Entitlements as messages of the contract."""

from __future__ import annotations

from billing.catalogue import PlanVersion
from billing.entitlements import Entitlements as BillingEntitlements
from billing.money import Currency
from prorata.v1.entitlement_pb2 import Entitlements, GuaranteeText
from prorata.v1.plan_pb2 import Plan
from server.resources import plan_message

MOST_KEPT = 1_000

_kept: dict[tuple[PlanVersion, str, Currency], Entitlements] = {}


def entitlements_message(found: BillingEntitlements, currency: Currency) -> Entitlements:
    """What an account may use of support on a day.

    What is the same for all accounts with a version of a plan, at a price, in a language, is made once.
    """
    message = Entitlements()
    message.CopyFrom(_of_version(found, currency))
    message.account_sid, message.owner_sid = found.account_sid, found.owner_sid
    day = found.day
    message.day.year, message.day.month, message.day.day = day.year, day.month, day.day
    return message


def _of_version(found: BillingEntitlements, currency: Currency) -> Entitlements:
    if found.plan is None or found.version is None:
        return Entitlements(language_code=found.language_code)
    key = found.version, found.language_code, currency
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = _worded(found, plan_message(found.plan, found.version, found.language_code, currency))
    return _kept[key]


def _worded(found: BillingEntitlements, plan: Plan) -> Entitlements:
    return Entitlements(
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
