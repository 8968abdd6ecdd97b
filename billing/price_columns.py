"""Prices as columns: what each row of usage counts, and at which rate, for many products at once (4.5).

A *rate* is a stretch of quantities at one price. Every form of pricing comes to rates: a row costs what the quantity
below the stretch costs, and the price of whatever is counted within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from billing.pricing import Graduated, Package, PerUnit, Pricing, Volume

Integers = npt.NDArray[np.integer[Any]]
Exact = npt.NDArray[Any]  # int64, or Python integers (dtype object) where 64 bits do not do

MICROS_PLACES = 6
NANOS_PLACES = 9
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Rate:
    """A stretch of quantities at one price: it costs `base + price × count`, in 10 to the power of minus `places`.

    Attributes:
        price: of one counted, which is 10⁻⁶ of the unit, or a package.
        base: what the quantity below costs.
        places: at least 9.
        above_micros: the quantity below, which is not counted.
    """

    price: int
    base: int
    places: int
    above_micros: int = 0


NO_PRICE = Rate(0, 0, NANOS_PLACES)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of rows of usage, and at which rate.

    Attributes:
        count: by row: 10⁻⁶ of the unit within the rate, or packages.
        rate: by row: the index of its rate.
        rates: the rates of all prices.
    """

    count: Exact
    rate: Integers
    rates: Sequence[Rate]


def rates_of(pricing: Pricing | None) -> list[Rate]:
    """The rates of a price, ascending; one that costs nothing where there is no price."""
    match pricing:
        case None:
            return [NO_PRICE]
        case PerUnit():
            return [_per_unit(pricing.unit_price)]
        case Volume():
            return [_per_unit(tier.unit_price) for tier in pricing.tiers]
        case Package():
            places = _places(pricing.package_price, NANOS_PLACES)
            return [Rate(_scaled(pricing.package_price, places), 0, places)]
        case Graduated():
            return list(_graduated(pricing))


def count(quantity_micros: Exact, place: Integers, prices: Sequence[Pricing | None]) -> Counted:
    """What is counted of each quantity, and at which rate.

    Args:
        quantity_micros: quantities, not negative, in 10⁻⁶ of the unit.
        place: the index of each row's price.
        prices: the prices; None where there is none.
    """
    by_price = [rates_of(pricing) for pricing in prices]
    first = np.cumsum([0, *map(len, by_price)], dtype=np.int64)
    counted, rate = quantity_micros, first[place]
    stepped = np.array([not isinstance(pricing, PerUnit | None) for pricing in prices], dtype=bool)
    if stepped.any():
        counted = quantity_micros.copy()
        for at, rows in _rows_by_place(place, stepped):
            counted[rows], step = _stepped(quantity_micros[rows], prices[at], by_price[at])
            rate[rows] += step
    return Counted(counted, rate, [rate for rates in by_price for rate in rates])


def micros(quantity: Decimal) -> int:
    """A quantity of at most 6 decimal places in 10⁻⁶ of the unit."""
    return int(quantity.scaleb(MICROS_PLACES))


def positions(keys: Integers, wanted: Integers) -> Integers:
    """Where each wanted number stands in ascending keys; -1 where it does not."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[found] == wanted, found, -1)


def _rows_by_place(place: Integers, wanted: npt.NDArray[np.bool_]) -> Iterable[tuple[int, Integers]]:
    """The rows of each wanted place that has any."""
    rows = np.flatnonzero(wanted[place])
    if not len(rows):
        return ()
    rows = rows[np.argsort(place[rows], kind="stable")]
    places, starts = np.unique(place[rows], return_index=True)
    return zip(places.tolist(), np.split(rows, starts[1:]), strict=True)


def _stepped(quantity: Exact, pricing: Pricing | None, rates: Sequence[Rate]) -> tuple[Exact, Integers]:
    """What is counted of quantities at one price with tiers or packages, and in which of its rates."""
    if isinstance(pricing, Package):
        size = _like(quantity, [micros(pricing.size)])[0]
        return -(-quantity // size), np.zeros(len(quantity), dtype=np.int64)
    assert isinstance(pricing, Graduated | Volume)
    bounds = _like(quantity, [micros(tier.up_to) for tier in pricing.tiers if tier.up_to is not None])
    step = np.searchsorted(bounds, quantity, side="left")  # the first bound that is not below: bounds are inclusive
    return quantity - _like(quantity, [rate.above_micros for rate in rates])[step], step


def _like(quantity: Exact, numbers: Sequence[int]) -> Exact:
    """Numbers in the type of quantities; what exceeds 64 bits becomes the largest, which no such quantity exceeds."""
    if quantity.dtype == object:
        return np.array(numbers, dtype=object)
    return np.array([min(number, LARGEST) for number in numbers], dtype=np.int64)


def _per_unit(price: Decimal) -> Rate:
    places = _places(price, NANOS_PLACES - MICROS_PLACES)
    return Rate(_scaled(price, places), 0, places + MICROS_PLACES)


def _graduated(pricing: Graduated) -> Iterable[Rate]:
    places = max(_places(tier.unit_price, NANOS_PLACES - MICROS_PLACES) for tier in pricing.tiers)
    base = above = 0
    for tier in pricing.tiers:
        price = _scaled(tier.unit_price, places)
        yield Rate(price, base, places + MICROS_PLACES, above)
        if tier.up_to is not None:
            bound = micros(tier.up_to)
            base, above = base + (bound - above) * price, bound


def _places(price: Decimal, least: int) -> int:
    """How many decimal places a price has, or the least wanted."""
    exponent = price.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(least, -exponent)


def _scaled(price: Decimal, places: int) -> int:
    """A price in 10 to the power of minus `places`, of which it has no more."""
    assert price >= 0
    return int(price.scaleb(places))
