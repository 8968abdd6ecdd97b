"""What a rehearsal needs of support credits (8.4, 8.5): what is open, and what its payers would owe."""

from __future__ import annotations

import asyncpg

from billing.credits import OpenCredit
from billing.period import Period
from billing.rehearsals import Rehearsal
from billing.store.support_credits import CHARGED

# Credits whose amounts are fixed, with what closings before have used of them; and those that the closing would fix
# (`support_credits.FIX_AMOUNTS`), by the records of closings before and of the rehearsal. A closing of the period that
# is started meanwhile changes nothing.
OPEN_CREDITS = f"""
WITH fixed AS (
    SELECT a.owner_key, a.credit_key, a.payer_key, a.amount_minor, coalesce(u.used_minor, 0) AS used_minor
    FROM support_credit_amount a
    LEFT JOIN (
        SELECT payer_key, credit_key, -sum(amount_minor) AS used_minor
        FROM charge_credit_line JOIN charge_slice USING (slice_key)
        WHERE closing_number < $2 GROUP BY payer_key, credit_key
    ) u ON u.payer_key = a.payer_key AND u.credit_key = a.credit_key
    WHERE a.closing_number < $2 AND a.amount_minor > coalesce(u.used_minor, 0)
), claimed AS (
    SELECT owner_key, credit_key, plan_id, month FROM support_credit
    WHERE (month = $3 AND record_cutoff < $2) OR (month < $3 AND record_cutoff = $2 - 1)
), charged AS (
    SELECT c.owner_key, c.credit_key, r.payer_key, l.amount_minor FROM claimed c {CHARGED} WHERE r.closing_number < $2
    UNION ALL
    SELECT c.owner_key, c.credit_key, r.payer_key, l.amount_minor FROM claimed c
    JOIN rehearsal_record r ON r.party_key = c.owner_key AND r.period = c.month
    CROSS JOIN LATERAL unnest(r.plan_ids, r.plan_amounts_minor) AS l (plan_id, amount_minor)
    WHERE r.rehearsal_number = $1 AND r.kind = 3 AND l.plan_id = c.plan_id
)
SELECT o.credit_key, o.payer_key, p.account_sid, o.owner_key, coalesce(b.account_sid, t.contract_sid), c.plan_id,
       plan.rank, c.month, o.amount_minor, o.used_minor
FROM (
    SELECT owner_key, credit_key, payer_key, amount_minor, used_minor FROM fixed
    UNION ALL
    SELECT owner_key, credit_key, payer_key, sum(amount_minor), 0 FROM charged
    GROUP BY owner_key, credit_key, payer_key HAVING sum(amount_minor) > 0
) o
JOIN support_credit c ON c.owner_key = o.owner_key AND c.credit_key = o.credit_key
JOIN plan USING (plan_id)
JOIN account p ON p.family_key = o.payer_key AND p.account_key = o.payer_key
LEFT JOIN account b ON b.family_key = o.owner_key AND b.account_key = o.owner_key
LEFT JOIN contract t ON t.contract_key = o.owner_key
"""  # noqa: S608 - constants


async def open_credits(connection: asyncpg.Connection, rehearsal: Rehearsal) -> list[OpenCredit]:
    """What payers would be credited and have not used up when the closing applies credits."""
    of = rehearsal.rehearsal_number, rehearsal.closing_number, rehearsal.period.first_day
    rows = await connection.fetch(OPEN_CREDITS, *of)
    return [
        OpenCredit(credit, payer, payer_sid, owner, owner_sid, plan_id, rank, Period.of(month), int(amount), int(used))
        for credit, payer, payer_sid, owner, owner_sid, plan_id, rank, month, amount, used in rows
    ]


OWED = """
SELECT payer_key, sum(amount_minor) FROM rehearsal_record
WHERE rehearsal_number = $1 AND payer_key = ANY ($2) GROUP BY payer_key
"""


async def owed(connection: asyncpg.Connection, rehearsal_number: int, payer_keys: list[int]) -> dict[int, int]:
    """What some payers would owe before credits, adjustments included (8.5)."""
    rows = await connection.fetch(OWED, rehearsal_number, payer_keys)
    return {payer: int(amount) for payer, amount in rows}
