"""What an unrated quantity costs (4.5), before rounding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

PER_UNIT, GRADUATED, VOLUME, PACKAGE = "per unit", "graduated", "volume", "package"

Tier = tuple[Fraction | None, Fraction]  # the largest quantity, inclusive, none for the last tier; the price of a unit


@dataclass(frozen=True)
class Pricing:
    """A price: of a unit, of tiers, or of packages of a size."""

    kind: str
    price: Fraction = Fraction(0)
    tiers: tuple[Tier, ...] = ()
    size: Fraction = Fraction(1)

    def amount(self, quantity: Fraction) -> Fraction:
        """What a quantity costs."""
        if self.kind == PER_UNIT:
            return quantity * self.price
        if self.kind == PACKAGE:
            return -(-quantity // self.size) * self.price
        if self.kind == VOLUME:
            return quantity * next(price for up_to, price in self.tiers if up_to is None or quantity <= up_to)
        return self._graduated(quantity)

    def _graduated(self, quantity: Fraction) -> Fraction:
        amount, below = Fraction(0), Fraction(0)
        for up_to, price in self.tiers:
            within = quantity if up_to is None else min(quantity, up_to)
            amount += max(within - below, Fraction(0)) * price
            below = within
        return amount
