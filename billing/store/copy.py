"""Columns to and from Postgres: numpy arrays as binary COPY, without a Python object per row.

Rows are of fixed width and without nulls, so that all of them are one numpy structured array. On the Python side
moments are microseconds and days are counted since 1970-01-01 (UTC); the wire counts both from 2000-01-01.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import asyncpg
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # the signature, no flags, no extension
TRAILER = b"\xff\xff"
CHUNK_ROWS = 2_048  # a message each: made in memory that is in the cache, while Postgres works on the one before

ARRAY_HEAD_BYTES = 20  # dimensions, whether there are nulls, the type, how many elements, from which number on

DAYS_1970_TO_2000 = 10_957
NUMERIC_BASE = 10_000  # of a digit of `numeric`
NUMERIC_PLACES = 4  # decimal places of such a digit
INT64_DIGITS = 5  # digits of base 10,000 that hold any int64
HIGH_UNIT = 10**18  # see `split_numeric`


@dataclass(frozen=True, slots=True)
class Wire:
    """How a type stands on the wire, and as what it is handed out.

    Attributes:
        value: its bytes, big-endian; of several numbers where it has a shape.
        native: the dtype of the arrays handed out.
        epoch: what the wire counts from, in the units of the type.
    """

    value: np.dtype[Any]
    native: np.dtype[Any]
    epoch: int = 0


INT2 = Wire(np.dtype(">i2"), np.dtype(np.int16))
INT4 = Wire(np.dtype(">i4"), np.dtype(np.int32))
INT8 = Wire(np.dtype(">i8"), np.dtype(np.int64))
BOOL = Wire(np.dtype(np.bool_), np.dtype(np.bool_))
DATE = Wire(np.dtype(">i4"), np.dtype(np.int32), DAYS_1970_TO_2000)
TIMESTAMPTZ = Wire(np.dtype(">i8"), np.dtype(np.int64), DAYS_1970_TO_2000 * 86_400_000_000)
UUID = Wire(np.dtype((">u8", (2,))), np.dtype(np.uint64))  # shape (n, 2): the high and the low 8 bytes
NULL = Wire(np.dtype("V1"), np.dtype("V1"))  # to Postgres only: a column in which nothing stands


class Column(NamedTuple):
    """Values with how they stand on the wire."""

    wire: Wire
    values: Array


def bytea(values: Array) -> Column:
    """Bytes of one width: shape (n, width) of uint8."""
    assert values.dtype == np.uint8
    dtype: np.dtype[Any] = np.dtype((np.uint8, (values.shape[1],)))
    return Column(Wire(dtype, np.dtype(np.uint8)), values)


def nulls(count: int) -> Column:
    """Nothing in every row."""
    return Column(NULL, np.zeros(count, dtype="V1"))


def same_decimal(value: Decimal | None, count: int) -> Column:
    """The same `numeric`, or null, in every row."""
    if value is None:
        return nulls(count)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    places = max(0, -exponent)
    groups = -(-places // NUMERIC_PLACES)
    rest = int(abs(value).scaleb(groups * NUMERIC_PLACES))
    digits: list[int] = []
    while rest:
        rest, digit = divmod(rest, NUMERIC_BASE)
        digits.insert(0, digit)
    sign = 0x4000 if value < 0 else 0
    image = np.array([len(digits), (len(digits) - 1 - groups) & 0xFFFF, sign, places, *digits], dtype=">u2")
    wire = Wire(np.dtype((">u2", (len(image),))), np.dtype(np.uint16))
    return Column(wire, np.broadcast_to(image, (count, len(image))))


def numeric(values: Array) -> Column:
    """Integers, int64 or Python's (dtype object), as `numeric` of one width.

    The image has leading zero digits, which Postgres strips on receipt: digit count, weight of the first digit, sign,
    display scale, then the digits of base 10,000.
    """
    negative = np.asarray(values < 0, dtype=bool)
    rest, count = _magnitudes(values, negative)
    image = np.zeros((len(values), 4 + count), dtype=">u2")
    image[:, 0], image[:, 1] = count, count - 1
    image[:, 2] = np.where(negative, 0x4000, 0)
    for place in range(3 + count, 3, -1):
        image[:, place] = rest % NUMERIC_BASE
        rest = rest // NUMERIC_BASE
    dtype: np.dtype[Any] = np.dtype((">u2", (4 + count,)))
    return Column(Wire(dtype, np.dtype(np.uint16)), image)


def _magnitudes(values: Array, negative: npt.NDArray[np.bool_]) -> tuple[Array, int]:
    """The absolute values, and how many digits of base 10,000 hold the largest."""
    if values.dtype == object:
        magnitudes = np.abs(values)
        longest = len(str(max(magnitudes, default=0)))
        return magnitudes, -(-longest // 4)
    unsigned = values.astype(np.int64).view(np.uint64)  # the smallest int64 has no positive twin there
    return np.where(negative, np.uint64(0) - unsigned, unsigned), INT64_DIGITS


def encode(columns: Sequence[Column]) -> Array:
    """The rows on the wire, without header and trailer: a structured array as long as the columns."""
    names: list[tuple[str, Any]] = [("count", ">i2")]
    for place, column in enumerate(columns):
        names.append((f"length{place}", ">i4"))
        if column.wire is not NULL:
            names.append((f"value{place}", column.wire.value))
    row = np.zeros(1, dtype=names)
    row["count"] = len(columns)
    for place, column in enumerate(columns):
        row[f"length{place}"] = -1 if column.wire is NULL else column.wire.value.itemsize
    rows = np.repeat(row, len(columns[0].values))
    for place, (wire, values) in enumerate(columns):
        if wire is not NULL:
            rows[f"value{place}"] = values - wire.epoch if wire.epoch else values
    return rows


async def copy_columns(connection: asyncpg.Connection, table: str, columns: Mapping[str, Column]) -> None:
    """Append rows to a table by binary COPY.

    Args:
        connection: in a transaction or not; the rows are written all or none.
        table: its name.
        columns: by the name of the table's column, of one length.

    Raises:
        asyncpg.PostgresError: as the table's constraints have it.
    """
    await copy_groups(connection, table, [columns])


async def copy_groups(connection: asyncpg.Connection, table: str, groups: Sequence[Mapping[str, Column]]) -> None:
    """The same of several groups of rows, which may differ in what is null; at least one."""
    parts = [list(columns.values()) for columns in groups]
    assert all(len(column.values) == len(part[0].values) for part in parts for column in part)
    await connection.copy_to_table(table, source=_chunks(parts), columns=list(groups[0]), format="binary")


async def _chunks(groups: Sequence[Sequence[Column]]) -> AsyncIterator[bytes | memoryview]:
    yield HEADER
    for columns in groups:
        for start in range(0, len(columns[0].values), CHUNK_ROWS):
            rows = encode([Column(wire, values[start : start + CHUNK_ROWS]) for wire, values in columns])
            yield memoryview(rows.view(np.uint8).data)
    yield TRAILER


async def fetch_columns(
    connection: asyncpg.Connection, query: str, *args: object, wires: Sequence[Wire]
) -> list[Array]:
    """Run a query and return its columns.

    Args:
        connection: any.
        query: a SELECT, or a statement that returns; its columns are of fixed width and never null.
        args: of the query; they are written into its text, as COPY knows no parameters.
        wires: how each column stands on the wire.

    Returns:
        One array a column, in the units of this module.
    """
    received = bytearray()

    async def receive(data: bytes) -> None:
        received.extend(data)

    await connection.copy_from_query(query, *args, output=receive, format="binary")
    return decode(received, wires)


def decode(received: bytes | bytearray, wires: Sequence[Wire]) -> list[Array]:
    """The columns of a binary COPY with its header and trailer; asserts that every row is as wide as the types say."""
    names: list[tuple[str, Any]] = [("count", ">i2")]
    for place, wire in enumerate(wires):
        names += [(f"length{place}", ">i4"), (f"value{place}", wire.value)]
    dtype = np.dtype(names)
    count, rest = divmod(len(received) - len(HEADER) - len(TRAILER), dtype.itemsize)
    assert rest == 0
    rows = np.frombuffer(received, dtype=dtype, count=count, offset=len(HEADER))
    assert (rows["count"] == len(wires)).all()
    for place, wire in enumerate(wires):
        assert (rows[f"length{place}"] == wire.value.itemsize).all()
    return [
        rows[f"value{place}"].astype(wire.native) + wire.native.type(wire.epoch)
        if wire.epoch
        else rows[f"value{place}"].astype(wire.native)
        for place, wire in enumerate(wires)
    ]


def decode_array(sent: bytes | None, wire: Wire) -> Array:
    """An array of one dimension without nulls, as `array_send` gives it; None for an empty one."""
    if sent is None:
        return np.zeros(0, dtype=wire.native)
    elements = np.frombuffer(sent, dtype=[("length", ">i4"), ("value", wire.value)], offset=ARRAY_HEAD_BYTES)["value"]
    values = elements.astype(wire.native)
    return values + wire.native.type(wire.epoch) if wire.epoch else values


def split_numeric(expression: str) -> str:
    """SQL for a `numeric` without decimal places as two int8 columns, high and low, for `join_numeric`."""
    small = f"{expression} > -{HIGH_UNIT} AND {expression} < {HIGH_UNIT}"  # as most are; comparing is quicker
    high = f"CASE WHEN {small} THEN 0 ELSE div({expression}, {HIGH_UNIT})::int8 END"
    return f"{high}, CASE WHEN {small} THEN {expression}::int8 ELSE mod({expression}, {HIGH_UNIT})::int8 END"


def join_numeric(high: Array, low: Array) -> Array:
    """What `split_numeric` took apart: int64 where no value needs the high part, else Python's (dtype object)."""
    if not high.any():
        return low
    joined: Array = high.astype(object) * HIGH_UNIT + low.astype(object)
    return joined
