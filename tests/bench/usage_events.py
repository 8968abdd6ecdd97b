"""Usage to be ingested: any stretch of an endless sequence of events, the same each time it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from prorata import UsageArrays
from tests.bench.stage import PRODUCTS, Accounts, sid_of

UInt64 = npt.NDArray[np.uint64]
Indexes = npt.NDArray[np.int64]

REPEATED = 0.01
LATE_ONE_IN = 200
ZIPF = 1.1
DAY_MICROS = 86_400_000_000
PERIOD, LATE_PERIOD = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
DAYS, LATE_DAYS = 30, 30


def mixed(numbers: UInt64, salt: int) -> UInt64:
    """Well mixed bits of each number (splitmix64)."""
    bits = (numbers + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    return bits ^ (bits >> np.uint64(31))


@dataclass(frozen=True, slots=True, eq=False)
class UsageEvents:
    """A sequence of events of accounts, a few with most of the usage (Zipf); one in 200 of the month before.

    Attributes:
        accounts: whose.
        beginnings: for each account, where its share of the 64-bit numbers begins.
    """

    accounts: Accounts
    beginnings: UInt64

    @classmethod
    def of(cls, accounts: Accounts) -> UsageEvents:
        """Of these accounts, the most usage for the first."""
        shares = 1 / np.arange(1, len(accounts.account_key) + 1) ** ZIPF
        before = (np.cumsum(shares) - shares) / shares.sum()
        return cls(accounts, (before * 2.0**64).astype(np.uint64))

    def stretch(self, start: int, count: int, repeated: float) -> Indexes:
        """Events from a place on, a share of them replaced by repeats of any that came before."""
        indexes = np.arange(start, start + count)
        rng = np.random.default_rng(start)
        places = np.flatnonzero(rng.random(count) < repeated)
        places = places[indexes[places] > 0]
        indexes[places] = (rng.random(len(places)) * indexes[places]).astype(np.int64)
        return indexes

    def arrays(self, indexes: Indexes) -> UsageArrays:
        """The events at these places, as the client sends them."""
        numbers = indexes.astype(np.uint64)
        moments = mixed(numbers, 3)
        late = mixed(numbers, 4) % np.uint64(LATE_ONE_IN) == 0
        first = np.where(late, _micros(LATE_PERIOD), _micros(PERIOD))
        span = np.where(late, LATE_DAYS, DAYS) * DAY_MICROS
        ids = np.stack([mixed(numbers, 1), mixed(numbers, 2)], axis=1)
        return UsageArrays.of(
            event_ids=ids.view(np.uint8),
            account_indexes=np.searchsorted(self.beginnings, mixed(numbers, 5), side="right") - 1,
            product_indexes=mixed(numbers, 6) % np.uint64(len(PRODUCTS)),
            occur_times_micros=first + (moments % span.astype(np.uint64)).astype(np.int64),
            quantities_micros=(mixed(numbers, 7) % np.uint64(10**6)).astype(np.int64) * 1_000,
            amounts_nanos=(mixed(numbers, 8) % np.uint64(10**9)).astype(np.int64),
            account_sids=[sid_of(key) for key in self.accounts.account_key.tolist()],
            product_ids=PRODUCTS,
        )


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**6
