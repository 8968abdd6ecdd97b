"""What lines of usage come to: rated amounts and priced quantities, added and rounded once (1.2, 4.6), in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from billing.money import MINOR_LIMIT, round_half_away
from billing.price_columns import NANOS_PLACES, NO_PRICE, Counted, Exact, Integers, Rate

Minor = npt.NDArray[np.int64]

SAFE = 2**62  # well inside int64, so that an estimate in floats need not be exact
MOST_PLACES = 18


def amounts(
    rated_nanos: Exact, counted: Counted, costs: Mapping[int, Fraction], minor_digits: int
) -> tuple[Minor, list[int]]:
    """Rated amounts plus what is counted at its rate, by row: in vectors of 64 bits where these do, else one by one.

    Args:
        rated_nanos: in 10⁻⁹ of the currency.
        counted: what is priced.
        costs: of some rows what the priced quantity costs exactly, in place of what is counted.
        minor_digits: decimal places of the minor unit.

    Returns:
        The amounts in the minor unit; and the rows that come to more than a record can carry, which are 0.
    """
    safe = _safe(rated_nanos, counted)
    safe[list(costs)] = False
    if safe.all():
        return _vector(rated_nanos, counted.count, counted.rate, counted.rates, minor_digits), []
    minor: Minor = np.zeros(len(rated_nanos), dtype=np.int64)
    minor[safe] = _vector(rated_nanos[safe], counted.count[safe], counted.rate[safe], counted.rates, minor_digits)
    beyond = []
    for row in np.flatnonzero(~safe).tolist():
        rate, rated = counted.rates[counted.rate[row]], int(rated_nanos[row])
        cost = costs.get(row)
        amount = (
            _amount(rated, int(counted.count[row]), rate, minor_digits)
            if cost is None
            else (_fraction_amount(rated, cost, minor_digits))
        )
        if abs(amount) > MINOR_LIMIT:
            beyond.append(row)
        else:
            minor[row] = amount
    return minor, beyond


def _safe(rated_nanos: Exact, counted: Counted) -> npt.NDArray[np.bool_]:
    """Which rows are exact in 64 bits, whatever is multiplied and added on the way."""
    small, rate = _small(counted.rates), counted.rate
    count = counted.count.astype(np.float64)
    estimate = (
        np.abs(rated_nanos.astype(np.float64)) * _floats(10 ** (each.places - NANOS_PLACES) for each in small)[rate]
        + count * _floats(each.price for each in small)[rate]
        + _floats(each.base + 10**each.places for each in small)[rate]
    )
    held = np.array([each is mine for each, mine in zip(counted.rates, small, strict=True)], dtype=bool)
    safe: npt.NDArray[np.bool_] = held[rate] & (estimate < SAFE) & (count < SAFE)  # which a price of 0 hides
    return safe


def _vector(rated_nanos: Exact, count: Exact, rate: Integers, rates: Sequence[Rate], minor_digits: int) -> Minor:
    """The amounts of rows that are safe."""
    small = _small(rates)
    numerator = (
        rated_nanos.astype(np.int64) * _integers(10 ** (each.places - NANOS_PLACES) for each in small)[rate]
        + count.astype(np.int64) * _integers(each.price for each in small)[rate]
        + _integers(each.base for each in small)[rate]
    )
    denominator = _integers(10 ** (each.places - minor_digits) for each in small)[rate]
    magnitude = (np.abs(numerator) + denominator // 2) // denominator
    return np.where(numerator < 0, -magnitude, magnitude)


def _small(rates: Sequence[Rate]) -> list[Rate]:
    """The rates; one without a price in place of those that 64 bits do not hold."""
    return [each if each.places <= MOST_PLACES and max(each.price, each.base) < SAFE else NO_PRICE for each in rates]


def _integers(numbers: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.fromiter(numbers, dtype=np.int64)


def _floats(numbers: Iterable[int]) -> npt.NDArray[np.float64]:
    return np.fromiter(map(float, numbers), dtype=np.float64)


def _amount(rated_nanos: int, count: int, rate: Rate, minor_digits: int) -> int:
    numerator = rated_nanos * 10 ** (rate.places - NANOS_PLACES) + rate.base + count * rate.price
    return round_half_away(numerator, 10 ** (rate.places - minor_digits))


def _fraction_amount(rated_nanos: int, cost: Fraction, minor_digits: int) -> int:
    exact = (Fraction(rated_nanos, 10**NANOS_PLACES) + cost) * 10**minor_digits
    return round_half_away(exact.numerator, exact.denominator)
