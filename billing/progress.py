"""How far closings and rehearsals are, and what they have come to (6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from billing.closings import Closing, SetApart, Total
from billing.comparison import Comparison
from billing.rehearsals import Rehearsal

Of = TypeVar("Of", Closing, Rehearsal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Generic[Of]):
    """What a closing or a rehearsal has come to so far.

    Attributes:
        of: the closing or the rehearsal.
        shard_count, done_shard_count: of its shards.
        failed_shard_count: how many of them failed at least once.
        shard_error: what the latest of these failures says; empty when there is none.
        totals: per kind, of what it emitted, or would emit.
        set_apart: the first of the owners set apart, those that were released too.
        set_apart_count: how many are set apart and neither calculated since nor released.
        remaining_batch_count: the batches of usage that are to be rolled up before its shards start.
        comparison: with the month before, once it is complete.
    """

    of: Of
    shard_count: int
    done_shard_count: int
    failed_shard_count: int
    shard_error: str
    totals: list[Total]
    set_apart: list[SetApart]
    set_apart_count: int
    remaining_batch_count: int
    comparison: Comparison | None

    @property
    def record_count(self) -> int:
        """How many records they are."""
        return sum(total.record_count for total in self.totals)


ClosingProgress = Progress[Closing]
RehearsalProgress = Progress[Rehearsal]
