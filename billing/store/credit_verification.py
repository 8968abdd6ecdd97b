"""Support credits derived anew: what closings have fixed of them, and the records of what closings have used."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import asyncpg

from billing.store.support_credits import CHARGED, FIXED_BY
from billing.store.verification import Comparison, compare, compared

AMOUNT_SUBJECT = """
format('%s, to %s', coalesce((SELECT format('%s of %s, %s', plan_id, to_char(month, 'YYYY-MM'),
                                            coalesce(account_sid, contract_sid))
                              FROM support_credit c LEFT JOIN account a ON a.account_key = c.owner_key
                              LEFT JOIN contract ON contract_key = c.owner_key
                              WHERE c.credit_key = compared.credit_key), format('credit key %s', credit_key)),
       (SELECT account_sid FROM account WHERE account_key = payer_key))
"""
AMOUNTS = f"""
WITH derived AS (
    SELECT c.credit_key, r.payer_key, ARRAY[c.owner_key, f.closing_number, sum(l.amount_minor)]::numeric[] AS numbers
    FROM support_credit c
    JOIN closing m ON m.period = c.month
    JOIN closing f ON f.closing_number = {FIXED_BY} AND f.state = 3
    {CHARGED}
    WHERE r.closing_number <= f.closing_number
    GROUP BY c.credit_key, r.payer_key, c.owner_key, f.closing_number HAVING sum(l.amount_minor) > 0
), compared AS (
    SELECT credit_key, payer_key, coalesce(stored.numbers, '{{0,0,0}}') AS stored,
           coalesce(derived.numbers, '{{0,0,0}}') AS derived
    FROM (
        SELECT credit_key, payer_key, ARRAY[owner_key, closing_number, amount_minor]::numeric[] AS numbers
        FROM support_credit_amount
    ) stored FULL JOIN derived USING (credit_key, payer_key)
) {compared(AMOUNT_SUBJECT)}
"""  # noqa: S608 - constants of this module and of support_credits


async def compare_amounts(connection: asyncpg.Connection) -> Comparison:
    """What payers are credited with what they were charged up to the closing that fixed it, in the minor unit (8.4).

    And with whose credit it is, by key, and which closing that was.
    """
    return await compare(connection, AMOUNTS)


class EmittedCredit(NamedTuple):
    """The record of what a closing used of a credit, with its line; amounts in the minor unit, used negative."""

    charge_id: bytes
    record_digest: bytes
    payer_key: int
    owner_key: int
    month: date
    plan_id: str
    credit_key: int
    amount_minor: int
    credit_minor: int
    used_before_minor: int
    owed_minor: int


EMITTED = """
SELECT r.charge_id, r.record_digest, r.payer_key, r.party_key, r.period, l.plan_id, l.credit_key, l.amount_minor,
       l.credit_minor, l.used_before_minor, l.owed_minor
FROM charge_record r JOIN charge_credit_line l USING (slice_key, ordinal, payer_key)
WHERE r.closing_number = $1 AND r.kind = 4
"""


async def emitted(connection: asyncpg.Connection, closing_number: int) -> list[EmittedCredit]:
    """The SUPPORT_CREDIT records of a closing, of which each has one line."""
    return [
        EmittedCredit(identity.bytes, digest, payer, owner, month, plan_id, credit_key, *map(int, amounts))
        for identity, digest, payer, owner, month, plan_id, credit_key, *amounts in await connection.fetch(
            EMITTED, closing_number
        )
    ]
