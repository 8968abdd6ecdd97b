"""The limit of a closing: SQL that yields just the amounts, and ready rows by COPY into plain keyed tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import asyncpg

from billing.period import Period
from tests.bench.measure import seconds_of

# Nothing that a closing has to know of besides: no late usage, no history of what was recorded when, no own prices, no
# members that come and go within the month, no exact arithmetic beyond 64 bits.
AMOUNTS = """
WITH line AS (
    SELECT family_key, round(rated / 10000000 + unrated * coalesce(unit_price, 0) / 10000)::bigint AS amount
    FROM (
        SELECT family_key, product_key, sum(rated_nanos) AS rated, sum(unrated_micros) AS unrated FROM usage_rollup
        WHERE family_key >= {first} AND family_key < {end} AND day >= '{first_day}' AND day < '{end_day}'
        GROUP BY family_key, account_key, product_key
    ) used LEFT JOIN price USING (product_key)
), spend AS (
    SELECT coalesce(m.contract_key, family_key) AS owner_key, sum(amount)::bigint AS usage_amount
    FROM line LEFT JOIN contract_membership m USING (family_key) GROUP BY 1
), fee AS (
    SELECT owner_key,
           round(greatest(rate * coalesce(usage_amount, 0), minimum * 100)
                 * (least(coalesce(end_day, '{end_day}'), '{end_day}') - greatest(start_day, '{first_day}'))
                 / ('{end_day}'::date - '{first_day}'::date))::bigint AS plan_amount
    FROM spend RIGHT JOIN plan_held USING (owner_key) JOIN plan_version USING (plan_id)
    WHERE supersede_cutoff IS NULL AND start_day < '{end_day}' AND (end_day IS NULL OR end_day > '{first_day}')
      AND ((owner_key >= {first} AND owner_key < {end})
           OR (owner_key >= {contract_first} AND owner_key < {contract_end}))
)
SELECT owner_key, coalesce(usage_amount, 0), plan_amount
FROM spend FULL JOIN (SELECT owner_key, sum(plan_amount)::bigint AS plan_amount FROM fee GROUP BY owner_key) f
USING (owner_key)
"""

# The rows that a closing wrote: a record, and every part with its record's id.
TABLES = {
    "plain_record": "charge_id uuid PRIMARY KEY, payer_key integer, period date, amount_minor bigint",
    "plain_usage_part": "charge_id uuid, payer_key integer, period date, amount_minor bigint, account_key integer, "
    "product_key integer, PRIMARY KEY (charge_id, product_key)",
    "plain_support_line": "charge_id uuid, payer_key integer, period date, amount_minor bigint, line_number integer, "
    "plan_version_key integer, PRIMARY KEY (charge_id, line_number)",
    "plain_support_part": "charge_id uuid, payer_key integer, period date, amount_minor bigint, line_number integer, "
    "account_key integer, PRIMARY KEY (charge_id, line_number, account_key)",
}
OF_CLOSING = "SELECT charge_id, payer_key, period, slice_key, ordinal, amount_minor FROM charge_record r {of} {half}"
ROWS = {
    "plain_record": "SELECT charge_id, payer_key, period, amount_minor FROM charge_record r {of} ORDER BY 1",
    "plain_usage_part": "SELECT charge_id, r.payer_key, period, l.amount_minor, account_key, product_key "
    "FROM charge_record r JOIN charge_usage_line l USING (slice_key, ordinal) {of} ORDER BY 1, 6",
    "plain_support_line": "SELECT charge_id, r.payer_key, period, l.amount_minor, line_number, plan_version_key "
    "FROM charge_record r JOIN charge_support_line l USING (slice_key, ordinal) {of} ORDER BY 1, 5",
    "plain_support_part": "SELECT charge_id, r.payer_key, period, l.amount_minor, line_number, account_key "
    "FROM charge_record r JOIN charge_support_part l USING (slice_key, ordinal) {of} ORDER BY 1, 5, 6",
}
# Halves by id, in the order of the keys: the cheapest way into a keyed table.
MIDDLE = "80000000-0000-0000-0000-000000000000"
HALVES = (f"charge_id < '{MIDDLE}'", f"charge_id >= '{MIDDLE}'")

# A family that is no member of a contract, near the middle of all accounts.
MIDDLE_FAMILY = """
SELECT min(family_key) FROM account
WHERE account_key > (SELECT (min(account_key) + max(account_key)) / 2 FROM account)
  AND family_key = account_key AND family_key > (SELECT max(family_key) FROM contract_membership)
"""
BOUNDS = """
SELECT min(family_key), max(family_key) + 1,
       (SELECT coalesce(min(contract_key), 0) FROM contract_membership WHERE family_key < $1),
       (SELECT coalesce(max(contract_key), 0) + 1 FROM contract_membership WHERE family_key < $1),
       (SELECT coalesce(max(contract_key), 0) + 1 FROM contract_membership)
FROM account
"""


# All of a half in memory, and no more processes than connections.
SETTINGS = {"work_mem": "512MB", "max_parallel_workers_per_gather": "0"}


class Amounts(NamedTuple):
    """What a month comes to, in the minor unit."""

    usage: int
    support: int


@dataclass(slots=True)
class PlainClosing:
    """Two connections, each with half of the families, and of the rows that are written."""

    connections: list[asyncpg.Connection]
    payload: list[dict[str, bytes]] = field(default_factory=list)
    row_count: int = 0
    stretches: list[dict[str, int]] = field(default_factory=list)

    async def prepare(self, closing_number: int) -> None:
        """Take over the rows that a closing wrote, and deal the families out by halves."""
        middle = await self.connections[0].fetchval(MIDDLE_FAMILY)
        first, end, contract_first, contract_middle, contract_end = await self.connections[0].fetchrow(BOUNDS, middle)
        self.stretches = [
            {"first": first, "end": middle, "contract_first": contract_first, "contract_end": contract_middle},
            {"first": middle, "end": end, "contract_first": contract_middle, "contract_end": contract_end},
        ]
        self.payload = [
            {table: await self._bytes(query, closing_number, half) for table, query in ROWS.items()} for half in HALVES
        ]
        self.row_count = 0
        await self.write()
        for table in TABLES:
            self.row_count += await self.connections[0].fetchval(f"SELECT count(*) FROM {table}")
        await self.empty()

    async def _bytes(self, query: str, closing_number: int, half: str) -> bytes:
        found = bytearray()

        async def take(data: bytes) -> None:
            found.extend(data)

        of = f"WHERE r.closing_number = {closing_number} AND {half}"
        await self.connections[0].copy_from_query(query.format(of=of), output=take, format="binary")
        return bytes(found)

    async def empty(self) -> None:
        """Make room for the next turn."""
        await self.connections[0].execute(f"TRUNCATE {', '.join(TABLES)}")

    async def close(self, period: Period) -> float:
        """One turn: the amounts, and then the rows; seconds."""
        await self.empty()
        return await seconds_of(self._both(period))

    async def _both(self, period: Period) -> None:
        await self.amounts(period)
        await self.write()

    async def amounts(self, period: Period) -> Amounts:
        """What the month comes to, owner by owner, brought to the client; summed for a comparison."""
        found = await asyncio.gather(
            *(
                connection.fetch(AMOUNTS.format(**stretch, first_day=period.first_day, end_day=period.end_day))
                for connection, stretch in zip(self.connections, self.stretches, strict=True)
            )
        )
        rows = [row for half in found for row in half]
        return Amounts(sum(row[1] for row in rows), sum(row[2] or 0 for row in rows))

    async def write(self) -> None:
        """The rows, on both connections at once."""
        await asyncio.gather(
            *(_copy(connection, half) for connection, half in zip(self.connections, self.payload, strict=True))
        )


async def _copy(connection: asyncpg.Connection, half: dict[str, bytes]) -> None:
    async with connection.transaction():
        for table, content in half.items():
            await connection.copy_to_table(table, source=_chunks(content), format="binary")


async def _chunks(content: bytes, size: int = 1 << 18) -> AsyncIterator[memoryview]:
    view = memoryview(content)
    for start in range(0, len(view), size):
        yield view[start : start + size]


@asynccontextmanager
async def plain_closing(database_url: str) -> AsyncIterator[PlainClosing]:
    """Two connections and plain tables while the body runs."""
    connections = [await asyncpg.connect(database_url, server_settings=SETTINGS) for _ in range(2)]
    try:
        for table, columns in TABLES.items():
            await connections[0].execute(f"CREATE TABLE {table} ({columns})")
        yield PlainClosing(connections)
    finally:
        for connection in connections:
            await connection.close()
