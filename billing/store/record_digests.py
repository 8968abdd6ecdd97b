"""The ids and digests of records, in order of id: read in chunks, however many there are."""

from __future__ import annotations

from collections.abc import Callable

import asyncpg
import numpy as np

from billing.record_columns import DIGEST_BYTES, ID_BYTES
from billing.store.copy import HEADER

COUNT_BYTES, LENGTH_BYTES = 2, 4  # before the columns of a row, and before each column
ID_AT = COUNT_BYTES + LENGTH_BYTES
DIGEST_AT = ID_AT + ID_BYTES + LENGTH_BYTES
ROW_BYTES = DIGEST_AT + DIGEST_BYTES

OF_CLOSING = """
SELECT charge_id, record_digest FROM charge_record
WHERE closing_number = $1::integer
  AND slice_key >= (SELECT min(slice_key) FROM charge_slice WHERE closing_number = $1::integer)
  AND slice_key <= (SELECT max(slice_key) FROM charge_slice WHERE closing_number = $1::integer)
ORDER BY charge_id
"""
OF_REHEARSAL = """
SELECT charge_id, record_digest FROM rehearsal_record WHERE rehearsal_number = $1::integer ORDER BY charge_id
"""


async def read_of_closing(connection: asyncpg.Connection, number: int, take: Callable[[bytes], object]) -> None:
    """Hand out id (16 bytes) and digest (32 bytes) of every record of a closing, one after the other, in chunks."""
    await _read(connection, OF_CLOSING, number, take)


async def read_of_rehearsal(connection: asyncpg.Connection, number: int, take: Callable[[bytes], object]) -> None:
    """The same of a rehearsal."""
    await _read(connection, OF_REHEARSAL, number, take)


async def _read(connection: asyncpg.Connection, query: str, number: int, take: Callable[[bytes], object]) -> None:
    rest = bytearray()
    skipped = len(HEADER)

    async def receive(data: bytes) -> None:
        nonlocal skipped
        rest.extend(data)
        if skipped and len(rest) >= skipped:
            del rest[:skipped]
            skipped = 0
        count = 0 if skipped else len(rest) // ROW_BYTES  # the trailer is shorter than a row
        if count:
            rows = np.frombuffer(bytes(rest[: count * ROW_BYTES]), dtype=np.uint8).reshape(-1, ROW_BYTES)
            entries = rows[:, ID_AT : ID_AT + ID_BYTES], rows[:, DIGEST_AT:ROW_BYTES]
            take(np.concatenate(entries, axis=1).tobytes())
            del rest[: count * ROW_BYTES]

    await connection.copy_from_query(query, number, output=receive, format="binary")
    assert not skipped
    assert len(rest) < ROW_BYTES
