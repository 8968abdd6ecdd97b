"""The SQL that distributes the tables over a Citus cluster, as far as it can be checked on a Postgres without Citus."""

from __future__ import annotations

import re

import asyncpg
import pytest

from tests.deploy.known import DEPLOY

SQL = (DEPLOY / "citus" / "distribute.sql").read_text(encoding="utf-8")
STAND_INS = """
CREATE TABLE pg_temp.made (name regclass PRIMARY KEY, distributed_by text, colocated_with text);
CREATE FUNCTION create_reference_table(name regclass) RETURNS void LANGUAGE sql AS
    'INSERT INTO pg_temp.made VALUES (name)';
CREATE FUNCTION create_distributed_table(name regclass, distributed_by text, colocate_with text DEFAULT 'default')
    RETURNS void LANGUAGE sql AS 'INSERT INTO pg_temp.made VALUES (name, distributed_by, colocate_with)';
"""
TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition
"""
FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS of, conname, confrelid::regclass::text AS to, pg_get_constraintdef(oid) AS words
FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2
"""
# Each unique or excluding key with its columns; of an excluding one those that are compared with "=".
KEYS = """
SELECT i.indrelid::regclass::text AS of, i.indexrelid::regclass::text AS name,
    array(SELECT a.attname::text FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k (number, place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
          WHERE NOT i.indisexclusion OR c.conexclop[k.place]::regoperator::text LIKE '=%') AS columns
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'x'
WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid::regclass::text NOT LIKE 'pg_%'
"""


@pytest.fixture
async def before(connection: asyncpg.Connection) -> list[asyncpg.Record]:
    """The foreign keys before the tables are distributed."""
    found: list[asyncpg.Record] = await connection.fetch(FOREIGN_KEYS)
    assert found
    return found


@pytest.fixture
async def made(connection: asyncpg.Connection, before: list[asyncpg.Record]) -> dict[str, str | None]:
    """What the SQL makes of which table: by which column it is distributed, None for a reference table."""
    await connection.execute("SELECT make_usage_partitions('2026-06-01', '2026-06-01 00:00Z', '2026-07-01 00:00Z')")
    await connection.execute(STAND_INS)
    await connection.execute(SQL)
    rows = await connection.fetch("SELECT name::text, distributed_by, colocated_with FROM pg_temp.made")
    assert {row["colocated_with"] for row in rows} == {None, "default", "account"}
    assert [row["name"] for row in rows if row["colocated_with"] == "default"] == ["account"]
    return {row["name"]: row["distributed_by"] for row in rows}


def on_the_coordinator() -> set[str]:
    """The tables that the end of the file says stay there."""
    return set(re.findall(r"^--   (\w+):", SQL, flags=re.MULTILINE))


async def test_every_table_has_its_place(connection: asyncpg.Connection, made: dict[str, str | None]) -> None:
    """Once: the stand-ins take no table twice."""
    tables = {row["relname"] for row in await connection.fetch(TABLES)}
    assert made.keys() & on_the_coordinator() == set()
    assert made.keys() | on_the_coordinator() == tables


async def test_keys_hold_the_column_by_which_their_table_is_distributed(
    connection: asyncpg.Connection, made: dict[str, str | None]
) -> None:
    """Those of partitions as well, as Citus enforces a key within a shard alone."""
    keys = await connection.fetch(KEYS)
    assert any(key["of"] == "usage_event_2026_06" for key in keys)
    for key in keys:
        column = made.get(re.sub(r"_\d{4}_\d{2}$", "", key["of"]))
        assert column is None or column in key["columns"], key


async def test_foreign_keys_lead_where_they_may_and_are_those_that_were_there(
    connection: asyncpg.Connection, made: dict[str, str | None], before: list[asyncpg.Record]
) -> None:
    """From what is distributed to reference tables, or by the same column; from the coordinator to the coordinator."""
    assert await connection.fetch(FOREIGN_KEYS) == before
    for key in before:
        of, to = key["of"], key["to"]
        assert (of in made) == (to in made), key
        if made.get(to) is not None:
            assert re.fullmatch(rf"FOREIGN KEY \({made[of]}, .*\) REFERENCES \w+\({made[to]}, .*\).*", key["words"])
