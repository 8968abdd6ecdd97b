"""Support cases (8.1): one current row a case, what was known before superseded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import asyncpg

from billing.response_times import CountedCase


class CaseAccount(NamedTuple):
    """An account with its keys and days, the end excluded."""

    account_sid: str
    family_key: int
    account_key: int
    start_day: date
    end_day: date | None


class SupportCase(NamedTuple):
    """A case as it is kept; the day it was opened is in the billing zone."""

    family_key: int
    account_key: int
    case_id: str
    priority: int
    product_key: int | None
    open_day: date
    open_time: datetime
    answer_time: datetime | None


LOCK_FAMILIES = """
SELECT FROM account WHERE account_key = family_key
  AND family_key IN (SELECT family_key FROM account_sid WHERE account_sid = ANY ($1))
ORDER BY family_key FOR UPDATE
"""
ACCOUNTS_OF_CASES = """
SELECT s.account_sid, s.family_key, s.account_key, l.start_day, l.end_day
FROM account_sid s
JOIN account_life l ON l.family_key = s.family_key AND l.account_key = s.account_key AND l.supersede_cutoff IS NULL
WHERE s.account_sid = ANY ($1)
"""


async def locked_accounts(connection: asyncpg.Connection, account_sids: Sequence[str]) -> dict[str, CaseAccount]:
    """Those of some accounts that exist, by SID, their families locked until the transaction ends."""
    await connection.execute(LOCK_FAMILIES, account_sids)
    rows = await connection.fetch(ACCOUNTS_OF_CASES, account_sids)
    return {row["account_sid"]: CaseAccount(*row) for row in rows}


SENT = """
    unnest($1::integer[], $2::integer[], $3::text[], $4::smallint[], $5::integer[], $6::date[], $7::timestamptz[],
           $8::timestamptz[])
    AS s (family_key, account_key, case_id, priority, product_key, open_day, open_time, answer_time)
"""
SUPERSEDE_CASES = f"""
UPDATE support_case c SET supersede_time = $9, supersede_cutoff = $10
FROM {SENT}
WHERE c.family_key = s.family_key AND c.account_key = s.account_key AND c.case_id = s.case_id
  AND c.supersede_cutoff IS NULL
  AND (c.priority, c.product_key, c.open_time, c.answer_time)
      IS DISTINCT FROM (s.priority, s.product_key, s.open_time, s.answer_time)
"""  # noqa: S608 - constants of this module
INSERT_CASES = f"""
INSERT INTO support_case (family_key, account_key, case_id, priority, product_key, open_day, open_time, answer_time,
                          record_time, record_cutoff)
SELECT s.family_key, s.account_key, s.case_id, s.priority, s.product_key, s.open_day, s.open_time, s.answer_time,
       $9, $10
FROM {SENT}
WHERE NOT EXISTS (
    SELECT FROM support_case c
    WHERE c.family_key = s.family_key AND c.account_key = s.account_key AND c.case_id = s.case_id
      AND c.supersede_cutoff IS NULL)
"""  # noqa: S608 - constants of this module


async def save_cases(
    connection: asyncpg.Connection, cases: Sequence[SupportCase], record_time: datetime, cutoff: int
) -> int:
    """Record cases, each once, in place of what was known of them; returns how many are new.

    What is known already in every detail stays as it is. In a transaction that holds the locks of the families.
    """
    columns = [list(column) for column in zip(*cases, strict=True)]
    superseded = await connection.execute(SUPERSEDE_CASES, *columns, record_time, cutoff)
    inserted = await connection.execute(INSERT_CASES, *columns, record_time, cutoff)
    return _row_count(inserted) - _row_count(superseded)


def _row_count(status: str) -> int:
    return int(status.rpartition(" ")[2])


class ListedCase(NamedTuple):
    """A case as it is listed."""

    case_id: str
    priority: int
    product_id: str | None
    open_time: datetime
    answer_time: datetime | None


LIST_CASES = """
SELECT c.case_id, c.priority, p.product_id, c.open_time, c.answer_time
FROM support_case c LEFT JOIN product p USING (product_key)
WHERE c.family_key = $1 AND c.account_key = $2 AND c.supersede_cutoff IS NULL AND c.open_day >= $3 AND c.open_day < $4
  AND c.case_id > $5
ORDER BY c.case_id LIMIT $6
"""


async def list_cases(
    connection: asyncpg.Connection, account: tuple[int, int], days: tuple[date, date], after_id: str, limit: int
) -> list[ListedCase]:
    """The cases of an account (family and account key) opened within some days, by id, after one."""
    return [ListedCase(*row) for row in await connection.fetch(LIST_CASES, *account, *days, after_id, limit)]


COUNTED_CASES = """
WITH families AS (
    SELECT unnest($1::integer[]) AS family_key
    UNION
    SELECT family_key FROM contract_membership
    WHERE contract_key = ANY ($1) AND supersede_cutoff IS NULL AND start_day < $3 AND (end_day IS NULL OR end_day > $2)
)
SELECT h.owner_key, h.plan_id, c.open_day, c.priority, (extract(epoch FROM c.open_time) * 1000000)::bigint,
       (extract(epoch FROM c.answer_time) * 1000000)::bigint
FROM families
JOIN support_case c USING (family_key)
LEFT JOIN contract_membership m ON m.family_key = c.family_key AND m.supersede_cutoff IS NULL
    AND m.start_day <= c.open_day AND (m.end_day IS NULL OR m.end_day > c.open_day)
JOIN plan_held h ON h.owner_key = coalesce(m.contract_key, c.family_key) AND h.supersede_cutoff IS NULL
    AND h.start_day <= c.open_day AND (h.end_day IS NULL OR h.end_day > c.open_day)
WHERE h.owner_key = ANY ($1) AND c.supersede_cutoff IS NULL AND c.open_day >= $2 AND c.open_day < $3
  AND (c.product_key IS NULL OR (
        SELECT t.covered FROM product_terms t
        WHERE t.product_key = c.product_key AND t.start_month <= $2 AND t.supersede_cutoff IS NULL
        ORDER BY t.start_month DESC LIMIT 1))
"""


async def counted_cases(
    connection: asyncpg.Connection, owner_keys: Sequence[int], days: tuple[date, date]
) -> list[CountedCase]:
    """The cases that count for some owners (8.1, 8.6), of all accounts that shared their plans, as known now.

    Args:
        connection: any.
        owner_keys: top-level accounts and contracts.
        days: the first day of the month in which the cases were opened, and the day after its last.
    """
    return [CountedCase(*row) for row in await connection.fetch(COUNTED_CASES, owner_keys, *days)]
