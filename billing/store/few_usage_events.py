"""Recording a few usage events in one statement, where COPY would take more for what it needs besides than for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import numpy as np

from billing.intake import UNRATED
from billing.period import Period
from billing.store.usage_events import Events, Int64, hex_ids
from billing.store.usage_partitions import event_partition

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The lock of the cut-off first, as in every write: begin_write() sees what was committed while it waited, though the
# statement began before. The rows that are inserted are then counted, so that the batch has as many events.
INSERT_FEW = """
WITH begun AS MATERIALIZED (
    SELECT cutoff, test_time, nextval('usage_batch_batch_key_seq') AS batch_key FROM begin_write()
), given AS MATERIALIZED (
    SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[], $4::integer[], $5::integer[], $6::integer[],
                         $7::uuid[], $8::boolean[]) WITH ORDINALITY
        AS g (occur_time, quantity_micros, amount_nanos, family_key, account_key, product_key, event_id, rated, place)
), inserted AS (
    INSERT INTO {partition} (occur_time, quantity_micros, amount_nanos, batch_key, family_key, account_key, product_key,
                             event_id, rated)
    SELECT occur_time, quantity_micros, amount_nanos, batch_key, family_key, account_key, product_key, event_id, rated
    FROM begun, given ORDER BY place
    ON CONFLICT (family_key, account_key, event_id) DO NOTHING
    RETURNING account_key, event_id
), batch AS (
    INSERT INTO usage_batch (batch_key, period, cutoff, event_count, record_time) OVERRIDING SYSTEM VALUE
    SELECT batch_key, $9::date, cutoff, event_count, coalesce($10::timestamptz, test_time)
    FROM begun, (SELECT count(*)::integer AS event_count FROM inserted) c WHERE event_count > 0
)
SELECT ARRAY(SELECT place::integer - 1 FROM given LEFT JOIN inserted i USING (account_key, event_id)
             WHERE i.account_key IS NULL ORDER BY place)
"""


async def insert_few(connection: asyncpg.Connection, period: Period, events: Events, now: datetime | None) -> Int64:
    """Record those of a few events that are not recorded yet, and the batch they make.

    Args:
        connection: in a transaction that reads what is committed.
        period: of every event.
        events: at least one, of different keys, sorted by key.
        now: the moment to note on the batch; None for what the test clock shows.

    Returns:
        Which of the events were recorded before, by position.
    """
    rated = events.amount_nanos != UNRATED
    before = await connection.fetchval(
        INSERT_FEW.format(partition=event_partition(period)),
        [EPOCH + timedelta(microseconds=moment) for moment in events.occur_micros.tolist()],
        events.quantity_micros.tolist(),
        (events.amount_nanos * rated).tolist(),
        events.family_key.tolist(),
        events.account_key.tolist(),
        events.product_key.tolist(),
        hex_ids(events),
        rated.tolist(),
        period.first_day,
        now,
    )
    return np.array(before, dtype=np.int64)
