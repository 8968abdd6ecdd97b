"""Usage as columns: numpy arrays on this side, little-endian bytes on the wire."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prorata.usage import MAX_ROWS, Usage
from prorata.v1.usage_pb2 import UsageColumns

UNRATED_NANOS = -(2**63)
"""The amount that means: not rated upstream, priced by the server."""


@dataclass(frozen=True, slots=True, eq=False)
class UsageArrays:
    """Usage records as arrays, one entry a record, any number of them.

    Made with `UsageArrays.of`, which checks.
    """

    event_ids: NDArray[np.uint8]
    """Shape (n, 16): the bytes of each UUID in order."""
    account_indexes: NDArray[np.uint32]
    """Shape (n,): indexes into `account_sids`."""
    product_indexes: NDArray[np.uint32]
    """Shape (n,): indexes into `product_ids`."""
    occur_times_micros: NDArray[np.int64]
    """Shape (n,): microseconds since 1970-01-01T00:00:00Z."""
    quantities_micros: NDArray[np.int64]
    """Shape (n,): millionths of the product's unit."""
    amounts_nanos: NDArray[np.int64]
    """Shape (n,): 10⁻⁹ of the store's currency; the smallest int64 means unrated."""
    account_sids: Sequence[str]
    """The accounts, each once."""
    product_ids: Sequence[str]
    """The products, each once."""

    @classmethod
    def of(
        cls,
        *,
        event_ids: ArrayLike,
        account_indexes: ArrayLike,
        product_indexes: ArrayLike,
        occur_times_micros: ArrayLike,
        quantities_micros: ArrayLike,
        account_sids: Sequence[str],
        product_ids: Sequence[str],
        amounts_nanos: ArrayLike | None = None,
    ) -> "UsageArrays":
        """The records of these arrays; without amounts, none is rated upstream.

        Raises ValueError when lengths differ, a value does not fit its type, a float is given, or an index
        has no entry.
        """
        ids = _integers(event_ids, np.uint8).reshape(-1, 16)
        if amounts_nanos is None:
            amounts_nanos = np.full(len(ids), UNRATED_NANOS, dtype=np.int64)
        return cls(
            ids,
            _indexes(account_indexes, len(ids), len(account_sids)),
            _indexes(product_indexes, len(ids), len(product_ids)),
            _column(occur_times_micros, np.int64, len(ids)),
            _column(quantities_micros, np.int64, len(ids)),
            _column(amounts_nanos, np.int64, len(ids)),
            account_sids,
            product_ids,
        )

    def __len__(self) -> int:
        """How many records."""
        return len(self.event_ids)

    def to_columns(self, start: int = 0, stop: int | None = None) -> UsageColumns:
        """The records from start up to, not including, stop as a message, with only the dictionary entries
        they use.

        Raises ValueError for more than 50,000 rows; the bytes are the caller's to watch.
        """
        rows = slice(start, len(self) if stop is None else stop)
        accounts, account_sids = _compact(self.account_indexes[rows], self.account_sids)
        products, product_ids = _compact(self.product_indexes[rows], self.product_ids)
        if len(accounts) > MAX_ROWS:
            raise ValueError(f"a batch has at most {MAX_ROWS:,} rows: {len(accounts):,}")
        return UsageColumns(
            event_ids=self.event_ids[rows].tobytes(),
            account_indexes=accounts.astype("<u4").tobytes(),
            product_indexes=products.astype("<u4").tobytes(),
            occur_times_micros=self.occur_times_micros[rows].astype("<i8").tobytes(),
            quantities_micros=self.quantities_micros[rows].astype("<i8").tobytes(),
            amounts_nanos=self.amounts_nanos[rows].astype("<i8").tobytes(),
            account_sids=account_sids,
            product_ids=product_ids,
        )


def arrays_from_records(records: Iterable[Usage]) -> UsageArrays:
    """The records as arrays.

    Raises ValueError for a record with a currency, as columns can not carry it: they are in the store's
    currency.
    """
    rows = list(records)
    if any(row.currency_code for row in rows):
        raise ValueError("columns are in the store's currency: send records that name theirs with record_usage")
    accounts: dict[str, int] = {}
    products: dict[str, int] = {}
    return UsageArrays.of(
        event_ids=np.frombuffer(b"".join(row.event_id.bytes for row in rows), dtype=np.uint8),
        account_indexes=_array((accounts.setdefault(row.account_sid, len(accounts)) for row in rows), np.uint32),
        product_indexes=_array((products.setdefault(row.product_id, len(products)) for row in rows), np.uint32),
        occur_times_micros=_array((row.occur_time_micros for row in rows), np.int64),
        quantities_micros=_array((row.quantity_micros for row in rows), np.int64),
        amounts_nanos=_array(
            (UNRATED_NANOS if row.amount_nanos is None else row.amount_nanos for row in rows), np.int64
        ),
        account_sids=list(accounts),
        product_ids=list(products),
    )


def columns_from_records(records: Iterable[Usage]) -> UsageColumns:
    """The records as one message.

    Raises ValueError as `arrays_from_records` does, and for more than 50,000 of them.
    """
    return arrays_from_records(records).to_columns()


def arrays_from_columns(columns: UsageColumns) -> UsageArrays:
    """The arrays of a message; the converse of `to_columns`.

    Raises ValueError when the columns do not fit together.
    """
    return UsageArrays.of(
        event_ids=np.frombuffer(columns.event_ids, dtype=np.uint8),
        account_indexes=np.frombuffer(columns.account_indexes, dtype="<u4"),
        product_indexes=np.frombuffer(columns.product_indexes, dtype="<u4"),
        occur_times_micros=np.frombuffer(columns.occur_times_micros, dtype="<i8"),
        quantities_micros=np.frombuffer(columns.quantities_micros, dtype="<i8"),
        amounts_nanos=np.frombuffer(columns.amounts_nanos, dtype="<i8"),
        account_sids=list(columns.account_sids),
        product_ids=list(columns.product_ids),
    )


def _array(values: Iterable[int], kind: type[Any]) -> NDArray[Any]:
    try:
        return np.fromiter(values, dtype=kind)
    except OverflowError as error:
        raise ValueError(f"a number does not fit {np.dtype(kind).name}") from error


def _integers(values: ArrayLike, kind: type[Any]) -> NDArray[Any]:
    """The values as integers of that kind, none changed."""
    given = np.asarray(values)
    if given.size == 0:
        return np.empty(0, dtype=kind)
    if given.dtype.kind not in "iu":
        raise ValueError(f"integers are wanted, not {given.dtype}")
    limits = np.iinfo(kind)
    if int(given.min()) < limits.min or int(given.max()) > limits.max:
        raise ValueError(f"a number does not fit {np.dtype(kind).name}")
    return given.astype(kind, copy=False)


def _column(values: ArrayLike, kind: type[Any], row_count: int) -> NDArray[Any]:
    column = _integers(values, kind)
    if column.shape != (row_count,):
        raise ValueError(f"every column has one entry a row: {column.shape} for {row_count} rows")
    return column


def _indexes(values: ArrayLike, row_count: int, entry_count: int) -> NDArray[np.uint32]:
    indexes: NDArray[np.uint32] = _column(values, np.uint32, row_count)
    if row_count and int(indexes.max()) >= entry_count:
        raise ValueError(f"an index has no entry: {int(indexes.max())} of {entry_count}")
    return indexes


def _compact(indexes: NDArray[np.uint32], entries: Sequence[str]) -> tuple[NDArray[np.uint32], Sequence[str]]:
    """The indexes into only those entries that are used, and these entries."""
    used = np.flatnonzero(np.bincount(indexes, minlength=len(entries)))
    if len(used) == len(entries):
        return indexes, entries
    renumbered = np.zeros(len(entries), dtype=np.uint32)
    renumbered[used] = np.arange(len(used), dtype=np.uint32)
    return renumbered[indexes], [entries[each] for each in used.tolist()]
