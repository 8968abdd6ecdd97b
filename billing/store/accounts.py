"""Accounts and the days on which they exist (3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import asyncpg

from billing.accounts import Account
from billing.store.questions import Question, asked

COLUMNS = """
    s.account_sid, s.family_key, s.account_key, a.display_name, p.account_sid AS parent_sid, a.record_time,
    l.start_day, l.end_day
"""
CURRENT = """
    account_sid s
    JOIN account a ON a.family_key = s.family_key AND a.account_key = s.account_key
    JOIN account p ON p.family_key = s.family_key AND p.account_key = s.family_key
    JOIN account_life l ON l.family_key = s.family_key AND l.account_key = s.account_key AND l.supersede_cutoff IS NULL
"""

GET_ACCOUNT = f"SELECT {COLUMNS} FROM {CURRENT} WHERE s.account_sid = $1"  # noqa: S608 - constants of this module


@asked
def get_account(account_sid: str) -> Question[Account | None]:
    """The account as it is now."""
    return Question(GET_ACCOUNT, (account_sid,), lambda rows: _account(rows[0]) if rows else None)


GET_ACCOUNTS = f"SELECT {COLUMNS} FROM {CURRENT} WHERE s.account_sid = ANY ($1)"  # noqa: S608 - constants of this module
GET_TOP_LEVEL_ACCOUNTS = f"""
SELECT {COLUMNS} FROM {CURRENT} WHERE a.family_key = ANY ($1) AND a.account_key = a.family_key
"""  # noqa: S608 - constants of this module


async def get_accounts(connection: asyncpg.Connection, account_sids: Sequence[str]) -> dict[str, Account]:
    """Those of some accounts that exist, as they are now, by SID."""
    rows = await connection.fetch(GET_ACCOUNTS, list(account_sids))
    return {row["account_sid"]: _account(row) for row in rows}


async def get_top_level_accounts(connection: asyncpg.Connection, family_keys: Sequence[int]) -> dict[int, Account]:
    """Some top-level accounts as they are now, by key."""
    rows = await connection.fetch(GET_TOP_LEVEL_ACCOUNTS, list(family_keys))
    return {row["family_key"]: _account(row) for row in rows}


LIST_ACCOUNTS = f"""
SELECT {COLUMNS} FROM {CURRENT}
WHERE s.account_sid > $1 AND (NOT $2 OR s.account_key = s.family_key)
ORDER BY s.account_sid LIMIT $3
"""  # noqa: S608 - constants of this module


LIST_SUBACCOUNTS = f"""
SELECT {COLUMNS} FROM {CURRENT}
WHERE a.family_key = $1 AND a.account_key <> a.family_key AND s.account_sid > $2
ORDER BY s.account_sid LIMIT $3
"""  # noqa: S608 - constants of this module


async def list_subaccounts(
    connection: asyncpg.Connection, family_key: int, after_sid: str, limit: int
) -> list[Account]:
    """The subaccounts of a top-level account by SID, after one."""
    return [_account(row) for row in await connection.fetch(LIST_SUBACCOUNTS, family_key, after_sid, limit)]


async def list_accounts(
    connection: asyncpg.Connection, after_sid: str, top_level_only: bool, limit: int
) -> list[Account]:
    """Accounts by SID, after one: all, or only top-level ones."""
    return [_account(row) for row in await connection.fetch(LIST_ACCOUNTS, after_sid, top_level_only, limit)]


LOCK_FAMILY = "SELECT FROM account WHERE family_key = $1 AND account_key = $1 FOR UPDATE"


async def lock_family(connection: asyncpg.Connection, family_key: int) -> None:
    """Hold off other writes about the family until the transaction ends."""
    await connection.execute(LOCK_FAMILY, family_key)


LOCK_FAMILY_OF = """
SELECT FROM account_sid s JOIN account a ON a.family_key = s.family_key AND a.account_key = s.family_key
WHERE s.account_sid = $1 FOR UPDATE OF a
"""


async def lock_family_of(connection: asyncpg.Connection, account_sid: str) -> None:
    """The same of an account, if there is one."""
    await connection.execute(LOCK_FAMILY_OF, account_sid)


LOCK_FAMILIES = """
SELECT FROM account WHERE family_key = ANY ($1) AND account_key = family_key ORDER BY family_key FOR UPDATE
"""


async def lock_families(connection: asyncpg.Connection, family_keys: Iterable[int]) -> None:
    """The same for several families, in the order of their keys, so that nobody waits in a circle."""
    await connection.execute(LOCK_FAMILIES, list(family_keys))


NEXT_PARTY_KEY = "SELECT nextval('party_key_seq')::integer"


async def next_party_key(connection: asyncpg.Connection) -> int:
    """A number for a new account or contract."""
    key: int = await connection.fetchval(NEXT_PARTY_KEY)
    return key


INSERT_ACCOUNT_SID = """
INSERT INTO account_sid (account_sid, family_key, account_key) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT account_sid_key DO NOTHING RETURNING true
"""
INSERT_ACCOUNT = """
INSERT INTO account (family_key, account_key, account_sid, display_name, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def insert_account(connection: asyncpg.Connection, account: Account, record_time: datetime, cutoff: int) -> bool:
    """Record an account, without its days; returns False when the SID is taken."""
    new = await connection.fetchval(INSERT_ACCOUNT_SID, account.account_sid, account.family_key, account.account_key)
    if new:
        await connection.execute(
            INSERT_ACCOUNT,
            account.family_key,
            account.account_key,
            account.account_sid,
            account.display_name,
            record_time,
            cutoff,
        )
    return bool(new)


INSERT_LIFE = """
INSERT INTO account_life (family_key, account_key, start_day, end_day, generation, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def insert_life(
    connection: asyncpg.Connection, account: Account, generation: int, record_time: datetime, cutoff: int
) -> None:
    """Record the days on which an account exists. The generation is 0 for a new account."""
    await connection.execute(
        INSERT_LIFE,
        account.family_key,
        account.account_key,
        account.start_day,
        account.end_day,
        generation,
        record_time,
        cutoff,
    )


CUT_LIVES = """
WITH cut AS (
    UPDATE account_life SET supersede_time = $5, supersede_cutoff = $6
    WHERE family_key = $1 AND account_key = ANY ($2) AND supersede_cutoff IS NULL
      AND (end_day IS NULL OR end_day > $3)
    RETURNING family_key, account_key, start_day
)
INSERT INTO account_life (family_key, account_key, start_day, end_day, generation, record_time, record_cutoff)
SELECT family_key, account_key, start_day, $3, $4, $5, $6 FROM cut
"""


async def cut_lives(
    connection: asyncpg.Connection,
    family_key: int,
    account_keys: Sequence[int],
    end_day: date,
    generation: int,
    record_time: datetime,
    cutoff: int,
) -> None:
    """End the days of accounts of a family, those that end later or not at all, on a day."""
    await connection.execute(CUT_LIVES, family_key, list(account_keys), end_day, generation, record_time, cutoff)


ACCOUNT_KEYS_OF_FAMILY = "SELECT account_key FROM account WHERE family_key = $1"


async def account_keys_of_family(connection: asyncpg.Connection, family_key: int) -> list[int]:
    """The accounts of a family, the top-level one included."""
    return [row["account_key"] for row in await connection.fetch(ACCOUNT_KEYS_OF_FAMILY, family_key)]


# The array comes from a sub-select, which hides its length from the planner, so that a plan made once serves all.
SIDS_IN_FAMILY = """
SELECT account_key, account_sid FROM account
WHERE family_key = $1 AND account_key IN (SELECT unnest((SELECT $2::integer[])))
"""


async def sids_in_family(
    connection: asyncpg.Connection, family_key: int, account_keys: Sequence[int]
) -> dict[int, str]:
    """The SIDs of accounts of a family, by key."""
    return dict(await connection.fetch(SIDS_IN_FAMILY, family_key, account_keys))


FIRST_CREATION_DAY = "SELECT min(start_day) FROM account_life WHERE record_cutoff < $1"


@asked
def first_creation_day(before_cutoff: int) -> Question[date | None]:
    """The earliest day on which an account existed, as recorded before a cut-off."""
    return Question(FIRST_CREATION_DAY, (before_cutoff,), lambda rows: rows[0][0])


COUNT_ACCOUNTS = "SELECT count(*) FROM account WHERE record_cutoff < $1"


async def count_accounts(connection: asyncpg.Connection, before_cutoff: int) -> int:
    """How many accounts were recorded before a cut-off."""
    count: int = await connection.fetchval(COUNT_ACCOUNTS, before_cutoff)
    return count


COUNT_OWNERS = """
SELECT (SELECT count(*) FROM account WHERE account_key = family_key AND record_cutoff < $1)
       + (SELECT count(DISTINCT contract_key) FROM contract_membership WHERE record_cutoff < $1)
"""


async def count_owners(connection: asyncpg.Connection, before_cutoff: int) -> int:
    """How many families and contracts with members were recorded before a cut-off."""
    count: int = await connection.fetchval(COUNT_OWNERS, before_cutoff)
    return count


TOP_LEVEL_SIDS = "SELECT family_key, account_sid FROM account WHERE family_key = ANY ($1) AND account_key = family_key"


async def top_level_sids(connection: asyncpg.Connection, family_keys: Iterable[int]) -> dict[int, str]:
    """The SIDs of some top-level accounts, by key."""
    return dict(await connection.fetch(TOP_LEVEL_SIDS, list(family_keys)))


SIDS_IN_RANGE = "SELECT account_key, account_sid FROM account WHERE family_key >= $1 AND family_key < $2"


async def sids_in_range(connection: asyncpg.Connection, family_from: int, family_to: int) -> dict[int, str]:
    """The SIDs of all accounts of the families from a key up to, not including, another, by key."""
    return dict(await connection.fetch(SIDS_IN_RANGE, family_from, family_to))


def _account(row: Sequence[Any]) -> Account:
    account_sid, family_key, account_key, display_name, parent_sid, record_time, start_day, end_day = row
    return Account(
        account_sid,
        family_key,
        account_key,
        "" if family_key == account_key else parent_sid,
        display_name,
        start_day,
        end_day,
        record_time,
    )
