"""A stretch of the feed, or a preview, by columns: records with lines and parts, as arrays instead of objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from billing.charges import RecordView
from billing.period import Period
from billing.pricing import Pricing
from billing.rating import ProductTerms
from billing.support import PlanPrice

FIRST_RECORDS = 500  # how many to read before anything is known of them
LEAST_RECORDS, MOST_RECORDS = 100, 5_000
ROWS_AT_ONCE = 25_000  # records, lines and parts
OTHER_ROWS = 20  # what a record that is not held in columns takes the room of

Integers = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Sids = npt.NDArray[np.uint8]  # shape (number, 34), characters


class UsedPrice(NamedTuple):
    """A price as a charge shows it: its form, its first period as YYYY-MM, and the contract whose own it is."""

    pricing: Pricing | None
    start: str
    contract_sid: str


NOTHING_PRICED = UsedPrice(None, "", "")


def used_price(terms: ProductTerms | None) -> UsedPrice:
    """The price that terms are; of none, that nothing was priced."""
    return UsedPrice(terms.pricing, terms.price_start, terms.contract_sid) if terms else NOTHING_PRICED


class SupportTerms(NamedTuple):
    """A plan's version and the price at which it was held."""

    plan_id: str
    version_number: int
    price: PlanPrice


class UsageLineColumns(NamedTuple):
    """USAGE lines, by record: `record`, `product` and `price` are indexes; amounts as in `UsageLineView`."""

    record: Integers
    product: Integers
    price: Integers
    covered: Mask
    amount_minor: Integers
    rated_nanos: Integers
    unrated_micros: Integers
    included_micros: Integers


class SupportLineColumns(NamedTuple):
    """SUPPORT_PLAN lines, by record: `record` and `terms` are indexes; days are counted since 1970-01-01."""

    record: Integers
    terms: Integers
    start: Integers
    end: Integers
    spend_minor: Integers
    amount_minor: Integers


class SupportPartColumns(NamedTuple):
    """Parts of SUPPORT_PLAN lines, by line and SID: `line` and `account` are indexes, the latter of a SID."""

    line: Integers
    account: Integers
    amount_minor: Integers
    weight_minor: Integers


@dataclass(frozen=True, slots=True)
class ChargeColumns:
    """Records of one closing, one after another in the feed; or what a preview comes to.

    Attributes:
        first_position: of the first of them; 0 of a preview, whose records have none.
        closing_period: the period whose closing emitted them.
        charge_id: shape (n, 16), bytes.
        kind: as in `ChargeKind`.
        payer, party: indexes of their SIDs.
        amount_minor: the sum of the lines.
        usage, support, parts: the lines of records that `others` does not hold, and the parts of support lines.
        sids: of accounts and contracts.
        products: their ids.
        prices: as used by usage lines.
        terms: as used by support lines.
        others: by index, the records that columns do not hold: adjustments, Flex, credits, and sums beyond 64 bits.
    """

    first_position: int
    closing_period: Period
    charge_id: npt.NDArray[np.uint8]
    kind: Integers
    payer: Integers
    party: Integers
    amount_minor: Integers
    usage: UsageLineColumns
    support: SupportLineColumns
    parts: SupportPartColumns
    sids: Sids
    products: list[str]
    prices: list[UsedPrice]
    terms: list[SupportTerms]
    others: dict[int, RecordView]

    def __len__(self) -> int:
        return len(self.kind)

    def stretch(self, first: int, end: int) -> ChargeColumns:
        """Some of them: from one up to another, by index."""
        if (first, end) == (0, len(self)):
            return self
        lines = slice(*np.searchsorted(self.usage.record, (first, end)))
        support_lines = slice(*np.searchsorted(self.support.record, (first, end)))
        parts = slice(*np.searchsorted(self.parts.line, (support_lines.start, support_lines.stop)))
        usage = UsageLineColumns(*(column[lines] for column in self.usage))
        support = SupportLineColumns(*(column[support_lines] for column in self.support))
        of_lines = SupportPartColumns(*(column[parts] for column in self.parts))
        return replace(
            self,
            first_position=self.first_position + first if self.first_position else 0,
            charge_id=self.charge_id[first:end],
            kind=self.kind[first:end],
            payer=self.payer[first:end],
            party=self.party[first:end],
            amount_minor=self.amount_minor[first:end],
            usage=usage._replace(record=usage.record - first),
            support=support._replace(record=support.record - first),
            parts=of_lines._replace(line=of_lines.line - support_lines.start),
            others={index - first: record for index, record in self.others.items() if first <= index < end},
        )

    @property
    def last_position(self) -> int:
        """Of the last of them."""
        return self.first_position + len(self) - 1

    @property
    def next_limit(self) -> int:
        """How many records to read next, if they are like these: as many as are held in memory with ease."""
        row_count = len(self) + len(self.usage.record) + len(self.parts.line) + OTHER_ROWS * len(self.others)
        return max(LEAST_RECORDS, min(MOST_RECORDS, ROWS_AT_ONCE * len(self) // row_count))
