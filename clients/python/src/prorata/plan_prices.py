"""Prices of support plans, for a whole month: messages of the contract from exact decimals."""

from decimal import Decimal

from prorata.money import decimal_to_money, decimal_to_number
from prorata.v1.plan_pb2 import FlatPrice, PlanPrice, UsageBasedPrice


def usage_based_price(rate: Decimal, minimum: Decimal, currency_code: str) -> PlanPrice:
    """The larger of a share of the spend and a minimum, such as 0.04 and 250; both 0 is free (2.4)."""
    return PlanPrice(
        usage_based=UsageBasedPrice(rate=decimal_to_number(rate), minimum=decimal_to_money(minimum, currency_code))
    )


def flat_price(amount: Decimal, currency_code: str) -> PlanPrice:
    """A fixed monthly amount (2.4)."""
    return PlanPrice(flat=FlatPrice(amount=decimal_to_money(amount, currency_code)))
