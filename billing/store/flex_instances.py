"""Flex instances and their pricing models by day (7.1): dated rows, nothing overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import asyncpg

from billing.accounts import Account
from billing.flex import FlexModel
from billing.flex_instances import FlexInstance, ModelChange, ModelFrom
from billing.store.questions import Question, asked

GET_INSTANCE = """
SELECT i.start_day, i.with_account, m.model, m.start_day AS model_start_day
FROM flex_instance i JOIN flex_model m USING (family_key, account_key)
WHERE i.family_key = $1 AND i.account_key = $2 AND m.supersede_cutoff IS NULL
ORDER BY m.start_day
"""


async def get_instance(connection: asyncpg.Connection, account: Account) -> FlexInstance | None:
    """The instance of an account, with its models as known now."""
    rows = await connection.fetch(GET_INSTANCE, account.family_key, account.account_key)
    if not rows:
        return None
    models = tuple(ModelFrom(FlexModel(row["model"]), row["model_start_day"]) for row in rows)
    return FlexInstance(rows[0]["start_day"], rows[0]["with_account"], models)


INSERT_INSTANCE = """
INSERT INTO flex_instance (family_key, account_key, start_day, with_account, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT ON CONSTRAINT flex_instance_key DO NOTHING RETURNING true
"""


async def insert_instance(
    connection: asyncpg.Connection,
    account: Account,
    model: FlexModel,
    start_day: date,
    record_time: datetime,
    cutoff: int,
    *,
    with_account: bool,
) -> FlexInstance | None:
    """Record an instance with its model from its first day on; None when the account has one."""
    keys = account.family_key, account.account_key
    if not await connection.fetchval(INSERT_INSTANCE, *keys, start_day, with_account, record_time, cutoff):
        return None
    first = ModelFrom(model, start_day)
    await connection.execute(INSERT_MODEL, *keys, first.start, int(first.model), record_time, cutoff)
    return FlexInstance(start_day, with_account, (first,))


SUPERSEDE_MODEL = """
UPDATE flex_model SET supersede_time = $4, supersede_cutoff = $5
WHERE family_key = $1 AND account_key = $2 AND start_day = $3 AND supersede_cutoff IS NULL
"""
INSERT_MODEL = """
INSERT INTO flex_model (family_key, account_key, start_day, model, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6)
"""


async def save_change(
    connection: asyncpg.Connection, account: Account, change: ModelChange, record_time: datetime, cutoff: int
) -> None:
    """Supersede and record the models of a change."""
    keys = account.family_key, account.account_key
    if change.superseded is not None:
        await connection.execute(SUPERSEDE_MODEL, *keys, change.superseded.start, record_time, cutoff)
    if change.recorded is not None:
        recorded = change.recorded
        await connection.execute(INSERT_MODEL, *keys, recorded.start, int(recorded.model), record_time, cutoff)


class InstanceDays(NamedTuple):
    """An account with the days it exists, and the first day of its instance; None without one. Ends are excluded."""

    account_sid: str
    family_key: int
    account_key: int
    start_day: date
    end_day: date | None
    instance_day: date | None


FIND_ACCOUNTS = """
SELECT s.account_sid, s.family_key, s.account_key, l.start_day, l.end_day, i.start_day AS instance_day
FROM account_sid s
JOIN account_life l ON l.family_key = s.family_key AND l.account_key = s.account_key AND l.supersede_cutoff IS NULL
LEFT JOIN flex_instance i ON i.family_key = s.family_key AND i.account_key = s.account_key
WHERE s.account_sid = ANY ($1::text[])
"""


async def find_accounts(connection: asyncpg.Connection, account_sids: Sequence[str]) -> list[InstanceDays]:
    """Those of the accounts that exist, in no order."""
    return [InstanceDays(*row) for row in await connection.fetch(FIND_ACCOUNTS, list(account_sids))]


CHANGED_INSTANCES = """
SELECT family_key, min(start_day) AS first_day FROM flex_model
WHERE family_key >= $1 AND family_key < $2 AND (record_cutoff = $3 OR supersede_cutoff = $3)
  AND start_day < (SELECT (period + interval '1 month')::date FROM closing WHERE closing_number = $3)
GROUP BY family_key ORDER BY family_key
"""


@asked
def changed_instances(families: tuple[int, int], cutoff: int) -> Question[list[tuple[int, date]]]:
    """The families of a range of keys of whose models something changed with a cut-off, on days closed by then.

    Returns:
        Family key and the first of the days on which another model holds; ascending.
    """
    return Question(CHANGED_INSTANCES, (*families, cutoff), list)
