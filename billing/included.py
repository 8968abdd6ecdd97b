"""What a Flex quota includes of the usage, which is not priced (7.3): in columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from billing.price_columns import Exact, Integers, positions

KEY_BITS = 32  # keys have 31 bits: two of them make one number of 64


@dataclass(frozen=True, slots=True)
class Included:
    """What is included of each row's unrated quantity, and what is left to be priced.

    Attributes:
        included_micros: in 10⁻⁶ of the unit, rounded down.
        priced_micros: the rest, so rounded up. It falls in the tier, and takes the packages, that the exact rest does,
            because bounds and sizes have no more than 6 places.
        fractions: the exact rest, in 10⁻⁶ of the unit, by row, where it is no whole number.
    """

    included_micros: Exact
    priced_micros: Exact
    fractions: Mapping[int, Fraction] = field(default_factory=dict)


def take_off(
    account_key: Integers, product_key: Integers, unrated_micros: Exact, quotas: Mapping[tuple[int, int], Fraction]
) -> Included:
    """Take what quotas include off unrated quantities, not below 0.

    Args:
        account_key, product_key, unrated_micros: by row.
        quotas: what is included, in 10⁻⁶ of the unit, by account and product.
    """
    included = np.zeros_like(unrated_micros)
    if not quotas:
        return Included(included, unrated_micros)
    by_key = sorted((account << KEY_BITS | product, quota) for (account, product), quota in quotas.items())
    found = positions(
        np.array([key for key, _ in by_key], dtype=np.int64),
        account_key.astype(np.int64) << KEY_BITS | product_key.astype(np.int64),
    )
    fractions: dict[int, Fraction] = {}
    for row in np.flatnonzero(found >= 0).tolist():  # only rows of accounts with a quota
        unrated, quota = int(unrated_micros[row]), by_key[found[row]][1]
        included[row] = min(unrated, quota.numerator // quota.denominator)
        if quota < unrated and quota.denominator != 1:
            fractions[row] = unrated - quota
    return Included(included, unrated_micros - included, fractions)
