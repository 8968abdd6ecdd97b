"""Entitlements as messages of the contract."""

from __future__ import annotations

from billing.catalogue import PlanVersion
from billing.entitlements import Entitlements as BillingEntitlements
from billing.messages import wire
from billing.messages.basic import date_from_day
from billing.money import Currency
from billing.operations.keeping import keep
from prorata.v1.entitlement_pb2 import Entitlements, GuaranteeText
from prorata.v1.plan_pb2 import Plan
from server.resources import plan_message

MOST_KEPT = 1_000

_kept: dict[tuple[int, str, Currency], tuple[PlanVersion, bytes]] = {}  # by its identity, which it keeps


def entitlements_response(found: BillingEntitlements, currency: Currency) -> bytes:
    """What an account may use of support on a day, as the answer of `GetEntitlements`, serialized.

    What is the same for all accounts with a version of a plan, at a price, in a language, is written once.
    """
    whose = Entitlements(account_sid=found.account_sid, owner_sid=found.owner_sid, day=date_from_day(found.day))
    content = whose.SerializeToString() + _of_version(found, currency)
    return wire.frame(1, len(content)) + content


def _of_version(found: BillingEntitlements, currency: Currency) -> bytes:
    if found.plan is None or found.version is None:
        return Entitlements(language_code=found.language_code).SerializeToString()
    key = id(found.version), found.language_code, currency
    if key not in _kept:
        plan = plan_message(found.plan, found.version, found.language_code, currency)
        keep(_kept, key, (found.version, _worded(found, plan).SerializeToString()), MOST_KEPT)
    return _kept[key][1]


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
