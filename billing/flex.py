"""Flex: what is charged per account and period, and what usage it includes (7.2, 7.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

from billing.failures import Failure
from billing.money import MINOR_LIMIT, Currency, round_half_away

HOUR_MICROS = 3_600_000_000


class FlexModel(IntEnum):
    """How an instance is priced, numbered as in the contract and the store."""

    USER_AND_USAGE = 1
    NAMED_USER = 2
    ACTIVE_USER_HOURS = 3

    @property
    def fair_use(self) -> bool:
        """Whether it is a fair-use plan, which includes quotas (7.3)."""
        return self is not FlexModel.USER_AND_USAGE

    @property
    def in_words(self) -> str:
        """Its name for people."""
        return _IN_WORDS[self]

    def counted(self, stored: int) -> Fraction:
        """What is charged, of what is counted and stored: users, or hours of the microseconds logged in."""
        return Fraction(stored, HOUR_MICROS if self is FlexModel.ACTIVE_USER_HOURS else 1)

    def stored(self, counted: Fraction) -> int:
        """The inverse of `counted`: users, or microseconds."""
        exact = counted * HOUR_MICROS if self is FlexModel.ACTIVE_USER_HOURS else counted
        assert exact.denominator == 1, "users and microseconds are whole"
        return exact.numerator


_IN_WORDS = {
    FlexModel.USER_AND_USAGE: "User + Usage",
    FlexModel.NAMED_USER: "Named User",
    FlexModel.ACTIVE_USER_HOURS: "Active User Hours",
}


@dataclass(frozen=True, slots=True)
class FlexUse:
    """What an instance comes to in a period.

    Attributes:
        family_key, account_key: whose instance.
        model: that of the period; a switch takes effect on the first of a month (7.7).
        counted: users, or hours; more than 0.
    """

    family_key: int
    account_key: int
    model: FlexModel
    counted: Fraction


@dataclass(frozen=True, slots=True)
class FlexTerms:
    """What a model costs in a period.

    Attributes:
        price_key: the price version.
        unit_price: per user or hour.
        price_start: the period from which that price holds, as YYYY-MM; empty for the list price.
        quotas: how much of a product a user or an hour includes, in 10⁻⁶ of the unit, by product key.
    """

    price_key: int
    unit_price: Decimal
    price_start: str = ""
    quotas: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlexLine:
    """The Flex of an account in a period, charged: the amount is rounded once, in the minor unit (1.2)."""

    family_key: int
    account_key: int
    model: FlexModel
    price_key: int
    counted: Fraction
    amount_minor: int


@dataclass(frozen=True, slots=True)
class FlexCharges:
    """What the Flex of some families comes to.

    Attributes:
        lines: one an account, sorted by family and account; lines of zero are left out (5.6).
        included: what the quotas include, in 10⁻⁶ of the product's unit, by account and product key (7.3).
        failures: the reason for each family that can not be charged; such a family has no lines.
    """

    lines: list[FlexLine]
    included: dict[tuple[int, int], Fraction]
    failures: dict[int, Failure]


def charge_flex(uses: Sequence[FlexUse], terms: Mapping[FlexModel, FlexTerms], currency: Currency) -> FlexCharges:
    """Charge the Flex of many families: users or hours × the price, pro-rated nowhere (7.2, 7.3)."""
    failures: dict[int, Failure] = {}
    included: dict[tuple[int, int], Fraction] = {}
    lines = []
    for use in sorted(uses, key=lambda use: (use.family_key, use.account_key)):
        of_model = terms[use.model]
        line = _line(use, of_model, currency)
        if line.amount_minor > MINOR_LIMIT:
            why = f"the Flex line of {use.model.in_words} exceeds the largest amount a record can carry"
            failures[use.family_key] = Failure(use.account_key, why)
        if line.amount_minor:
            lines.append(line)
        for product_key, micros in of_model.quotas.items():
            included[use.account_key, product_key] = micros * use.counted
    return FlexCharges([line for line in lines if line.family_key not in failures], included, failures)


def _line(use: FlexUse, terms: FlexTerms, currency: Currency) -> FlexLine:
    exact = use.counted * Fraction(terms.unit_price) * 10**currency.minor_digits
    amount = round_half_away(exact.numerator, exact.denominator)
    return FlexLine(use.family_key, use.account_key, use.model, terms.price_key, use.counted, amount)
