"""Support credits (8.3 to 8.5): claims that were granted, what payers are credited, and what of it is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import asyncpg

from billing.credits import OpenCredit, PayerCredit
from billing.period import Period
from billing.store.questions import Question, Rows, asked

INSERT_CREDIT = """
INSERT INTO support_credit (owner_key, plan_id, month, account_key, ticket, receive_time, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT ON CONSTRAINT support_credit_once DO NOTHING RETURNING credit_key
"""


async def insert_credit(
    connection: asyncpg.Connection,
    owner_key: int,
    plan_id: str,
    month: Period,
    account_key: int,
    ticket: str,
    receive_time: datetime,
    record_time: datetime,
    cutoff: int,
) -> int | None:
    """Record a credit; returns its key, or None when it was granted before (8.4).

    A claim at the same time waits here for the other.
    """
    key: int | None = await connection.fetchval(
        INSERT_CREDIT, owner_key, plan_id, month.first_day, account_key, ticket, receive_time, record_time, cutoff
    )
    return key


GRANTED_OWNERS = "SELECT owner_key FROM support_credit WHERE owner_key = ANY ($1) AND plan_id = $2 AND month = $3"


async def granted_owners(
    connection: asyncpg.Connection, owner_keys: Sequence[int], plan_id: str, month: Period
) -> set[int]:
    """Those of some owners who were granted the credit of a plan and month."""
    return {row["owner_key"] for row in await connection.fetch(GRANTED_OWNERS, owner_keys, plan_id, month.first_day)}


class GrantedCredit(NamedTuple):
    """A credit as it was granted; the final period is None until a closing has fixed the amounts."""

    credit_key: int
    owner_key: int
    plan_id: str
    month: date
    ticket: str
    receive_time: datetime
    grant_time: datetime
    final_period: date | None


# The amounts of a credit `c` are fixed by the first closing that follows the claim and closes that month, by `m`, or a
# later one (8.4).
FIXED_BY = """CASE WHEN m.closing_number > c.record_cutoff THEN m.closing_number
     WHEN m.closing_number <= c.record_cutoff THEN c.record_cutoff + 1 END"""
LIST_CREDITS = f"""
SELECT c.credit_key, c.owner_key, c.plan_id, c.month, c.ticket, c.receive_time, c.record_time, f.period
FROM support_credit c
LEFT JOIN closing m ON m.period = c.month
LEFT JOIN closing f ON f.closing_number = {FIXED_BY} AND f.state = 3
WHERE c.owner_key = ANY ($1) AND c.credit_key < $2
ORDER BY c.credit_key DESC LIMIT $3
"""  # noqa: S608 - constants of this module


async def list_credits(
    connection: asyncpg.Connection, owner_keys: Sequence[int], before_key: int, limit: int
) -> list[GrantedCredit]:
    """The credits of some owners, the latest first, before one."""
    return [GrantedCredit(*row) for row in await connection.fetch(LIST_CREDITS, owner_keys, before_key, limit)]


# The rest lapses when a closing completes of a period in which the payer did not exist (8.5).
FIXED_AMOUNTS = """
SELECT a.credit_key, p.account_sid, a.amount_minor, coalesce(u.used_minor, 0) AS used_minor,
       EXISTS (SELECT FROM closing k
               WHERE k.closing_number >= a.closing_number AND k.state = 3 AND k.period >= l.end_day) AS gone
FROM support_credit_amount a
JOIN account p ON p.family_key = a.payer_key AND p.account_key = a.payer_key
JOIN account_life l ON l.family_key = a.payer_key AND l.account_key = a.payer_key AND l.supersede_cutoff IS NULL
LEFT JOIN LATERAL (
    SELECT -sum(u.amount_minor) AS used_minor FROM charge_credit_line u
    WHERE u.payer_key = a.payer_key AND u.credit_key = a.credit_key) u ON true
WHERE a.owner_key = ANY ($1) AND a.credit_key = ANY ($2)
ORDER BY p.account_sid
"""


async def fixed_amounts(
    connection: asyncpg.Connection, owner_keys: Sequence[int], credit_keys: Sequence[int]
) -> dict[int, list[PayerCredit]]:
    """What payers are credited by those of some credits whose amounts are fixed, by the credit's key."""
    found: dict[int, list[PayerCredit]] = {}
    for key, sid, amount, used, gone in await connection.fetch(FIXED_AMOUNTS, owner_keys, credit_keys):
        found.setdefault(key, []).append(PayerCredit(sid, int(amount), int(used), lapsed=gone and used < amount))
    return found


# What the lines of SUPPORT_PLAN records `r` charged for the plan of credits `c`, adjustments included.
CHARGED = """
JOIN charge_record r ON r.party_key = c.owner_key AND r.period = c.month AND r.kind = 3
JOIN LATERAL (
    SELECT s.amount_minor FROM charge_support_line s JOIN plan_version v USING (plan_version_key)
    WHERE s.slice_key = r.slice_key AND s.ordinal = r.ordinal AND s.payer_key = r.payer_key AND v.plan_id = c.plan_id
    UNION ALL
    SELECT a.amount_minor FROM charge_adjustment_line a JOIN plan p ON p.rank = a.item_key
    WHERE a.slice_key = r.slice_key AND a.ordinal = r.ordinal AND a.payer_key = r.payer_key AND p.plan_id = c.plan_id
) l ON true
"""
CHARGED_SO_FAR = f"""
SELECT c.credit_key, r.payer_key, sum(l.amount_minor) FROM support_credit c {CHARGED}
WHERE c.owner_key = ANY ($1) AND c.credit_key = ANY ($2) GROUP BY c.credit_key, r.payer_key
"""  # noqa: S608 - constants of this module


async def charged_so_far(
    connection: asyncpg.Connection, owner_keys: Sequence[int], credit_keys: Sequence[int]
) -> dict[tuple[int, int], int]:
    """What payers were charged so far for the owners, plans and months of some credits, by credit and payer (8.4)."""
    rows = await connection.fetch(CHARGED_SO_FAR, owner_keys, credit_keys)
    return {(credit, payer): int(amount) for credit, payer, amount in rows}


# Closing n fixes the credits of its month, and those of earlier months that were claimed since the closing before: no
# closing since the claim closed that month or a later one.
FIX_AMOUNTS = f"""
INSERT INTO support_credit_amount (credit_key, payer_key, owner_key, amount_minor, closing_number)
SELECT c.credit_key, r.payer_key, c.owner_key, sum(l.amount_minor), $1::integer
FROM support_credit c {CHARGED}
WHERE ((c.month = $2 AND c.record_cutoff < $1) OR (c.month < $2 AND c.record_cutoff = $1 - 1))
  AND r.closing_number <= $1
GROUP BY c.credit_key, r.payer_key, c.owner_key HAVING sum(l.amount_minor) > 0
"""  # noqa: S608 - constants of this module


async def fix_amounts(connection: asyncpg.Connection, closing_number: int, period: Period) -> None:
    """Fix what payers are credited by the claims that a closing is the first to follow (8.4)."""
    await connection.execute(FIX_AMOUNTS, closing_number, period.first_day)


class UnfixedCredit(NamedTuple):
    """A credit whose amounts are estimates still."""

    credit_key: int
    owner_key: int
    owner_sid: str
    plan_id: str
    plan_rank: int
    month: Period
    record_cutoff: int


ANY_CREDITS = """
SELECT EXISTS (SELECT FROM support_credit WHERE owner_key = ANY ($1))
    OR EXISTS (SELECT FROM support_credit_amount WHERE payer_key = ANY ($1))
"""


@asked
def any_credits(keys: Sequence[int]) -> Question[bool]:
    """Whether there ever were credits of some owners, or of some payers."""
    return Question(ANY_CREDITS, (list(keys),), lambda rows: rows[0][0])


OPEN = """
SELECT a.credit_key, a.payer_key, p.account_sid AS payer_sid, a.owner_key,
       coalesce(o.account_sid, t.contract_sid) AS owner_sid, c.plan_id, plan.rank, c.month, a.amount_minor,
       coalesce(u.used_minor, 0) AS used_minor
FROM support_credit_amount a
JOIN support_credit c ON c.owner_key = a.owner_key AND c.credit_key = a.credit_key
JOIN plan USING (plan_id)
JOIN account p ON p.family_key = a.payer_key AND p.account_key = a.payer_key
LEFT JOIN account o ON o.family_key = a.owner_key AND o.account_key = a.owner_key
LEFT JOIN contract t ON t.contract_key = a.owner_key
LEFT JOIN (
    SELECT payer_key, credit_key, -sum(amount_minor) AS used_minor FROM charge_credit_line
    WHERE {lines} GROUP BY payer_key, credit_key
) u ON u.payer_key = a.payer_key AND u.credit_key = a.credit_key
WHERE {amounts} AND a.amount_minor > coalesce(u.used_minor, 0)
"""
OPEN_CREDITS = OPEN.format(
    lines="$1::integer[] IS NULL OR payer_key = ANY ($1)",
    amounts="($1::integer[] IS NULL OR a.payer_key = ANY ($1))",
)


@asked
def open_credits(payer_keys: Sequence[int] | None = None) -> Question[list[OpenCredit]]:
    """What payers are credited and have not used up; of all payers, or of some."""
    return Question(OPEN_CREDITS, (payer_keys,), lambda rows: [_open_credit(*row) for row in rows])


OPEN_BEFORE = OPEN.format(
    lines="slice_key IN (SELECT slice_key FROM charge_slice WHERE closing_number < $1)",
    amounts="a.closing_number <= $1",
)


async def open_before(connection: asyncpg.Connection, closing_number: int) -> list[OpenCredit]:
    """What payers were credited and had not used up before a closing used any of it."""
    return [_open_credit(*row) for row in await connection.fetch(OPEN_BEFORE, closing_number)]


UNFIXED_CREDITS = """
SELECT c.credit_key, c.owner_key, coalesce(o.account_sid, t.contract_sid) AS owner_sid, c.plan_id, plan.rank, c.month,
       c.record_cutoff
FROM support_credit c
JOIN plan USING (plan_id)
LEFT JOIN account o ON o.family_key = c.owner_key AND o.account_key = c.owner_key
LEFT JOIN contract t ON t.contract_key = c.owner_key
WHERE c.month <= $1
  AND (c.record_cutoff >= (SELECT coalesce(max(closing_number), 0) FROM closing WHERE state = 3)
       OR c.month > (SELECT max(period) FROM closing WHERE state = 3))
  AND (c.owner_key = ANY ($2) OR EXISTS (
        SELECT FROM charge_record r
        WHERE r.payer_key = ANY ($3) AND r.party_key = c.owner_key AND r.period = c.month AND r.kind = 3))
"""


@asked
def unfixed_credits(
    period: Period, owner_keys: Sequence[int], payer_keys: Sequence[int]
) -> Question[list[UnfixedCredit]]:
    """The credits of months up to a period whose amounts no closing has fixed yet.

    Of some owners, and of those for whose plans some payers were charged.
    """
    return Question(UNFIXED_CREDITS, (period.first_day, owner_keys, payer_keys), _unfixed_credits)


def _unfixed_credits(rows: Rows) -> list[UnfixedCredit]:
    return [
        UnfixedCredit(key, owner, sid, plan_id, rank, Period.of(month), cutoff)
        for key, owner, sid, plan_id, rank, month, cutoff in rows
    ]


OWED = """
SELECT payer_key, sum(amount_minor) AS owed_minor FROM charge_record
WHERE payer_key = ANY ($1) AND closing_number = $2 AND kind <> 4 GROUP BY payer_key
"""


async def owed(connection: asyncpg.Connection, payer_keys: Sequence[int], closing_number: int) -> dict[int, int]:
    """What some payers owe in a closing: the sum of its records other than credits, adjustments included (8.5)."""
    rows = await connection.fetch(OWED, payer_keys, closing_number)
    return {row["payer_key"]: int(row["owed_minor"]) for row in rows}


PAYERS_GONE = """
SELECT account_key FROM account_life
WHERE family_key = ANY ($1) AND account_key = family_key AND end_day <= $2
  AND record_cutoff < $3 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $3)
"""


async def payers_gone(
    connection: asyncpg.Connection, payer_keys: Sequence[int], period: Period, before_cutoff: int
) -> set[int]:
    """Those of some payers that did not exist any more in a period, as recorded before a cut-off."""
    rows = await connection.fetch(PAYERS_GONE, payer_keys, period.first_day, before_cutoff)
    return {row["account_key"] for row in rows}


def _open_credit(
    credit_key: int,
    payer_key: int,
    payer_sid: str,
    owner_key: int,
    owner_sid: str,
    plan_id: str,
    rank: int,
    month: date,
    amount: Decimal,
    used: Decimal,
) -> OpenCredit:
    return OpenCredit(
        credit_key, payer_key, payer_sid, owner_key, owner_sid, plan_id, rank, Period.of(month), int(amount), int(used)
    )
