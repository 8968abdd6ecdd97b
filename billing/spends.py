"""The spend of accounts (5.1), as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from billing.flex import FlexLine
from billing.money import MINOR_LIMIT
from billing.price_columns import Exact
from billing.rating import UsageLines
from billing.record_columns import Integers, beginnings


@dataclass(frozen=True)
class Spends:
    """The spend of each account with covered usage or Flex: columns of one length, sorted by family and account.

    Attributes:
        family_key, account_key: whose.
        minor: how much, in the minor unit.
    """

    family_key: Integers
    account_key: Integers
    minor: Exact

    def rows_of(self, family_keys: Integers) -> tuple[Integers, Integers]:
        """The first row and the end of each family."""
        first = np.searchsorted(self.family_key, family_keys, side="left").astype(np.int64)
        return first, np.searchsorted(self.family_key, family_keys, side="right").astype(np.int64)

    @cached_property
    def row_by_account(self) -> dict[int, int]:
        """Where each account stands."""
        return {account: row for row, account in enumerate(self.account_key.tolist())}


def spends_of(lines: UsageLines, flex_lines: Sequence[FlexLine]) -> Spends:
    """What accounts spend, by their lines."""
    family, account, amount = (
        column[lines.covered].astype(np.int64)
        for column in (lines.sums.family_key, lines.sums.account_key, lines.amount_minor)
    )
    if flex_lines:
        family = np.append(family, [line.family_key for line in flex_lines])
        account = np.append(account, [line.account_key for line in flex_lines])
        amount = np.append(amount, np.array([line.amount_minor for line in flex_lines], dtype=np.int64))
        order = np.lexsort((account, family))
        family, account, amount = family[order], account[order], amount[order]
    starts = beginnings(account)
    return Spends(family[starts], account[starts], summed(amount, starts))


def summed(amounts: Exact, starts: Integers) -> Exact:
    """The sums of stretches; Python's integers (dtype object) where a sum could leave 64 bits."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    if float(np.abs(amounts.astype(np.float64)).sum()) >= MINOR_LIMIT / 2:
        amounts = amounts.astype(object)
    sums: Exact = np.add.reduceat(amounts, starts)
    return sums
