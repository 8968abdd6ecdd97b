"""The plans that accounts have (3.12): their own, and on the days under a contract the contract's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter

import asyncpg

from billing.holding import Held, Origin
from billing.store.plans_held import held_from_row, own_price

ORIGINS = {origin.value: origin for origin in Origin}  # a look-up is quicker than the enumeration itself

OWN = """
    h.owner_key, h.plan_held_key, h.plan_id, h.start_day, h.end_day, h.origin, h.by_staff,
    h.own_rate, h.own_minimum, h.own_flat_amount, h.record_time, h.supersede_time
"""

# In one statement, so that an account that joins or leaves meanwhile is seen on one side of it. An account with several
# memberships has its own plans once for each. The arrays come from sub-selects, which hide their length from the
# planner, so that a plan made once serves all. The statement is lean, as to set it up costs more than to run it.
PLANS_OF_ACCOUNTS = """
SELECT a.number,
       CASE WHEN h.owner_key <> s.family_key THEN
           (SELECT c.contract_sid FROM contract c WHERE c.contract_key = h.owner_key)
       END AS contract_sid,
       m.start_day AS join_day, m.end_day AS leave_day,
       h.plan_id, h.start_day, h.end_day, h.origin, h.by_staff, h.own_rate, h.own_minimum, h.own_flat_amount,
       state.test_time, (SELECT count(*) FROM plan_version) AS version_count,
       CASE WHEN s.account_key <> s.family_key THEN
           (SELECT p.account_sid FROM account p WHERE p.family_key = s.family_key AND p.account_key = s.family_key)
       END AS parent_sid,
       l.start_day AS first_day, l.end_day AS closing_day
FROM unnest((SELECT $1::text[]), (SELECT $2::timestamptz[])) WITH ORDINALITY AS a (account_sid, moment, number)
CROSS JOIN store_state state
JOIN account_sid s ON s.account_sid = a.account_sid
LEFT JOIN account_life l ON l.family_key = s.family_key AND l.account_key = s.account_key
    AND l.record_time <= a.moment AND (l.supersede_time IS NULL OR l.supersede_time > a.moment)
LEFT JOIN contract_membership m ON m.family_key = s.family_key
    AND m.record_time <= a.moment AND (m.supersede_time IS NULL OR m.supersede_time > a.moment)
LEFT JOIN plan_held h ON h.owner_key = ANY (ARRAY[s.family_key, m.contract_key])
    AND h.record_time <= a.moment AND (h.supersede_time IS NULL OR h.supersede_time > a.moment)
"""


@dataclass(frozen=True, slots=True)
class ContractPlans:
    """A membership of a contract, and all plans of that contract, by day.

    Attributes:
        contract_sid: the contract.
        join_day, leave_day: the days of the membership; the end excluded, None while open.
        held: the plans.
    """

    contract_sid: str
    join_day: date
    leave_day: date | None
    held: list[Held]

    def on(self, day: date) -> bool:
        """Whether the account is a member on the day."""
        return self.join_day <= day and (self.leave_day is None or day < self.leave_day)


@dataclass(slots=True)
class PlansOfAccount:
    """What was recorded up to a moment of an account, its plans and those of its contracts.

    Attributes:
        test_time: what the test clock shows; None without one.
        version_count: how many versions of plans have been published.
        parent_sid: the SID of its top-level account; None for a top-level account.
        first_day, closing_day: the days of the account; no first day when it was not recorded by then.
        own: all plans of its top-level account, by day.
        contracts: the contracts of which that was, is or will be a member.
    """

    test_time: datetime | None
    version_count: int
    parent_sid: str | None
    first_day: date | None
    closing_day: date | None
    own: list[Held] = field(default_factory=list)
    contracts: list[ContractPlans] = field(default_factory=list)


async def plans_of_accounts(
    connection: asyncpg.Connection, account_sids: Sequence[str], moments: Sequence[datetime]
) -> list[PlansOfAccount | None]:
    """The plans that matter to accounts, each as recorded up to a moment (3.9); None where there is no such account."""
    found: list[PlansOfAccount | None] = [None] * len(account_sids)
    for row in await connection.fetch(PLANS_OF_ACCOUNTS, account_sids, moments):
        number, contract_sid, join_day, leave_day, plan_id, start, end, origin, by_staff = row[:9]
        known = found[number - 1]
        if known is None:
            known = found[number - 1] = PlansOfAccount(*row[12:])
        if plan_id is None:
            continue
        held = known.own if contract_sid is None else _held_of(known.contracts, contract_sid, join_day, leave_day)
        if not held or start not in [run.start for run in held]:
            held.append(Held(plan_id, start, end, ORIGINS[origin], by_staff, own_price=own_price(*row[9:12])))
    for known in found:
        if known is not None and (len(known.own) > 1 or known.contracts):
            for held in (known.own, *(contract.held for contract in known.contracts)):
                held.sort(key=attrgetter("start"))
    return found


def _held_of(contracts: list[ContractPlans], contract_sid: str, join_day: date, leave_day: date | None) -> list[Held]:
    for contract in contracts:
        if contract.contract_sid == contract_sid and contract.join_day == join_day:
            return contract.held
    contracts.append(ContractPlans(contract_sid, join_day, leave_day, []))
    return contracts[-1].held


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
