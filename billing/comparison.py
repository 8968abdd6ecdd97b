"""The comparison of a month with the one before: which payers' charges differ widely (design 5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.closings import Total
from billing.money import Currency
from billing.period import Period

DEFAULT_FACTOR = Decimal(3)
DEFAULT_AMOUNT = Decimal(1000)
SHOWN = 100  # outliers that are kept: those that differ most


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a payer is an outlier.

    Attributes:
        factor: its total is more than this times that of the month before, or the other way round; at least 1.
        amount_minor: and the two differ by more than this, in the minor unit; not negative.
    """

    factor: Decimal = DEFAULT_FACTOR
    amount_minor: int = 100_000  # of the default currency

    @classmethod
    def of(cls, factor: Decimal, amount: Decimal, currency: Currency) -> Threshold:
        """From the settings; ValueError when the factor is below 1, or the amount negative or not exact (1.1)."""
        if not (factor.is_finite() and amount.is_finite() and factor >= 1 and amount >= 0):
            raise ValueError(f"outliers differ by a factor of 1 or more and an amount of 0 or more: {factor}, {amount}")
        return cls(factor, currency.to_minor(amount))

    def exceeded(self, amount_minor: int, previous_minor: int) -> bool:
        """Whether a payer with these totals is an outlier; where one of them is 0, the amount alone decides."""
        low, high = sorted((amount_minor, previous_minor))
        return high - low > self.amount_minor and high > self.factor * low


@dataclass(frozen=True, slots=True)
class PayerOutlier:
    """A payer with its total of a month and of the one before, in the minor unit."""

    payer_sid: str
    amount_minor: int
    previous_minor: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A month beside the one before: of each, the records of its own period from its own closing, without credits.

    Attributes:
        previous_period: the month before; None for the first that closes, which has no outliers.
        totals, previous_totals: per kind.
        threshold: when a payer was an outlier.
        outlier_count: how many are.
        outliers: those that differ most, in that order.
    """

    previous_period: Period | None
    totals: list[Total]
    previous_totals: list[Total]
    threshold: Threshold
    outlier_count: int
    outliers: list[PayerOutlier]
