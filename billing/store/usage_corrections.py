"""The trail of usage: what was voided or corrected of events, which themselves stay as first recorded (4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from billing.corrections import Change, Content, Correction, Counted
from billing.period import Period
from billing.store.usage_partitions import event_partition

# Beside the one-number locks of begin_write(), of partitions, roll-ups and the relay: those of two numbers are others.
LOCK_ACCOUNT = "SELECT pg_advisory_xact_lock(7070005, $1)"


async def lock_account(connection: asyncpg.Connection, account_key: int) -> None:
    """Keep other corrections of an account's usage out until the transaction ends; what follows sees theirs."""
    await connection.execute(LOCK_ACCOUNT, account_key)


class AccountPeriod(NamedTuple):
    """Whose usage, and of which period."""

    family_key: int
    account_key: int
    period: Period


# Joined in this way Postgres looks each of them up by the key, whatever it believes about the sizes of the tables.
WHAT_COUNTS = """
SELECT asked.event_id, e.product_key, e.occur_time, coalesce(c.correction_number, 0) AS correction_count, c.voided,
       CASE WHEN c.correction_number IS NULL THEN e.quantity_micros ELSE c.quantity_micros END AS quantity_micros,
       CASE WHEN c.correction_number IS NOT NULL THEN c.amount_nanos
            WHEN e.rated THEN e.amount_nanos END AS amount_nanos
FROM unnest($4::uuid[]) WITH ORDINALITY AS asked (event_id, place)
LEFT JOIN LATERAL (
    SELECT product_key, occur_time, quantity_micros, amount_nanos, rated FROM {partition} k
    WHERE k.family_key = $1 AND k.account_key = $2 AND k.event_id = asked.event_id
    OFFSET 0
) e ON true
LEFT JOIN LATERAL (
    SELECT correction_number, voided, quantity_micros, amount_nanos FROM usage_correction k
    WHERE k.family_key = $1 AND k.account_key = $2 AND k.period = $3 AND k.event_id = asked.event_id
    ORDER BY correction_number DESC LIMIT 1
) c ON true
ORDER BY asked.place
"""


async def what_counts(
    connection: asyncpg.Connection, whose: AccountPeriod, event_ids: Sequence[UUID]
) -> list[Counted | None]:
    """What events count for now, in the order asked; None for each that was not recorded.

    The period must have a partition of events.
    """
    query = WHAT_COUNTS.format(partition=event_partition(whose.period))
    rows = await connection.fetch(query, whose.family_key, whose.account_key, whose.period.first_day, event_ids)
    return [_counted(row) for row in rows]


def _counted(row: asyncpg.Record) -> Counted | None:
    if row["product_key"] is None:
        return None
    content = None if row["voided"] else Content(row["quantity_micros"], row["amount_nanos"])
    return Counted(row["event_id"], row["product_key"], row["occur_time"], content, row["correction_count"])


INSERT_CORRECTIONS = """
INSERT INTO usage_correction (family_key, account_key, period, record_time, record_cutoff, event_id, correction_number,
                              voided, quantity_micros, amount_nanos)
SELECT $1, $2, $3, $4, $5, event_id, correction_number, quantity_micros IS NULL, quantity_micros, amount_nanos
FROM unnest($6::uuid[], $7::integer[], $8::bigint[], $9::bigint[])
     AS c (event_id, correction_number, quantity_micros, amount_nanos)
"""


async def insert_corrections(
    connection: asyncpg.Connection, whose: AccountPeriod, changes: Sequence[Change], record_time: datetime, cutoff: int
) -> None:
    """Add voids and corrections to the trail; under the lock of the account."""
    await connection.execute(
        INSERT_CORRECTIONS,
        whose.family_key,
        whose.account_key,
        whose.period.first_day,
        record_time,
        cutoff,
        [change.event.event_id for change in changes],
        [change.correction_number for change in changes],
        [change.content.quantity_micros if change.content else None for change in changes],
        [change.content.amount_nanos if change.content else None for change in changes],
    )


TRAILS_OF = """
SELECT event_id, voided, quantity_micros, amount_nanos, record_time FROM usage_correction
WHERE family_key = $1 AND account_key = $2 AND period = $3 AND event_id = ANY ($4::uuid[])
ORDER BY event_id, correction_number
"""


async def trails_of(
    connection: asyncpg.Connection, whose: AccountPeriod, event_ids: Sequence[UUID]
) -> dict[UUID, list[Correction]]:
    """What was corrected and voided of events, the first first; those without are left out."""
    found: dict[UUID, list[Correction]] = {}
    rows = await connection.fetch(TRAILS_OF, whose.family_key, whose.account_key, whose.period.first_day, event_ids)
    for row in rows:
        content = None if row["voided"] else Content(row["quantity_micros"], row["amount_nanos"])
        found.setdefault(row["event_id"], []).append(Correction(content, row["record_time"]))
    return found
