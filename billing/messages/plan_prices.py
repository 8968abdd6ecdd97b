"""The price of a plan (2.4) as it comes in a request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from google.type.money_pb2 import Money

from billing.errors import BillingError, Reason, invalid
from billing.messages.basic import NANOS, decimal_from_text
from billing.money import Currency
from billing.support import RATE_PLACES, FlatPrice, PlanPrice, UsageBasedPrice

AMOUNT_LIMIT = 10**12  # of a whole month, in units of the currency


def plan_price_from_field(request: Any, field: str, currency: Currency) -> PlanPrice | None:
    """The price in a field; None when it is not set.

    Raises:
        BillingError: INVALID_FIELD or CURRENCY_MISMATCH.
    """
    if not request.HasField(field):
        return None
    price = getattr(request, field)
    form = price.WhichOneof("price")
    if form is None:
        raise invalid(field, "the price is empty: give a usage_based or a flat one")
    if form == "flat":
        return FlatPrice(_amount(price.flat, "amount", f"{field}.flat", currency))
    based, path = price.usage_based, f"{field}.usage_based"
    return UsageBasedPrice(_rate(based, path), _amount(based, "minimum", path, currency))


def _rate(based: Any, path: str) -> Decimal:
    rate = decimal_from_text(based.rate, f"{path}.rate")
    if not 0 <= rate <= 1 or rate != round(rate, RATE_PLACES):
        raise invalid(f"{path}.rate", f"{rate} is no rate: give a share from 0 to 1 of at most {RATE_PLACES} places")
    return abs(round(rate, RATE_PLACES))


def _amount(message: Any, name: str, path: str, currency: Currency) -> Decimal:
    field = f"{path}.{name}"
    if not message.HasField(name):
        raise invalid(field, f"the {name} is missing: it is required")
    money: Money = getattr(message, name)
    if money.currency_code != currency.code:
        raise BillingError(
            Reason.CURRENCY_MISMATCH,
            f"{money.currency_code[:20]!r} is not the store's currency: give the amount in {currency.code}",
            field,
        )
    if not 0 <= money.units < AMOUNT_LIMIT or not 0 <= money.nanos < NANOS:
        raise invalid(field, f"the {name} is out of range: it is not negative, and less than {AMOUNT_LIMIT:,}")
    return Decimal(money.units * NANOS + money.nanos).scaleb(-9)
