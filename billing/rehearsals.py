"""Rehearsals: the whole month-end of the period that closes next, of which only a report is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from billing.period import Period


class RehearsalState(IntEnum):
    """How far a rehearsal is, numbered as in the contract and the store."""

    RUNNING = 1
    COMPLETE = 2


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal.

    Attributes:
        rehearsal_number: its number, from 1.
        period: what it would close.
        closing_number: the number that the closing would have; it reads what carries a smaller cut-off: all that was
            recorded before it started, and of what is recorded while it runs, what is there when a shard runs.
        last_batch_key: of the last batch of usage that was recorded when it started; its shards wait until those up to
            it are rolled up.
        state: how far it is.
        start_time, complete_time: in business time.
        started_by: the name of the caller.
        digest: 32 bytes once it is complete.
        shards_made: whether its owners are dealt out to shards.
        completion_error: what the latest attempt to complete it failed with; None when none did, or it is complete.
    """

    rehearsal_number: int
    period: Period
    closing_number: int
    last_batch_key: int
    state: RehearsalState
    start_time: datetime
    complete_time: datetime | None
    started_by: str
    digest: bytes | None
    shards_made: bool
    completion_error: str | None
