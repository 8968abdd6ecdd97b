"""The plans that accounts have (3.12): their own, and on the days under a contract the contract's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import asyncpg

from billing.contracts import Membership
from billing.holding import Held
from billing.store.plans_held import held_from_row

OWN = """
    h.owner_key, h.plan_held_key, h.plan_id, h.start_day, h.end_day, h.origin, h.by_staff,
    h.own_rate, h.own_minimum, h.own_flat_amount, h.record_time, h.supersede_time
"""

# In one statement, so that an account that joins or leaves meanwhile is seen on one side of it.
PLANS_ON = f"""
SELECT {OWN}, NULL::text AS contract_sid, NULL::bigint AS membership_key,
       NULL::date AS join_day, NULL::date AS leave_day
FROM plan_held h
WHERE h.owner_key = $1 AND h.record_time <= $3 AND (h.supersede_time IS NULL OR h.supersede_time > $3)
UNION ALL
SELECT {OWN}, c.contract_sid, m.membership_key, m.start_day, m.end_day
FROM contract_membership m
JOIN contract c ON c.contract_key = m.contract_key
JOIN plan_held h ON h.owner_key = m.contract_key
WHERE m.family_key = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day > $2)
  AND m.record_time <= $3 AND (m.supersede_time IS NULL OR m.supersede_time > $3)
  AND h.record_time <= $3 AND (h.supersede_time IS NULL OR h.supersede_time > $3)
"""  # noqa: S608 - constants of this module


@dataclass(slots=True)
class PlansOn:
    """The plans that matter to an account on a day.

    Attributes:
        own: all plans of its own.
        membership: the membership of a contract on that day, if it has one.
        contract_sid: of that contract.
        of_contract: all plans of that contract.
    """

    own: list[Held] = field(default_factory=list)
    membership: Membership | None = None
    contract_sid: str = ""
    of_contract: list[Held] = field(default_factory=list)


async def plans_on(connection: asyncpg.Connection, family_key: int, day: date, moment: datetime) -> PlansOn:
    """The plans that matter to a top-level account on a day, as recorded up to a moment (3.9)."""
    found = PlansOn()
    for row in await connection.fetch(PLANS_ON, family_key, day, moment):
        if row["contract_sid"] is None:
            found.own.append(held_from_row(row))
            continue
        found.contract_sid = row["contract_sid"]
        found.membership = Membership(
            row["owner_key"], family_key, row["join_day"], row["leave_day"], row["membership_key"]
        )
        found.of_contract.append(held_from_row(row))
    found.own.sort(key=lambda run: run.start)
    found.of_contract.sort(key=lambda run: run.start)
    return found


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run of days on which an account has a plan.

    Attributes:
        contract_sid: whose plan it is; empty for a plan of its own.
        held: the plan, on the days on which the account has it.
        membership_key: of the membership; 0 for a plan of its own.
    """

    contract_sid: str
    held: Held
    membership_key: int


# A plan of a contract counts where it was believed together with the membership. greatest() and least() skip nulls.
LIST_PLANS = f"""
WITH runs AS (
    SELECT {OWN}, '' AS contract_sid, 0::bigint AS membership_key FROM plan_held h WHERE h.owner_key = $1
    UNION ALL
    SELECT h.owner_key, h.plan_held_key, h.plan_id, greatest(h.start_day, m.start_day), least(h.end_day, m.end_day),
           h.origin, h.by_staff, h.own_rate, h.own_minimum, h.own_flat_amount,
           greatest(h.record_time, m.record_time), least(h.supersede_time, m.supersede_time),
           c.contract_sid, m.membership_key
    FROM contract_membership m
    JOIN contract c ON c.contract_key = m.contract_key
    JOIN plan_held h ON h.owner_key = m.contract_key
    WHERE m.family_key = $1
      AND (m.end_day IS NULL OR h.start_day < m.end_day) AND (h.end_day IS NULL OR m.start_day < h.end_day)
      AND (m.supersede_time IS NULL OR h.record_time < m.supersede_time)
      AND (h.supersede_time IS NULL OR m.record_time < h.supersede_time)
)
SELECT owner_key, plan_held_key, plan_id, start_day, end_day, origin, by_staff, own_rate, own_minimum, own_flat_amount,
       record_time, CASE WHEN supersede_time <= $2 THEN supersede_time END AS supersede_time,
       contract_sid, membership_key
FROM runs
WHERE record_time <= $2 AND ($3 OR supersede_time IS NULL OR supersede_time > $2)
  AND (start_day, plan_held_key, membership_key) > ($4, $5, $6)
ORDER BY start_day, plan_held_key, membership_key LIMIT $7
"""  # noqa: S608 - constants of this module


async def list_plans(
    connection: asyncpg.Connection,
    family_key: int,
    moment: datetime,
    include_superseded: bool,
    after: tuple[date, int, int],
    limit: int,
) -> list[ListedRun]:
    """A page of the plans of a top-level account by start day, plan and membership, as recorded up to a moment."""
    rows = await connection.fetch(LIST_PLANS, family_key, moment, include_superseded, *after, limit)
    return [ListedRun(row["contract_sid"], held_from_row(row), row["membership_key"]) for row in rows]
