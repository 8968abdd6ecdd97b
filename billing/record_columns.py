"""Charge records as columns: a month-end makes them by the hundred thousand, without an object for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

ID_BYTES = 16
DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class RecordColumns:
    """Records of one period: columns of one length.

    Attributes:
        kind: as `ChargeKind` numbers them.
        payer_key, party_key: as of a `ChargeRecord`.
        amount_minor: the sum of the lines.
        first, end: the rows of its lines among those of its kind.
        owner_key: who is set apart when it can not be calculated: of usage and Flex the payer, else the party.
        charge_id: 16 bytes each.
        record_digest: 32 bytes each.
    """

    kind: Integers
    payer_key: Integers
    party_key: Integers
    amount_minor: Integers
    first: Integers
    end: Integers
    owner_key: Integers
    charge_id: Bytes
    record_digest: Bytes

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> RecordColumns:
        """Some of them."""
        return RecordColumns(*(getattr(self, column.name)[rows] for column in fields(self)))

    def without(self, owner_keys: Collection[int]) -> RecordColumns:
        """Those of other owners."""
        return self.take(~np.isin(self.owner_key, [*owner_keys])) if owner_keys else self

    def of(self, owner_keys: Collection[int]) -> RecordColumns:
        """Those of some owners."""
        return self.take(np.isin(self.owner_key, [*owner_keys]))

    def in_order(self) -> RecordColumns:
        """By payer, kind and party."""
        return self.take(np.lexsort((self.party_key, self.kind, self.payer_key)))


def made_of(
    kind: int,
    payer_key: Sequence[int] | Integers,
    party_key: Sequence[int] | Integers,
    amount_minor: Sequence[int] | Integers,
    lines: tuple[Sequence[int] | Integers, Sequence[int] | Integers],
    owner_key: Sequence[int] | Integers,
    digested: tuple[Sequence[bytes], Sequence[bytes]],
) -> RecordColumns:
    """Records of one kind; `lines` are the first row and the end of each, `digested` the ids and the digests."""
    identities, digests = digested
    first, end = lines
    return RecordColumns(
        np.full(len(payer_key), kind, dtype=np.int64),
        np.asarray(payer_key, dtype=np.int64),
        np.asarray(party_key, dtype=np.int64),
        np.asarray(amount_minor, dtype=np.int64),
        np.asarray(first, dtype=np.int64),
        np.asarray(end, dtype=np.int64),
        np.asarray(owner_key, dtype=np.int64),
        np.frombuffer(b"".join(identities), dtype=np.uint8).reshape(-1, ID_BYTES),
        np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, DIGEST_BYTES),
    )


NO_RECORDS = made_of(0, (), (), (), ((), ()), (), ((), ()))


def joined(parts: Sequence[RecordColumns]) -> RecordColumns:
    """The records of all parts, in order."""
    return RecordColumns(
        *(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(RecordColumns))
    ).in_order()


def stretches(first: Integers, end: Integers) -> Integers:
    """The rows from `first` up to `end`, of one pair after the other."""
    counts = end - first
    starts = np.cumsum(counts) - counts
    return np.repeat(first - starts, counts) + np.arange(counts.sum())


def beginnings(keys: npt.NDArray[np.integer[Any]]) -> Integers:
    """Where a stretch of equal keys begins."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))).astype(np.int64)
