"""Columns to Postgres and back, binary."""

from __future__ import annotations

import asyncpg
import numpy as np
import pytest

from billing.store.copy import (
    BOOL,
    CHUNK_ROWS,
    DATE,
    INT2,
    INT4,
    INT8,
    TIMESTAMPTZ,
    UUID,
    Column,
    bytea,
    copy_columns,
    copy_groups,
    fetch_columns,
    join_numeric,
    nulls,
    numeric,
    split_numeric,
)

INT64 = [0, 1, -1, 9_999, 10_000, -10_000, 10**18, 123_456_780_000, 2**63 - 1, -(2**63)]
LARGE = [0, 1, -1, 2**63, -(2**64), 10**36, 1 - 10**36, 10**4, 10**8, 99_999_999]


async def test_fixed_width_columns_come_back_as_they_went(connection: asyncpg.Connection) -> None:
    columns = {
        "a": Column(INT2, np.array([-(2**15), 0, 2**15 - 1], dtype=np.int16)),
        "b": Column(INT4, np.array([-(2**31), 0, 2**31 - 1])),
        "c": Column(INT8, np.array([-(2**63), 0, 2**63 - 1])),
        "d": Column(BOOL, np.array([True, False, True])),
        "e": Column(DATE, np.array([0, 10_957, 20_648])),
        "f": Column(TIMESTAMPTZ, np.array([-1, 0, 1_784_116_800_000_001])),
        "g": Column(UUID, np.array([[0, 1], [2**64 - 1, 2**63], [7, 0]], dtype=np.uint64)),
    }
    await connection.execute(
        "CREATE TEMPORARY TABLE kept (a int2, b int4, c int8, d bool, e date, f timestamptz, g uuid)"
    )
    await copy_columns(connection, "kept", columns)
    fetched = await fetch_columns(
        connection,
        "SELECT a, b, c, d, e, f, g FROM kept ORDER BY a",
        wires=[column.wire for column in columns.values()],
    )
    for column, values in zip(columns.values(), fetched, strict=True):
        assert values.dtype == column.wire.native
        assert np.array_equal(values, column.values)
    as_text = await connection.fetch("SELECT e::text, f::text, g::text FROM kept ORDER BY a")
    assert as_text[0]["e"] == "1970-01-01"
    assert as_text[2]["f"] == "2026-07-15 12:00:00.000001+00"
    assert as_text[2]["g"] == "00000000-0000-0007-0000-000000000000"


@pytest.mark.parametrize("values", [np.array(INT64, dtype=np.int64), np.array(LARGE, dtype=object)])
async def test_numerics_are_exact_and_stored_without_their_leading_zeros(
    connection: asyncpg.Connection, values: np.ndarray
) -> None:
    await connection.execute("CREATE TEMPORARY TABLE kept (place int4, number numeric)")
    place = Column(INT4, np.arange(len(values)))
    await copy_columns(connection, "kept", {"place": place, "number": numeric(values)})
    rows = await connection.fetch(
        "SELECT number::text, pg_column_size(number) AS size, pg_column_size(number::text::numeric) AS own_size, "
        "number = number::text::numeric AS equal FROM kept ORDER BY place"
    )
    assert [int(row["number"]) for row in rows] == values.tolist()
    assert all(row["equal"] for row in rows)
    assert all(row["size"] <= row["own_size"] for row in rows)
    high, low = await fetch_columns(
        connection, f"SELECT {split_numeric('number')} FROM kept ORDER BY place", wires=(INT8, INT8)
    )
    assert join_numeric(high, low).tolist() == values.tolist()


async def test_sums_beyond_64_bits_are_exact(connection: asyncpg.Connection) -> None:
    high, low = await fetch_columns(
        connection,
        f"SELECT {split_numeric('sum(x)')} FROM (VALUES (9223372036854775807), (9223372036854775807)) AS v (x)",
        wires=(INT8, INT8),
    )
    assert join_numeric(high, low).tolist() == [2 * (2**63 - 1)]


async def test_small_sums_stay_64_bit_numbers(connection: asyncpg.Connection) -> None:
    high, low = await fetch_columns(connection, f"SELECT {split_numeric('-5::numeric')}", wires=(INT8, INT8))
    assert join_numeric(high, low).dtype == np.int64


async def test_bytes_and_no_rows(connection: asyncpg.Connection) -> None:
    await connection.execute("CREATE TEMPORARY TABLE kept (digest bytea NOT NULL, number numeric NOT NULL)")
    digests = np.arange(64, dtype=np.uint8).reshape(2, 32)
    await copy_columns(connection, "kept", {"digest": bytea(digests), "number": numeric(np.array([1, 2]))})
    none = {"digest": bytea(digests[:0]), "number": numeric(np.zeros(0, dtype=np.int64))}
    await copy_columns(connection, "kept", none)
    rows = await connection.fetch("SELECT digest FROM kept ORDER BY number")
    assert [row["digest"] for row in rows] == [bytes(range(32)), bytes(range(32, 64))]
    [place] = await fetch_columns(connection, "SELECT 1 WHERE $1", False, wires=(INT4,))
    assert len(place) == 0


async def test_rows_of_many_messages_come_back_as_they_went(connection: asyncpg.Connection) -> None:
    count = 2 * CHUNK_ROWS + 1
    await connection.execute("CREATE TEMPORARY TABLE kept (a int8, b int4, c int8)")
    numbers = Column(INT8, np.arange(count))
    same = Column(INT4, np.broadcast_to(np.int64(7), count))
    groups = [{"a": numbers, "b": same, "c": numbers}, {"a": numbers, "b": same, "c": nulls(count)}]
    await copy_groups(connection, "kept", groups)
    fetched = await fetch_columns(
        connection, "SELECT a, b, coalesce(c, -1) FROM kept ORDER BY c, a", wires=(INT8, INT4, INT8)
    )
    assert np.array_equal(fetched[0], np.tile(np.arange(count), 2))
    assert set(fetched[1].tolist()) == {7}
    assert np.array_equal(fetched[2], np.concatenate([np.arange(count), np.full(count, -1)]))


async def test_columns_of_several_lengths_are_our_mistake(connection: asyncpg.Connection) -> None:
    await connection.execute("CREATE TEMPORARY TABLE kept (a int8, b int8)")
    columns = {"a": Column(INT8, np.arange(2)), "b": Column(INT8, np.arange(3))}
    with pytest.raises(AssertionError):
        await copy_columns(connection, "kept", columns)
    assert await connection.fetchval("SELECT count(*) FROM kept") == 0


async def test_a_null_or_another_width_is_our_mistake(connection: asyncpg.Connection) -> None:
    with pytest.raises(AssertionError):
        await fetch_columns(connection, "SELECT 1::int8", wires=(INT4,))
    with pytest.raises(AssertionError):
        await fetch_columns(connection, "SELECT NULL::int4", wires=(INT4,))


async def test_a_violated_constraint_leaves_the_connection_fit_for_use(connection: asyncpg.Connection) -> None:
    await connection.execute("CREATE TEMPORARY TABLE kept (number int8 PRIMARY KEY)")
    numbers = np.arange(500_000) % 499_999  # the repeat comes long after the first chunks
    with pytest.raises(asyncpg.UniqueViolationError):
        await copy_columns(connection, "kept", {"number": Column(INT8, numbers)})
    assert await connection.fetchval("SELECT count(*) FROM kept") == 0
