"""The support charge of a segment (5.2, 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.money import Currency, round_half_away

RATE_PLACES = 9  # as the store keeps rates


@dataclass(frozen=True, slots=True)
class UsageBasedPrice:
    """The larger of rate × spend and a minimum (2.4, 5.2). Both zero: free."""

    rate: Decimal
    minimum: Decimal

    @property
    def free(self) -> bool:
        """Whether it costs nothing whatever is spent."""
        return not self.rate and not self.minimum


@dataclass(frozen=True, slots=True)
class FlatPrice:
    """A fixed monthly amount (2.4)."""

    amount: Decimal

    @property
    def free(self) -> bool:
        """Whether it costs nothing."""
        return not self.amount


PlanPrice = UsageBasedPrice | FlatPrice


@dataclass(frozen=True, slots=True)
class Terms:
    """A plan in one of its versions, at the price its owner pays for it."""

    plan_id: str
    plan_version_key: int
    version_number: int
    price: PlanPrice


def charge(price: PlanPrice, spend_minor: int, active_days: int, month_days: int, currency: Currency) -> int:
    """Total monthly support charge × days active ÷ days in the month, rounded once (5.2, 5.3, 1.2).

    Args:
        price: of a whole month.
        spend_minor: the spend of the accounts that share the plan, in the whole period, in the minor unit.
        active_days: the days the plan was active.
        month_days: the days of the month.
        currency: of the store.

    Returns:
        The charge in the minor unit.
    """
    scale = 10**RATE_PLACES
    monthly = _scaled(price, spend_minor, scale, currency)
    return round_half_away(monthly * active_days, scale * month_days)


def _scaled(price: PlanPrice, spend_minor: int, scale: int, currency: Currency) -> int:
    """The charge of a whole month in the minor unit × scale, exact."""
    in_minor = scale * 10**currency.minor_digits
    if isinstance(price, FlatPrice):
        return _exact(price.amount * in_minor)
    return max(_exact(price.rate * scale) * spend_minor, _exact(price.minimum * in_minor))


def _exact(value: Decimal) -> int:
    assert value == value.to_integral_value(), "prices have at most 9 decimal places"
    return int(value)
