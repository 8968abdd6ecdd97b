"""Rating usage: one line per account, product and period (4.6), in columns for many families at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from billing.failures import Failure
from billing.included import take_off
from billing.line_amounts import amounts
from billing.money import Currency
from billing.price_columns import Exact, Integers, count, positions
from billing.pricing import PerUnit, Pricing, cost

MICROS = 10**6


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """What a product costs in a period, and whether support covers it (4.5, 4.7).

    Attributes:
        product_id: its id.
        covered: whether its lines are part of the spend (5.1).
        price_key: the price version; 0 without one.
        pricing: how the price is formed; None without a price.
        price_start: the period from which that price holds, as YYYY-MM; empty without one.
        contract_key: the contract whose own price it is; 0 for the price book's.
        contract_sid: its SID; empty for the price book's.
    """

    product_id: str
    covered: bool
    price_key: int = 0
    pricing: Pricing | None = None
    price_start: str = ""
    contract_key: int = 0
    contract_sid: str = ""

    @property
    def unit_price(self) -> Decimal | None:
        """Of a quantity of 1; None without a price, or where it is not a price a unit."""
        return self.pricing.unit_price if isinstance(self.pricing, PerUnit) else None


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
        included_micros: what of the unrated quantity a quota includes, in 10⁻⁶ of the unit, rounded down (7.3).
        terms: the terms used, by price key.
    """

    sums: UsageSums
    price_key: Integers
    covered: npt.NDArray[np.bool_]
    amount_minor: npt.NDArray[np.int64]
    included_micros: Exact
    terms: Mapping[int, ProductTerms] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.sums)


def rate(
    sums: UsageSums,
    products: Mapping[int, ProductTerms],
    currency: Currency,
    own_products: Mapping[int, Mapping[int, ProductTerms]] | None = None,
    included: Mapping[tuple[int, int], Fraction] | None = None,
) -> tuple[UsageLines, dict[int, Failure]]:
    """Rate the usage of many families.

    Args:
        sums: the usage.
        products: the terms of every product in it, by product key.
        currency: of the store.
        own_products: by family and product, the terms of a contract's own prices, which take the place of those in
            `products` (4.5).
        included: by account and product, what a quota includes, in 10⁻⁶ of the unit: it lowers the unrated quantity
            before pricing, not below 0 (7.3).

    Returns:
        The lines, and for each family that can not be rated the reason; such a family has no lines.
    """
    terms, place = _terms_by_row(sums, products, own_products or {})
    pricings = [each.pricing for each in terms]
    quota = take_off(sums.account_key, sums.product_key, sums.unrated_micros, included or {})
    counted = count(quota.priced_micros, place, pricings)
    costs = {row: _cost(pricings[place[row]], micros) for row, micros in quota.fractions.items()}
    amount, beyond = amounts(sums.rated_nanos, counted, costs, currency.minor_digits)

    used = quota.priced_micros != 0
    unpriced = used & np.array([pricing is None for pricing in pricings], dtype=bool)[place]
    whys = dict.fromkeys(np.flatnonzero(unpriced).tolist(), "product {} has no price in the period")
    whys |= dict.fromkeys(beyond, "the usage line of product {} exceeds the largest amount a record can carry")
    failures = {
        int(sums.family_key[row]): Failure(int(sums.account_key[row]), why.format(terms[place[row]].product_id))
        for row, why in whys.items()
    }
    keep = amount != 0
    if failures:
        keep &= ~np.isin(sums.family_key, list(failures))
    lines = UsageLines(
        UsageSums(*(getattr(sums, column.name)[keep] for column in fields(UsageSums))),
        np.where(used, np.array([each.price_key for each in terms], dtype=np.int64)[place], 0)[keep],
        np.array([each.covered for each in terms], dtype=bool)[place[keep]],
        amount[keep],
        quota.included_micros[keep],
        {each.price_key: each for each in terms if each.price_key},
    )
    return lines, failures


def _cost(pricing: Pricing | None, quantity_micros: Fraction) -> Fraction:
    """What a quantity costs; without a price its family fails anyway."""
    return Fraction(0) if pricing is None else cost(pricing, quantity_micros / MICROS)


def _terms_by_row(
    sums: UsageSums, products: Mapping[int, ProductTerms], own_products: Mapping[int, Mapping[int, ProductTerms]]
) -> tuple[list[ProductTerms], Integers]:
    """The terms of all products, and by row the index of its own: its contract's where it has some, else the book's."""
    keys, place = np.unique(sums.product_key, return_inverse=True)
    terms = [products[int(key)] for key in keys]
    if not own_products:
        return terms, place
    contracts = list({id(own): own for own in own_products.values()}.values())  # its families share a contract's terms
    index = {id(own): at for at, own in enumerate(contracts)}
    place_of = {int(key): at for at, key in enumerate(keys)}
    own_terms = {
        at * len(keys) + place_of[product]: each
        for at, own in enumerate(contracts)
        for product, each in own.items()
        if product in place_of
    }
    families = np.array(sorted(own_products), dtype=np.int64)
    contract = np.array([index[id(own_products[int(key)])] for key in families], dtype=np.int64)
    family = positions(families, sums.family_key)
    rows = np.flatnonzero(family >= 0)
    own_keys = np.array(sorted(own_terms), dtype=np.int64)
    found = positions(own_keys, contract[family[rows]] * len(keys) + place[rows])
    place[rows] = np.where(found >= 0, len(keys) + found, place[rows])
    return terms + [own_terms[int(key)] for key in own_keys], place
