"""Closings (6): the month-end run as a row, its states, its shards, and owners set apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from billing.charges import ChargeKind
from billing.period import Period


class ClosingState(IntEnum):
    """How far a closing is, numbered as in the contract and the store."""

    RUNNING = 1
    BLOCKED = 2
    CLOSED = 3


class SetApartState(IntEnum):
    """What became of an owner set apart (6.6), numbered as in the store."""

    SET_APART = 1
    CALCULATED = 2
    RELEASED = 3


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing.

    Attributes:
        closing_number: its number, from 1; it reads what carries a smaller cut-off.
        period: what it closes.
        state: how far it is.
        start_time, complete_time: in business time.
        started_by: the name of the caller.
        digest: 32 bytes once it does not run.
        shards_made: whether its owners are dealt out to shards.
        completion_error: what the latest attempt to complete it failed with; None when none did, or it is complete.
    """

    closing_number: int
    period: Period
    state: ClosingState
    start_time: datetime
    complete_time: datetime | None
    started_by: str
    digest: bytes | None
    shards_made: bool
    completion_error: str | None


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the records of a kind, in the minor unit."""

    kind: ChargeKind
    record_count: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SetApart:
    """An owner whose calculation failed (6.6)."""

    owner_sid: str
    reason: str
    released: bool


@dataclass(frozen=True, slots=True)
class Shard:
    """A range of owners of a closing or a rehearsal, leased to whoever calculates it.

    Attributes:
        number: of the closing or the rehearsal.
        shard_number: which of its shards.
        owner_from, owner_to: the owners from a key up to, not including, another.
        retry: whether it takes up the owners set apart instead, with what is known then (6.6).
        taken_over: whether another has lost the lease, in which it did not finish.
    """

    number: int
    shard_number: int
    owner_from: int
    owner_to: int
    retry: bool
    taken_over: bool = False
