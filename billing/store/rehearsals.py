"""Rehearsals, and what their shards come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from billing.charges import ChargeRecord
from billing.closings import Total
from billing.credits import plan_amounts
from billing.period import Period
from billing.rehearsals import Rehearsal, RehearsalState

INSERT_REHEARSAL = """
INSERT INTO rehearsal (period, closing_number, last_batch_key, state, start_time, started_by)
SELECT $1, $2, coalesce(max(batch_key), 0), 1, $3, $4 FROM usage_batch
RETURNING rehearsal_number
"""


async def insert_rehearsal(
    connection: asyncpg.Connection, period: Period, closing_number: int, start_time: datetime, started_by: str
) -> int:
    """Record a rehearsal as running; returns its number."""
    row = period.first_day, closing_number, start_time, started_by
    number: int = await connection.fetchval(INSERT_REHEARSAL, *row)
    return number


COLUMNS = """rehearsal_number, period, closing_number, last_batch_key, state, start_time, complete_time, started_by,
       digest, shards_made, completion_error"""
BY_NUMBER = f"SELECT {COLUMNS} FROM rehearsal WHERE rehearsal_number = $1"  # noqa: S608 - constants of this module
LOCK_REHEARSAL = BY_NUMBER + " FOR NO KEY UPDATE"  # shards that refer to it go on
TRY_LOCK = "SELECT true FROM rehearsal WHERE rehearsal_number = $1 FOR NO KEY UPDATE SKIP LOCKED"
RUNNING = f"SELECT {COLUMNS} FROM rehearsal WHERE state = 1 ORDER BY rehearsal_number"  # noqa: S608 - constants


async def by_number(connection: asyncpg.Connection, rehearsal_number: int) -> Rehearsal | None:
    """The rehearsal of a number."""
    row = await connection.fetchrow(BY_NUMBER, rehearsal_number)
    return _rehearsal(row) if row else None


async def lock(connection: asyncpg.Connection, rehearsal_number: int) -> Rehearsal:
    """The rehearsal, locked until the transaction ends."""
    return _rehearsal(await connection.fetchrow(LOCK_REHEARSAL, rehearsal_number))


async def try_lock(connection: asyncpg.Connection, rehearsal_number: int) -> bool:
    """Lock a rehearsal until the transaction ends, without waiting; False while another holds it."""
    return await connection.fetchval(TRY_LOCK, rehearsal_number) is not None


async def running(connection: asyncpg.Connection) -> list[Rehearsal]:
    """The rehearsals that run, the earliest first."""
    return [_rehearsal(row) for row in await connection.fetch(RUNNING)]


LIST_REHEARSALS = f"""
SELECT {COLUMNS} FROM rehearsal WHERE rehearsal_number < $1::bigint AND ($2::date IS NULL OR period = $2)
ORDER BY rehearsal_number DESC LIMIT $3
"""  # noqa: S608 - constants of this module


async def list_rehearsals(
    connection: asyncpg.Connection, period: Period | None, before_number: int, limit: int
) -> list[Rehearsal]:
    """Rehearsals, the latest first, before one: of a period, or all."""
    first_day = period.first_day if period else None
    return [_rehearsal(row) for row in await connection.fetch(LIST_REHEARSALS, before_number, first_day, limit)]


MARK_SHARDS_MADE = "UPDATE rehearsal SET shards_made = true WHERE rehearsal_number = $1"
MARK_COMPLETE = """
UPDATE rehearsal SET state = 2, complete_time = $2, digest = $3, completion_error = NULL WHERE rehearsal_number = $1
"""
NOTE_ERROR = """
UPDATE rehearsal SET completion_error = $2
WHERE rehearsal_number = $1 AND state = 1 AND completion_error IS DISTINCT FROM $2 RETURNING true
"""


async def mark_shards_made(connection: asyncpg.Connection, rehearsal_number: int) -> None:
    """Record that the owners of a rehearsal are dealt out."""
    await connection.execute(MARK_SHARDS_MADE, rehearsal_number)


async def mark_complete(connection: asyncpg.Connection, rehearsal_number: int, now: datetime, digest: bytes) -> None:
    """Record that a rehearsal is complete."""
    await connection.execute(MARK_COMPLETE, rehearsal_number, now, digest)


async def note_error(connection: asyncpg.Connection, rehearsal_number: int, error: str) -> bool:
    """Note what completing a rehearsal that runs failed with; False when it says so already."""
    return await connection.fetchval(NOTE_ERROR, rehearsal_number, error) is not None


REMAINING_BATCHES = """
SELECT count(*) FROM usage_batch b JOIN rehearsal r ON r.rehearsal_number = $1
WHERE NOT b.rolled_up AND b.cutoff < r.closing_number AND b.batch_key <= r.last_batch_key
"""


async def remaining_batches(connection: asyncpg.Connection, rehearsal_number: int) -> int:
    """How many batches recorded before a rehearsal started are not rolled up yet."""
    count: int = await connection.fetchval(REMAINING_BATCHES, rehearsal_number)
    return count


INSERT_TOTALS = """
INSERT INTO rehearsal_total (rehearsal_number, shard_number, kind, record_count, amount_minor)
SELECT $1, $2, kind, count, amount FROM unnest($3::smallint[], $4::integer[], $5::numeric[]) AS t (kind, count, amount)
"""


async def insert_totals(
    connection: asyncpg.Connection, rehearsal_number: int, shard_number: int, totals: Sequence[Total]
) -> None:
    """Record the totals per kind of a shard."""
    columns = [
        [int(each.kind) for each in totals],
        [each.record_count for each in totals],
        [each.amount_minor for each in totals],
    ]
    await connection.execute(INSERT_TOTALS, rehearsal_number, shard_number, *columns)


INSERT_SET_APART = """
INSERT INTO rehearsal_set_apart (rehearsal_number, owner_key, reason)
SELECT $1, owner_key, reason FROM unnest($2::integer[], $3::text[]) AS f (owner_key, reason)
"""


async def insert_set_apart(connection: asyncpg.Connection, rehearsal_number: int, failures: Mapping[int, str]) -> None:
    """Record the owners that the closing would set apart, with the reasons."""
    await connection.execute(INSERT_SET_APART, rehearsal_number, [*failures], [*failures.values()])


async def write_records(connection: asyncpg.Connection, rehearsal_number: int, records: Sequence[ChargeRecord]) -> None:
    """Write records without their lines, until the rehearsal is complete."""
    await connection.copy_records_to_table(
        "rehearsal_record",
        columns=[
            "amount_minor",
            "rehearsal_number",
            "payer_key",
            "party_key",
            "period",
            "kind",
            "charge_id",
            "record_digest",
            "plan_ids",
            "plan_amounts_minor",
        ],
        records=[_row(rehearsal_number, record) for record in records],
    )


def _row(rehearsal_number: int, record: ChargeRecord) -> tuple[object, ...]:
    plans = plan_amounts(record)
    return (
        record.amount_minor,
        rehearsal_number,
        record.payer_key,
        record.party_key,
        record.period.first_day,
        int(record.kind),
        UUID(bytes=record.charge_id),
        record.record_digest,
        [plan_id for plan_id, _ in plans],
        [amount for _, amount in plans],
    )


DROP_RECORDS = "DELETE FROM rehearsal_record WHERE rehearsal_number = $1"


async def drop_records(connection: asyncpg.Connection, rehearsal_number: int) -> None:
    """Drop the records, of which nothing but the report is kept."""
    await connection.execute(DROP_RECORDS, rehearsal_number)


def _rehearsal(row: asyncpg.Record) -> Rehearsal:
    number, first_day, closing_number, last_batch_key, state, *rest = row
    return Rehearsal(number, Period.of(first_day), closing_number, last_batch_key, RehearsalState(state), *rest)
