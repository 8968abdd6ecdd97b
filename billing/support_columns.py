"""Support charges of many owners as columns: what segments come to, and how that is shared out (5.2 to 5.5).

Whole numbers of 64 bits where these do; the few lines for which they do not are charged one by one, to the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from billing import support
from billing.charges import SupportLine, SupportPart
from billing.money import MINOR_LIMIT, Currency, share_out
from billing.price_columns import Exact
from billing.record_columns import Integers, stretches
from billing.segments import Segment
from billing.support import FlatPrice, PlanPrice, Terms

SAFE = 2**62  # well inside int64, so that an estimate in floats need not be exact
MOST_FACTOR = 2**31
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class SegmentColumns:
    """Segments to be charged: columns of one length, and those who share them.

    Attributes:
        terms: the different terms, to which `term` points.
        owner_key, payer_key: whose plan, and who is charged.
        start, end: the days, counted from 1970-01-01, the end excluded.
        sharing: rows of the spend that counts.
        first, end_sharing: of each segment the first and the end in `sharing`.
    """

    terms: Sequence[Terms]
    term: Integers
    owner_key: Integers
    payer_key: Integers
    start: Integers
    end: Integers
    sharing: Integers
    first: Integers
    end_sharing: Integers

    def __len__(self) -> int:
        return len(self.term)


@dataclass(frozen=True, slots=True)
class SupportColumns:
    """Support lines: columns of one length, and those of their parts.

    Attributes:
        terms: the different terms, to which `term` points.
        owner_key, payer_key: whose plan, and who is charged.
        start, end: the days, counted from 1970-01-01, the end excluded.
        spend_minor, amount_minor: what was spent, and what it comes to, in the minor unit.
        first, end_part: of each line the first of its parts and the end.
        part_account, part_minor, part_weight: whose part, how much, and the spend by which it was shared out.
    """

    terms: Sequence[Terms]
    term: Integers
    owner_key: Integers
    payer_key: Integers
    start: Integers
    end: Integers
    spend_minor: Integers
    amount_minor: Integers
    first: Integers
    end_part: Integers
    part_account: Integers
    part_minor: Integers
    part_weight: Integers

    def __len__(self) -> int:
        return len(self.term)

    def line(self, row: int) -> SupportLine:
        """A line as an object."""
        parts = slice(self.first[row], self.end_part[row])
        numbers = (column[parts].tolist() for column in (self.part_account, self.part_minor, self.part_weight))
        shares = [SupportPart(*share) for share in zip(*numbers, strict=True)]
        segment = Segment(
            day_of(int(self.start[row])),
            day_of(int(self.end[row])),
            self.terms[self.term[row]],
            int(self.payer_key[row]),
            tuple(sorted(share.account_key for share in shares)),
        )
        return SupportLine(segment, int(self.spend_minor[row]), int(self.amount_minor[row]), shares)


_NONE = np.zeros(0, dtype=np.int64)
NO_SUPPORT = SupportColumns((), *[_NONE] * 12)


def day_of(number: int) -> date:
    """The day so many days after 1970-01-01."""
    return date.fromordinal(number + EPOCH)


def day_number(day: date) -> int:
    """The inverse of `day_of`."""
    return day.toordinal() - EPOCH


def charge_segments(
    segments: SegmentColumns,
    account_key: Integers,
    spend_minor: Exact,
    sids: Mapping[int, str],
    month_days: int,
    currency: Currency,
) -> tuple[SupportColumns, dict[int, str]]:
    """What segments come to.

    Args:
        segments: of any owners.
        account_key, spend_minor: who spent how much, none less than nothing, to which `segments.sharing` points.
        sids: of accounts.
        month_days: the days of the month.
        currency: of the store.

    Returns:
        The lines by owner, payer and day, without those that have no parts (5.6); and the plan's id for each owner for
        whom one exceeds what a record can carry.
    """
    if not len(segments):
        return NO_SUPPORT, {}
    segment = np.repeat(np.arange(len(segments)), segments.end_sharing - segments.first)
    rows = segments.sharing[stretches(segments.first, segments.end_sharing)]
    order = np.lexsort((_places(account_key, sids)[rows], segment))  # ties go by SID, and parts are shown by it
    segment, rows = segment[order], rows[order]
    weights = spend_minor[rows]
    assert not len(weights) or weights.min() >= 0, "nobody spends less than nothing"
    totals = _sums(weights, segment, len(segments))
    days = segments.end - segments.start
    amounts = _amounts(segments.terms, segments.term, totals, days, month_days, currency)
    held = np.array((amounts <= MINOR_LIMIT) & (totals <= MINOR_LIMIT), dtype=bool)
    beyond = {int(segments.owner_key[row]): segments.terms[segments.term[row]].plan_id for row in np.flatnonzero(~held)}
    amounts, totals = np.where(held, amounts, 0).astype(np.int64), np.where(held, totals, 0).astype(np.int64)
    kept = held[segment]
    segment, rows, weights = segment[kept], rows[kept], weights[kept].astype(np.int64)
    shares = _shares(amounts, totals, segment, weights)
    paid = np.flatnonzero((totals == 0) & (amounts != 0))  # 1.3: if all weights are 0 it goes to the payer
    segment = np.concatenate((segment, paid))
    order = np.argsort(segment, kind="stable")
    parts = (
        np.concatenate((account_key[rows], segments.payer_key[paid]))[order],
        np.concatenate((shares, amounts[paid]))[order],
        np.concatenate((weights, np.zeros(len(paid), dtype=np.int64)))[order],
    )
    return _lines(segments, totals, amounts, segment[order], parts), beyond


def _places(account_key: Integers, sids: Mapping[int, str]) -> Integers:
    """Where the SID of each account stands among all."""
    order = np.argsort(np.array([sids[key] for key in account_key.tolist()], dtype="S"))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _sums(values: Exact, segment: Integers, count: int) -> Exact:
    """The sums by segment; `segment` ascends."""
    if float(values.astype(np.float64).sum()) >= SAFE:
        values = values.astype(object)
    sums = np.zeros(count + 1, dtype=values.dtype)
    np.cumsum(values, out=(running := np.zeros(len(values) + 1, dtype=values.dtype))[1:])
    ends = np.searchsorted(segment, np.arange(count), side="right")
    sums[1:] = running[ends]
    return np.diff(sums)


def _amounts(
    terms: Sequence[Terms], term: Integers, totals: Exact, days: Integers, month_days: int, currency: Currency
) -> Exact:
    """What each segment comes to, rounded once; Python's integers where one of them needs these."""
    factors = [_factors(each.price, currency) for each in terms]
    rate, least, scale = (np.array(column, dtype=np.int64)[term] for column in zip(*factors, strict=True))
    divisor = scale * month_days
    estimate = (rate * totals.astype(np.float64) + least) * days * 2.0 + divisor
    safe = (scale > 0) & (estimate < SAFE)
    small = np.where(safe, totals, 0).astype(np.int64)
    divisor = np.where(safe, divisor, 1)
    numerator = np.where(safe, np.maximum(rate * small, least) * days, 0)
    amounts: Exact = (2 * numerator + divisor) // (2 * divisor)
    if not safe.all():
        amounts = amounts.astype(object)
        for row in np.flatnonzero(~safe).tolist():
            price = terms[term[row]].price
            amounts[row] = support.charge(price, int(totals[row]), int(days[row]), month_days, currency)
    return amounts


def _factors(price: PlanPrice, currency: Currency) -> tuple[int, int, int]:
    """Rate and minimum (in the minor unit) as whole numbers, and what they are to be divided by; zeros if too large."""
    rate, least = (0, price.amount) if isinstance(price, FlatPrice) else (price.rate, price.minimum)
    least = least.scaleb(currency.minor_digits)
    for places in range(support.RATE_PLACES + 1):
        scale = 10**places
        whole = int(rate * scale), int(least * scale)
        if whole == (rate * scale, least * scale):
            return (*whole, scale) if whole[0] < MOST_FACTOR and whole[1] < MOST_FACTOR**2 // 64 else (0, 0, 0)
    raise AssertionError("prices have at most 9 decimal places")


def _shares(amounts: Integers, totals: Integers, segment: Integers, weights: Integers) -> Integers:
    """The parts of amounts by largest remainder, ties to who comes first (1.3); `segment` ascends."""
    amount, total = amounts[segment], np.maximum(totals[segment], 1)
    safe: npt.NDArray[np.bool_] = amount.astype(np.float64) * weights < SAFE
    product = np.where(safe, amount, 0) * np.where(safe, weights, 0)
    shares = product // total
    remainder = product - shares * total
    left = amounts - _sums(shares, segment, len(amounts)).astype(np.int64)
    order = np.lexsort((-remainder, segment))
    place = np.arange(len(segment)) - np.searchsorted(segment, segment, side="left")
    shares[order] += place < left[segment]
    for at in np.unique(segment[~safe]).tolist():
        mine = np.flatnonzero(segment == at)
        shares[mine] = share_out(int(amounts[at]), weights[mine].tolist())
    return shares


def _lines(
    segments: SegmentColumns,
    totals: Integers,
    amounts: Integers,
    segment: Integers,
    parts: tuple[Integers, Integers, Integers],
) -> SupportColumns:
    """The lines that have parts, by owner, payer and day; `segment` says of which each part is, and ascends."""
    with_share = parts[1] != 0
    segment, parts = segment[with_share], tuple(column[with_share] for column in parts)
    first = np.searchsorted(segment, np.arange(len(segments)), side="left").astype(np.int64)
    end = np.searchsorted(segment, np.arange(len(segments)), side="right").astype(np.int64)
    rows = np.flatnonzero(end > first)
    assert (_sums(parts[1], segment, len(segments))[rows] == amounts[rows]).all(), "parts sum to their line"
    rows = rows[np.lexsort((segments.start[rows], segments.payer_key[rows], segments.owner_key[rows]))]
    return SupportColumns(
        segments.terms,
        segments.term[rows],
        segments.owner_key[rows],
        segments.payer_key[rows],
        segments.start[rows],
        segments.end[rows],
        totals[rows],
        amounts[rows],
        first[rows],
        end[rows],
        *parts,
    )
