"""What of a batch of usage is accepted (4.1, 4.3), in columns: nothing here runs once per record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from billing.period import Period, day_of, oldest_period
from billing.refusals import Refusal

Int64 = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]  # of `Refusal`

UNRATED = np.iinfo(np.int64).min  # the amount of a record that was not rated upstream
QUANTITY_MICROS_LIMIT = 10**18
AMOUNT_NANOS_LIMIT = 10**18
AHEAD = timedelta(minutes=5)  # how far a moment may lie in the future (4.3)
NEVER = np.iinfo(np.int64).max  # a moment that does not come

_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRODUCT_ID = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True, eq=False)
class UsageBatch:
    """Records as they were sent: columns of one length, and what they index.

    Attributes:
        event_id: shape (n, 2) of uint64: the high and the low 8 bytes of each id.
        account_index, product_index: into `account_sids` and `product_ids`.
        occur_micros: moments, in µs since 1970-01-01T00:00:00Z.
        quantity_micros: in 10⁻⁶ of the product's unit.
        amount_nanos: in 10⁻⁹ of the store's currency; `UNRATED` where there is none.
        account_sids, product_ids: texts of any form.
        refusal: what was found wrong while the columns were made (`Refusal`); None for nothing.
    """

    event_id: npt.NDArray[np.uint64]
    account_index: npt.NDArray[np.uint32]
    product_index: npt.NDArray[np.uint32]
    occur_micros: Int64
    quantity_micros: Int64
    amount_nanos: Int64
    account_sids: Sequence[str]
    product_ids: Sequence[str]
    refusal: Codes | None = None

    def __len__(self) -> int:
        return len(self.event_id)


@dataclass(frozen=True, slots=True, eq=False)
class KnownAccounts:
    """What is known of a batch's accounts: an entry each, and a last one for indexes beyond them.

    Attributes:
        refusal: why a record of the account is refused; `Refusal.NONE` where the account is known.
        family_key, account_key: its keys; 0 where it is not known.
        start_micros, end_micros: the moments between which it exists, the end excluded; `NEVER` while it is open.
    """

    refusal: Codes
    family_key: Int64
    account_key: Int64
    start_micros: Int64
    end_micros: Int64


@dataclass(frozen=True, slots=True, eq=False)
class KnownProducts:
    """What is known of a batch's products: an entry each, and a last one for indexes beyond them.

    Attributes:
        refusal: why a record of the product is refused; `Refusal.NONE` where the product is known.
        product_key: its key; 0 where it is not known.
        priced_from_micros: the moment from which the price book has a price; `NEVER` without one.
    """

    refusal: Codes
    product_key: Int64
    priced_from_micros: Int64


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The moments that are accepted (4.3).

    Attributes:
        periods: from the oldest accepted to the one after the current, which may begin in the next minutes.
        starts: when each begins, in µs.
        latest_micros: the last moment that is not too far in the future.
    """

    periods: tuple[Period, ...]
    starts: Int64
    latest_micros: int


def to_micros(moment: datetime) -> int:
    """A moment in µs since 1970-01-01T00:00:00Z."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def reach(now: datetime, zone: ZoneInfo) -> Reach:
    """The moments that are accepted at `now`, in periods of the billing zone."""
    periods, starts = _periods_around(Period.of(day_of(now, zone)), zone)
    return Reach(periods, starts, to_micros(now + AHEAD))


@lru_cache(maxsize=4)
def _periods_around(current: Period, zone: ZoneInfo) -> tuple[tuple[Period, ...], Int64]:
    oldest = oldest_period(current)
    periods = tuple(oldest.plus(months) for months in range(14))
    assert periods[-2] == current
    return periods, np.array([to_micros(period.start_time(zone)) for period in periods], dtype=np.int64)


def unknown_account(account_sid: str) -> Refusal:
    """Why a record of an account that is not known is refused."""
    return Refusal.ACCOUNT_NOT_FOUND if _ACCOUNT_SID.fullmatch(account_sid) else Refusal.ACCOUNT_MALFORMED


def unknown_product(product_id: str) -> Refusal:
    """Why a record of a product that is not known is refused."""
    return Refusal.PRODUCT_NOT_FOUND if _PRODUCT_ID.fullmatch(product_id) else Refusal.PRODUCT_MALFORMED


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A batch after the checks: columns as long as the batch.

    The keys and periods of refused records mean nothing, except where the price is missing, which is checked last.

    Attributes:
        refusal: why each record is refused; `Refusal.NONE` for the good ones.
        family_key, account_key, product_key: whose usage, and of what.
        period_index: into `Reach.periods`.
    """

    refusal: Codes
    family_key: Int64
    account_key: Int64
    product_key: Int64
    period_index: Int64


def check(batch: UsageBatch, accounts: KnownAccounts, products: KnownProducts, moments: Reach) -> Checked:
    """Check every record of a batch by 4.1 and 4.3. Whether its id was recorded before is not looked at here."""
    account = np.minimum(batch.account_index, np.uint32(len(batch.account_sids)))
    product = np.minimum(batch.product_index, np.uint32(len(batch.product_ids)))
    occur = batch.occur_micros
    outside = (occur < accounts.start_micros[account]) | (occur >= accounts.end_micros[account])
    unpriced = (batch.amount_nanos == UNRATED) & (occur < products.priced_from_micros[product])
    refusal = _first_in_precedence(
        *_malformed_numbers(batch),
        *([] if batch.refusal is None else [batch.refusal]),
        accounts.refusal[account],
        products.refusal[product],
        _where(occur > moments.latest_micros, Refusal.MOMENT_IN_FUTURE),
        _where(occur < moments.starts[0], Refusal.MOMENT_TOO_OLD),
        _where(outside, Refusal.MOMENT_OUTSIDE_ACCOUNT),
        _where(unpriced, Refusal.PRICE_NOT_FOUND),
    )
    return Checked(
        refusal,
        accounts.family_key[account],
        accounts.account_key[account],
        products.product_key[product],
        np.searchsorted(moments.starts, occur, side="right") - 1,
    )


def _malformed_numbers(batch: UsageBatch) -> list[Codes]:
    quantity, amount = batch.quantity_micros, batch.amount_nanos
    return [
        _where(quantity < 0, Refusal.QUANTITY_NEGATIVE),
        _where(quantity >= QUANTITY_MICROS_LIMIT, Refusal.QUANTITY_TOO_LARGE),
        _where((amount < 0) & (amount != UNRATED), Refusal.AMOUNT_NEGATIVE),
        _where(amount >= AMOUNT_NANOS_LIMIT, Refusal.AMOUNT_TOO_LARGE),
    ]


def _where(found: npt.NDArray[np.bool_], refusal: Refusal) -> Codes:
    return found * np.uint8(refusal)


def _first_in_precedence(*codes: Codes) -> Codes:
    """The smallest of the codes that is not 0, row by row; 0 where all are: one less, 0 wraps around to the largest."""
    one = np.uint8(1)
    first = codes[0] - one
    for code in codes[1:]:
        np.minimum(first, code - one, out=first)
    return first + one
