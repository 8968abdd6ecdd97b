"""Money: exact, never binary floats (1.1), rounded once a line (1.2), shared out without loss (1.3).

Amounts are integers in the currency's minor unit (cents) once rounded, and exact decimals before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MINOR_LIMIT = 2**63 - 1  # what a bigint column holds


@dataclass(frozen=True, slots=True)
class Currency:
    """The one currency of a store.

    Attributes:
        code: ISO 4217, such as "USD".
        minor_digits: decimal places of its minor unit, such as 2.
    """

    code: str
    minor_digits: int

    def to_minor(self, amount: Decimal) -> int:
        """An amount that has no more places than the minor unit, in that unit; ValueError otherwise."""
        scaled = amount.scaleb(self.minor_digits)
        if scaled != int(scaled):
            raise ValueError(f"{amount} has more than {self.minor_digits} decimal places")
        return int(scaled)

    def to_decimal(self, minor: int) -> Decimal:
        """An amount in the minor unit as a decimal number of the currency."""
        return Decimal(minor).scaleb(-self.minor_digits)


def round_half_away(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded to an integer, half away from zero (1.2); the denominator is positive."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def share_out(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to weights by largest remainder (1.3).

    Args:
        amount: in the minor unit; may be negative.
        weights: none negative, at least one positive, in the order in which ties are broken: that of the SIDs.

    Returns:
        One part a weight, in the same order; they sum exactly to the amount.
    """
    total = sum(weights)
    assert total > 0
    magnitude, sign = abs(amount), 1 if amount >= 0 else -1
    quotients = [divmod(magnitude * weight, total) for weight in weights]
    parts = [quotient for quotient, _ in quotients]
    left = magnitude - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda index: -quotients[index][1])  # stable: ties keep the order
    for index in by_remainder[:left]:
        parts[index] += 1
    return [sign * part for part in parts]
