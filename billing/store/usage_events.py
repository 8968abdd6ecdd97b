"""Usage events: one row per event, of which the first recorded stays (4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import asyncpg
import numpy as np
import numpy.typing as npt

from billing.event_keys import hash_keys
from billing.intake import UNRATED
from billing.period import Period
from billing.store import copy
from billing.store.copy import BOOL, INT4, INT8, TIMESTAMPTZ, Column, copy_columns, fetch_columns
from billing.store.usage_partitions import event_partition

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HEX_DIGITS = 32  # of an event id


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Events of one period: columns of one length.

    Attributes:
        family_key, account_key, product_key: whose usage, and of what.
        occur_micros: moments, in µs since 1970-01-01T00:00:00Z.
        quantity_micros: in 10⁻⁶ of the product's unit.
        amount_nanos: in 10⁻⁹ of the currency; `UNRATED` where there is none.
        event_id: shape (n, 2) of uint64: the high and the low 8 bytes.
    """

    family_key: Int64
    account_key: Int64
    product_key: Int64
    occur_micros: Int64
    quantity_micros: Int64
    amount_nanos: Int64
    event_id: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.family_key)

    def take(self, rows: Int64) -> Events:
        """Some of them, by position. Spelled out, as going over the fields takes as long as all else for a few."""
        return Events(
            self.family_key.take(rows),
            self.account_key.take(rows),
            self.product_key.take(rows),
            self.occur_micros.take(rows),
            self.quantity_micros.take(rows),
            self.amount_nanos.take(rows),
            self.event_id.take(rows, axis=0),
        )

    def where(self, mask: Mask) -> Events:
        """Some of them, by a mask."""
        return self if mask.all() else self.take(np.flatnonzero(mask))

    @classmethod
    def concatenate(cls, parts: Sequence[Events]) -> Events:
        """All of them, in order; at least one part."""
        if len(parts) == 1:
            return parts[0]
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    def replaced(self, rows: Int64 | Mask, others: Events) -> Events:
        """With others in the place of some of them."""
        copied = Events(*(getattr(self, field.name).copy() for field in fields(self)))
        for field in fields(self):
            getattr(copied, field.name)[rows] = getattr(others, field.name)
        return copied

    def same_content(self, other: Events) -> Mask:
        """Row by row: whether product, moment, quantity and amount are those of the other (4.1)."""
        same: Mask = (
            (self.product_key == other.product_key)
            & (self.occur_micros == other.occur_micros)
            & (self.quantity_micros == other.quantity_micros)
            & (self.amount_nanos == other.amount_nanos)
        )
        return same


def hex_ids(events: Events) -> list[str]:
    """The ids of events as text."""
    digits = events.event_id.astype(">u8").tobytes().hex()
    return [digits[start : start + HEX_DIGITS] for start in range(0, len(digits), HEX_DIGITS)]


def _wire_columns(events: Events, batch_key: int) -> dict[str, Column]:
    rated = events.amount_nanos != UNRATED
    return {
        "occur_time": Column(TIMESTAMPTZ, events.occur_micros),
        "quantity_micros": Column(INT8, events.quantity_micros),
        "amount_nanos": Column(INT8, events.amount_nanos * rated),
        "batch_key": Column(INT8, np.broadcast_to(np.int64(batch_key), len(events))),
        "family_key": Column(INT4, events.family_key),
        "account_key": Column(INT4, events.account_key),
        "product_key": Column(INT4, events.product_key),
        "event_id": Column(copy.UUID, events.event_id),
        "rated": Column(BOOL, rated),
    }


async def copy_events(connection: asyncpg.Connection, period: Period, events: Events, batch_key: int) -> None:
    """Write events straight into the partition of their period.

    Args:
        connection: in a transaction.
        period: of every event.
        events: sorted by key, so that two writers of the same keys do not block each other.
        batch_key: the batch they belong to.

    Raises:
        asyncpg.UniqueViolationError: one of them is recorded already; nothing is written, the transaction is void.
    """
    if len(events):
        await copy_columns(connection, event_partition(period), _wire_columns(events, batch_key))


MAKE_STAGING = """
CREATE TEMPORARY TABLE IF NOT EXISTS usage_staging (
    row_number      integer NOT NULL,
    occur_time      timestamptz NOT NULL,
    quantity_micros bigint NOT NULL,
    amount_nanos    bigint NOT NULL,
    batch_key       bigint NOT NULL,
    family_key      integer NOT NULL,
    account_key     integer NOT NULL,
    product_key     integer NOT NULL,
    event_id        uuid NOT NULL,
    rated           boolean NOT NULL
) ON COMMIT DELETE ROWS
"""

INSERT_STAGED = """
INSERT INTO {partition} (occur_time, quantity_micros, amount_nanos, batch_key, family_key, account_key, product_key,
                         event_id, rated)
SELECT occur_time, quantity_micros, amount_nanos, batch_key, family_key, account_key, product_key, event_id, rated
FROM usage_staging WHERE batch_key = {batch_key} ORDER BY family_key, account_key, event_id
ON CONFLICT (family_key, account_key, event_id) DO NOTHING
RETURNING account_key, event_id
"""

# Joined in this way Postgres looks each of them up by the key, whatever it believes about the sizes of the tables.
AS_RECORDED = """
CROSS JOIN LATERAL (
    SELECT product_key, occur_time, quantity_micros, amount_nanos, rated FROM {partition} k
    WHERE k.family_key = s.family_key AND k.account_key = s.account_key AND k.event_id = s.event_id
    OFFSET 0
) e
"""
RECORDED_BEFORE = """
SELECT s.row_number, e.product_key, e.occur_time, e.quantity_micros, e.amount_nanos, e.rated
FROM usage_staging s {as_recorded}
WHERE s.batch_key = {batch_key} AND s.row_number = ANY ('{{{row_numbers}}}'::integer[])
ORDER BY s.row_number
"""


class Inserted(NamedTuple):
    """What became of events.

    Attributes:
        new: which of them were recorded now.
        recorded: what is recorded under each key: the events themselves where they are new.
    """

    new: Mask
    recorded: Events


async def insert_events(connection: asyncpg.Connection, period: Period, events: Events, batch_key: int) -> Inserted:
    """Write those of the events that are not recorded yet, through a staging table.

    Args:
        connection: in a transaction that reads what is committed (not a snapshot).
        period: of every event.
        events: of different keys, sorted by key.
        batch_key: the batch the new ones belong to.
    """
    if not len(events):
        return Inserted(np.ones(0, dtype=np.bool_), events)
    await connection.execute(MAKE_STAGING)
    row_number = Column(INT4, np.arange(len(events), dtype=np.int32))
    await copy_columns(connection, "usage_staging", {"row_number": row_number, **_wire_columns(events, batch_key)})
    names = {"partition": event_partition(period), "batch_key": batch_key}
    inserted = await fetch_columns(connection, INSERT_STAGED.format(**names), wires=(INT4, copy.UUID))
    new = _find(events, *inserted)
    recorded = events if new.all() else await _recorded_before(connection, names, events, ~new)
    return Inserted(new, recorded)


def _find(events: Events, account_key: Int64, event_id: npt.NDArray[np.uint64]) -> Mask:
    """Which of the events have one of these keys, every one of which is an event's."""
    if len(account_key) == len(events):
        return np.ones(len(events), dtype=np.bool_)
    found = np.isin(hash_keys(events.account_key, events.event_id), hash_keys(account_key, event_id))
    if found.sum() != len(account_key):  # two keys of one hash: once in a billion batches
        keys = set(zip(account_key.tolist(), map(tuple, event_id.tolist()), strict=True))
        own = zip(events.account_key.tolist(), map(tuple, events.event_id.tolist()), strict=True)
        found = np.array([key in keys for key in own])
    return found


async def _recorded_before(
    connection: asyncpg.Connection, names: dict[str, object], events: Events, asked: Mask
) -> Events:
    rows = np.flatnonzero(asked)
    query = RECORDED_BEFORE.format(
        as_recorded=AS_RECORDED.format(**names),
        batch_key=names["batch_key"],
        row_numbers=",".join(map(str, rows.tolist())),
    )
    found = await _fetch_recorded(connection, query, events)
    assert np.array_equal(found.rows, rows)  # what could not be inserted is there
    return events.replaced(rows, found.events)


# A look-up each by the key, for few: the keys are literals, as COPY knows no parameters.
LOOK_UP = """
SELECT s.place::integer - 1, e.product_key, e.occur_time, e.quantity_micros, e.amount_nanos, e.rated
FROM unnest('{{{family_keys}}}'::integer[], '{{{account_keys}}}'::integer[], '{{{event_ids}}}'::uuid[])
    WITH ORDINALITY AS s (family_key, account_key, event_id, place) {as_recorded}
ORDER BY s.place
"""


async def find_recorded(connection: asyncpg.Connection, period: Period, events: Events) -> Inserted:
    """Which of a few events are recorded already; nothing is written.

    Args:
        connection: one that reads what is committed.
        period: of every event.
        events: of different keys, some thousands at most.
    """
    new = np.ones(len(events), dtype=np.bool_)
    if not len(events):
        return Inserted(new, events)
    query = LOOK_UP.format(
        as_recorded=AS_RECORDED.format(partition=event_partition(period)),
        family_keys=",".join(map(str, events.family_key.tolist())),
        account_keys=",".join(map(str, events.account_key.tolist())),
        event_ids=",".join(hex_ids(events)),
    )
    found = await _fetch_recorded(connection, query, events)
    new[found.rows] = False
    return Inserted(new, events.replaced(found.rows, found.events))


class _Recorded(NamedTuple):
    """Events as they are recorded, and which of those asked for they are."""

    rows: Int64
    events: Events


async def _fetch_recorded(connection: asyncpg.Connection, query: str, events: Events) -> _Recorded:
    """What is recorded under the keys of some of the events; the query says of which, by position."""
    wires = (INT4, INT4, TIMESTAMPTZ, INT8, INT8, BOOL)
    rows, product_key, occur, quantity, amount, rated = await fetch_columns(connection, query, wires=wires)
    recorded = replace(
        events.take(rows),
        product_key=product_key,
        occur_micros=occur,
        quantity_micros=quantity,
        amount_nanos=np.where(rated, amount, UNRATED),
    )
    return _Recorded(rows, recorded)
