"""Writing the lines and parts of records: columns by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import asyncpg
import numpy as np
import numpy.typing as npt

from billing.charges import ChargeRecord
from billing.flex import FlexLine
from billing.rating import UsageLines
from billing.record_columns import stretches
from billing.store.copy import (
    BOOL,
    DATE,
    INT2,
    INT4,
    INT8,
    Column,
    copy_columns,
    copy_groups,
    numeric,
    same_decimal,
)
from billing.support import FlatPrice, PlanPrice
from billing.support_columns import SupportColumns

Array = npt.NDArray[Any]


class Placed(NamedTuple):
    """Records of one kind in their slice: the ordinal and payer of each, and the first of its lines and the end."""

    slice_key: int
    ordinal: Array
    payer_key: Array
    first: Array
    end: Array

    @property
    def rows(self) -> Array:
        """The rows of their lines, record by record."""
        return stretches(self.first, self.end)

    @property
    def place(self) -> dict[str, Column]:
        """The key of each line."""
        counts = self.end - self.first
        ordinals = np.repeat(self.ordinal, counts)
        begins = np.cumsum(counts) - counts
        return {
            "payer_key": Column(INT4, np.repeat(self.payer_key, counts)),
            "slice_key": Column(INT4, np.full(len(ordinals), self.slice_key)),
            "ordinal": Column(INT4, ordinals),
            "line_number": Column(INT4, np.arange(len(ordinals)) - np.repeat(begins, counts) + 1),
        }


async def write_usage_lines(connection: asyncpg.Connection, placed: Placed, lines: UsageLines) -> None:
    """Write the lines of USAGE records."""
    rows = placed.rows
    await copy_columns(
        connection,
        "charge_usage_line",
        {
            **placed.place,
            "amount_minor": Column(INT8, lines.amount_minor[rows]),
            "account_key": Column(INT4, lines.sums.account_key[rows]),
            "product_key": Column(INT4, lines.sums.product_key[rows]),
            "price_key": Column(INT4, lines.price_key[rows]),
            "covered": Column(BOOL, lines.covered[rows]),
            "rated_nanos": numeric(lines.sums.rated_nanos[rows]),
            "unrated_micros": numeric(lines.sums.unrated_micros[rows]),
            "included_micros": numeric(lines.included_micros[rows]),
        },
    )


async def write_flex_lines(connection: asyncpg.Connection, placed: Placed, lines: Sequence[FlexLine]) -> None:
    """Write the lines of FLEX records."""
    mine = [lines[row] for row in placed.rows.tolist()]
    await copy_columns(
        connection,
        "charge_flex_line",
        {
            **placed.place,
            "amount_minor": _numbers(line.amount_minor for line in mine),
            "account_key": Column(INT4, _numbers(line.account_key for line in mine).values),
            "price_key": Column(INT4, _numbers(line.price_key for line in mine).values),
            "model": Column(INT2, _numbers(line.model for line in mine).values),
            "counted": numeric(np.array([line.model.stored(line.counted) for line in mine], dtype=object)),
        },
    )


async def write_support_lines(connection: asyncpg.Connection, placed: Placed, lines: SupportColumns) -> None:
    """Write the lines of SUPPORT_PLAN records, and their parts."""
    rows, place = placed.rows, placed.place
    groups = []  # of one price each, which is null in one of its forms
    for number in np.unique(lines.term[rows]).tolist():
        mine = np.flatnonzero(lines.term[rows] == number)
        terms = lines.terms[number]
        rate, minimum, flat_amount = _price(terms.price)
        at, count = rows[mine], len(mine)
        groups.append(
            {
                **{name: Column(column.wire, column.values[mine]) for name, column in place.items()},
                "amount_minor": Column(INT8, lines.amount_minor[at]),
                "spend_minor": Column(INT8, lines.spend_minor[at]),
                "plan_version_key": Column(INT4, np.full(count, terms.plan_version_key)),
                "start_day": Column(DATE, lines.start[at]),
                "end_day": Column(DATE, lines.end[at]),
                "rate": same_decimal(rate, count),
                "minimum": same_decimal(minimum, count),
                "flat_amount": same_decimal(flat_amount, count),
            }
        )
    await copy_groups(connection, "charge_support_line", groups)
    counts = lines.end_part[rows] - lines.first[rows]
    parts = stretches(lines.first[rows], lines.end_part[rows])
    await copy_columns(
        connection,
        "charge_support_part",
        {
            **{name: Column(column.wire, np.repeat(column.values, counts)) for name, column in place.items()},
            "amount_minor": Column(INT8, lines.part_minor[parts]),
            "weight_minor": Column(INT8, lines.part_weight[parts]),
            "account_key": Column(INT4, lines.part_account[parts]),
        },
    )


def _price(price: PlanPrice) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Rate, minimum and flat amount."""
    return (None, None, price.amount) if isinstance(price, FlatPrice) else (price.rate, price.minimum, None)


async def write_adjustments(
    connection: asyncpg.Connection, slice_key: int, numbered: Sequence[tuple[int, ChargeRecord]]
) -> None:
    """Write the lines and parts of adjustments, each with its ordinal."""
    lines = [
        (line.amount_minor, record.payer_key, slice_key, ordinal, number, line.item_key)
        for ordinal, record in numbered
        for number, line in enumerate(record.adjustment_lines, 1)
    ]
    place = "payer_key", "slice_key", "ordinal", "line_number"
    await copy_columns(connection, "charge_adjustment_line", _columns(lines, ["amount_minor"], [*place, "item_key"]))
    parts = [
        (
            part.amount_minor,
            part.due_minor,
            part.carried_minor,
            record.payer_key,
            slice_key,
            ordinal,
            number,
            part.account_key,
        )
        for ordinal, record in numbered
        for number, line in enumerate(record.adjustment_lines, 1)
        for part in line.parts
    ]
    amounts = ["amount_minor", "due_minor", "carried_minor"]
    await copy_columns(connection, "charge_adjustment_part", _columns(parts, amounts, [*place, "account_key"]))


async def write_credit_lines(connection: asyncpg.Connection, slice_key: int, records: Sequence[ChargeRecord]) -> None:
    """Write the lines of SUPPORT_CREDIT records, which are the records 1 … n of their slice."""
    await connection.copy_records_to_table(
        "charge_credit_line",
        columns=[
            "amount_minor",
            "credit_key",
            "payer_key",
            "slice_key",
            "ordinal",
            "line_number",
            "plan_id",
            "credit_minor",
            "used_before_minor",
            "owed_minor",
        ],
        records=[
            (
                line.amount_minor,
                line.credit_key,
                record.payer_key,
                slice_key,
                ordinal,
                number,
                line.plan_id,
                line.credit_minor,
                line.used_before_minor,
                line.owed_minor,
            )
            for ordinal, record in enumerate(records, 1)
            for number, line in enumerate(record.credit_lines, 1)
        ],
    )


def _columns(rows: Sequence[tuple[int, ...]], wide: Sequence[str], narrow: Sequence[str]) -> dict[str, Column]:
    """Columns of 8 bytes, and then of 4."""
    values = np.array(rows, dtype=np.int64).reshape(len(rows), -1).T
    names = [(name, INT8) for name in wide] + [(name, INT4) for name in narrow]
    return {name: Column(wire, column) for (name, wire), column in zip(names, values, strict=True)}


def _numbers(values: Iterable[int]) -> Column:
    return Column(INT8, np.fromiter(values, dtype=np.int64))
