"""Rating usage: one line per account, product and period (4.6), in columns for many families at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from billing.money import MINOR_LIMIT, Currency, round_half_away

Integers = npt.NDArray[np.integer[Any]]
Exact = npt.NDArray[Any]  # int64, or Python integers (dtype object) where 64 bits do not do

NANOS_PLACES = 9
MICROS_PLACES = 6
SAFE = float(2**62)  # well inside int64, so that the estimate in floats need not be exact


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """What a product costs in a period, and whether support covers it (4.5, 4.7).

    Attributes:
        product_id: its id.
        covered: whether its lines are part of the spend (5.1).
        price_key: the price version; 0 without one.
        unit_price: of a quantity of 1; None without a price.
        price_start: the period from which that price holds, as YYYY-MM; empty without one.
    """

    product_id: str
    covered: bool
    price_key: int = 0
    unit_price: Decimal | None = None
    price_start: str = ""


@dataclass(frozen=True, slots=True)
class UsageSums:
    """A period's usage summed per account and product: columns of one length, sorted by family, account and product.

    Attributes:
        family_key, account_key, product_key: integer keys.
        rated_nanos: the sum of the amounts rated upstream, in 10⁻⁹ of the currency.
        unrated_micros: the sum of the quantities to be priced, in 10⁻⁶ of the unit.
    """

    family_key: Integers
    account_key: Integers
    product_key: Integers
    rated_nanos: Exact
    unrated_micros: Exact

    def __len__(self) -> int:
        return len(self.family_key)


@dataclass(frozen=True, slots=True)
class UsageLines:
    """Rated usage: the columns of `UsageSums` with what became of each row.

    Attributes:
        sums: the rows that came to an amount; lines of zero are left out (5.6).
        price_key: the price version used; 0 when nothing was priced here.
        covered: whether the line is part of the spend.
        amount_minor: the amount, rounded once, in the minor unit.
    """

    sums: UsageSums
    price_key: Integers
    covered: npt.NDArray[np.bool_]
    amount_minor: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sums)


def rate(sums: UsageSums, products: dict[int, ProductTerms], currency: Currency) -> tuple[UsageLines, dict[int, str]]:
    """Rate the usage of many families.

    Args:
        sums: the usage.
        products: the terms of every product in it, by product key.
        currency: of the store.

    Returns:
        The lines, and for each family that can not be rated the reason; such a family has no lines.
    """
    keys, place = np.unique(sums.product_key, return_inverse=True)
    terms = [products[int(key)] for key in keys]
    prices = [_scaled_price(term.unit_price) for term in terms]
    price_units = np.array([units for units, _ in prices], dtype=object)[place] if len(keys) else np.zeros(0, object)
    price_places = np.array([places for _, places in prices], dtype=np.int64)[place]
    priced = np.array([term.unit_price is not None for term in terms], dtype=bool)[place]

    failures = _without_price(sums, priced, terms, place)
    amount = _amounts(sums, price_units, price_places, currency.minor_digits)
    failures |= _too_large(sums, amount)
    keep = amount != 0
    if failures:
        keep &= ~np.isin(sums.family_key, list(failures))
    used = (sums.unrated_micros != 0) & priced
    price_key = np.where(used, np.array([term.price_key for term in terms], dtype=np.int64)[place], 0)
    covered = np.array([term.covered for term in terms], dtype=bool)[place]
    kept = UsageSums(
        *(
            column[keep]
            for column in (sums.family_key, sums.account_key, sums.product_key, sums.rated_nanos, sums.unrated_micros)
        )
    )
    return UsageLines(kept, price_key[keep], covered[keep], amount[keep].astype(np.int64)), failures


def _scaled_price(unit_price: Decimal | None) -> tuple[int, int]:
    """A price as an integer and its number of decimal places; (0, 0) without a price."""
    if not unit_price:
        return 0, 0
    sign, digits, exponent = unit_price.normalize().as_tuple()
    assert isinstance(exponent, int)
    assert not sign
    units = int("".join(map(str, digits)))
    return (units, -exponent) if exponent <= 0 else (units * 10**exponent, 0)


def _amounts(sums: UsageSums, price_units: Exact, price_places: Integers, minor_digits: int) -> Exact:
    """rated + unrated × price per row, rounded to the minor unit: int64 where exact, Python integers elsewhere."""
    places = np.maximum(NANOS_PLACES, MICROS_PLACES + price_places)
    rated_scale = places - NANOS_PLACES
    price_scale = places - MICROS_PLACES - price_places
    estimate = (
        np.abs(sums.rated_nanos.astype(np.float64)) * 10.0**rated_scale
        + np.abs(sums.unrated_micros.astype(np.float64)) * np.abs(price_units.astype(np.float64)) * 10.0**price_scale
        + 10.0**places
    )
    safe = (
        (estimate < SAFE)
        & (places <= 18)
        & (price_units.astype(np.float64) * 10.0**price_scale < SAFE)
        & (sums.unrated_micros.astype(np.float64) < SAFE)  # which a price of zero hides from the estimate
    )
    amount = np.zeros(len(sums), dtype=np.int64)
    if safe.any():
        numerator = sums.rated_nanos[safe].astype(np.int64) * 10 ** rated_scale[safe].astype(
            np.int64
        ) + sums.unrated_micros[safe].astype(np.int64) * (
            price_units[safe].astype(np.int64) * 10 ** price_scale[safe].astype(np.int64)
        )
        denominator = 10 ** (places[safe] - minor_digits).astype(np.int64)
        magnitude = (np.abs(numerator) + denominator // 2) // denominator
        amount[safe] = np.where(numerator < 0, -magnitude, magnitude)
    if safe.all():
        return amount
    exact = amount.astype(object)
    for row in np.flatnonzero(~safe):
        numerator = int(sums.rated_nanos[row]) * 10 ** int(rated_scale[row]) + int(sums.unrated_micros[row]) * int(
            price_units[row]
        ) * 10 ** int(price_scale[row])
        exact[row] = round_half_away(numerator, 10 ** int(places[row] - minor_digits))
    return exact


def _without_price(
    sums: UsageSums, priced: npt.NDArray[np.bool_], terms: list[ProductTerms], place: Integers
) -> dict[int, str]:
    return {
        int(sums.family_key[row]): f"product {terms[int(place[row])].product_id} has no price in the period"
        for row in np.flatnonzero((sums.unrated_micros != 0) & ~priced)
    }


def _too_large(sums: UsageSums, amount: Exact) -> dict[int, str]:
    if amount.dtype != object:
        return {}
    rows = [row for row in range(len(amount)) if abs(int(amount[row])) > MINOR_LIMIT]
    return {int(sums.family_key[row]): "a usage line exceeds the largest amount a record can carry" for row in rows}
