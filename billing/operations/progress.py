"""What closings and rehearsals have come to so far (6.3, 6.4), told alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic

import asyncpg

from billing.closings import SetApart, Total
from billing.progress import Of, Progress
from billing.store import comparisons, shards
from billing.store.comparisons import Compared
from billing.store.shards import ShardsOf

SET_APART_SHOWN = 100

Numbers = Sequence[int]


@dataclass(frozen=True)
class Reports(Generic[Of]):
    """Where what they have come to is read.

    Attributes:
        number_of: the number of one.
        shards, compared: their tables.
        totals: per kind, by number.
        list_set_apart, set_apart_counts: of the owners set apart, by number; of the first, so many.
        remaining: the batches of usage that are to be rolled up before the shards of one start.
    """

    number_of: Callable[[Of], int]
    shards: ShardsOf
    compared: Compared
    totals: Callable[[asyncpg.Connection, Numbers], Awaitable[dict[int, list[Total]]]]
    list_set_apart: Callable[[asyncpg.Connection, Numbers, int], Awaitable[dict[int, list[SetApart]]]]
    set_apart_counts: Callable[[asyncpg.Connection, Numbers], Awaitable[dict[int, int]]]
    remaining: Callable[[asyncpg.Connection, Of], Awaitable[int]]


async def progress_of_all(
    connection: asyncpg.Connection, reports: Reports[Of], found: Sequence[Of]
) -> list[Progress[Of]]:
    """What some of them have come to so far, in as many statements as of one."""
    numbers = [reports.number_of(each) for each in found]
    counts = await shards.counts(connection, reports.shards, numbers)
    totals = await reports.totals(connection, numbers)
    set_apart = await reports.list_set_apart(connection, numbers, SET_APART_SHOWN)
    set_apart_counts = await reports.set_apart_counts(connection, numbers)
    compared = await comparisons.comparisons(connection, reports.compared, numbers)
    return [
        Progress(
            of=each,
            shard_count=counts[number].shard_count,
            done_shard_count=counts[number].done_count,
            failed_shard_count=counts[number].failed_count,
            shard_error=counts[number].error,
            totals=totals.get(number, []),
            set_apart=set_apart.get(number, []),
            set_apart_count=set_apart_counts.get(number, 0),
            remaining_batch_count=await reports.remaining(connection, each),
            comparison=compared.get(number),
        )
        for number, each in zip(numbers, found, strict=True)
    ]
