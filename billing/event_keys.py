"""The keys of usage events in columns: their hash, and their order (4.1: account and event id, in a period)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from billing.period import Period

Int64 = npt.NDArray[np.int64]
UInt64 = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

WORD_BITS = 64


def hash_keys(account_key: Int64, event_id: UInt64, period: Period | None = None) -> UInt64:
    """A well mixed hash of each key, the same in every process.

    Args:
        account_key: whose event.
        event_id: shape (n, 2): the high and the low 8 bytes.
        period: of all of them; None where those of several periods need not be told apart.
    """
    mixed = event_id[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= event_id[:, 1] * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= account_key.astype(np.uint64) * np.uint64(0x94D049BB133111EB)
    if period is not None:
        mixed ^= np.uint64((12 * period.year + period.month) * 0xA24BAED4963EE407 % 2**WORD_BITS)
    for multiplier in (0xD6E8FEB86659FD93, 0xD6E8FEB86659FD93):
        mixed ^= mixed >> np.uint64(32)
        mixed *= np.uint64(multiplier)
    mixed ^= mixed >> np.uint64(32)
    return mixed


NEIGHBOURHOODS_SHIFT = np.uint64(60)  # of the high 8 bytes: 16 neighbourhoods an account


def hash_neighbourhoods(account_key: Int64, event_id: UInt64) -> UInt64:
    """A hash that is the same for keys of an account that stand near each other in the order of keys."""
    near = np.zeros_like(event_id)
    near[:, 0] = event_id[:, 0] >> NEIGHBOURHOODS_SHIFT
    return hash_keys(account_key, near)


@dataclass(frozen=True, slots=True, eq=False)
class KeyOrder:
    """Events sorted by family, account and event id; of equal keys the one that came first leads.

    Attributes:
        rows: the positions of the events, in that order.
        leads: for each of them in that order, whether it is the first of its key.
    """

    rows: Rows
    leads: npt.NDArray[np.bool_]


def order_keys(family_key: Int64, account_key: Int64, event_id: UInt64) -> KeyOrder:
    """Sort events by key, as Postgres sorts them.

    Sorted is a prefix of the key that fits a machine word; the few events that it leaves undecided are sorted again
    by the whole key. That is several times faster than sorting all by the whole key.
    """
    prefix = _prefixes(family_key, account_key, event_id[:, 0])
    rows = np.argsort(prefix)  # not a stable one, which takes more than twice as long
    prefix = prefix[rows]
    same_prefix = prefix[1:] == prefix[:-1]
    leads = np.ones(len(rows), dtype=np.bool_)
    if not same_prefix.any():
        return KeyOrder(rows, leads)
    undecided = np.flatnonzero(np.append(same_prefix, False) | np.append(False, same_prefix))
    tied = np.sort(rows[undecided])
    tied = tied[np.lexsort((event_id[tied, 1], event_id[tied, 0], account_key[tied], family_key[tied]))]
    rows[undecided] = tied
    same = (account_key[tied[1:]] == account_key[tied[:-1]]) & (event_id[tied[1:]] == event_id[tied[:-1]]).all(axis=1)
    leads[undecided[1:]] = ~same
    return KeyOrder(rows, leads)


def _prefixes(family_key: Int64, account_key: Int64, high: UInt64) -> UInt64:
    """As much of (family, account, event id) as fits 64 bits, the keys counted from the smallest."""
    if not len(family_key):
        return np.zeros(0, dtype=np.uint64)
    family = (family_key - family_key.min()).astype(np.uint64)
    account = (account_key - account_key.min()).astype(np.uint64)
    account_bits = int(account.max()).bit_length()
    id_bits = max(WORD_BITS - account_bits - int(family.max()).bit_length(), 0)
    party: UInt64 = (family << np.uint64(account_bits)) | account
    if id_bits == 0:
        return party
    if id_bits == WORD_BITS:
        return high
    prefix: UInt64 = (party << np.uint64(id_bits)) | (high >> np.uint64(WORD_BITS - id_bits))
    return prefix
