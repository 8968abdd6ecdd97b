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
# memberships has its own plans once for each. The statement is lean, as to set it up costs more than to run it: each
# table it does without is some 40 µs for a store that is asked now and then. So SIDs of owners are not looked up here.
PLANS_OF = """
SELECT a.number, s.family_key, h.owner_key,
       m.start_day AS join_day, m.end_day AS leave_day,
       h.plan_id, h.start_day, h.end_day, h.origin, h.by_staff, h.own_rate, h.own_minimum, h.own_flat_amount,
       s.account_key, state.test_time, state.version_count, l.start_day AS first_day, l.end_day AS closing_day
FROM {asked} a (account_sid, moment, number)
CROSS JOIN store_state state
JOIN account_sid s ON s.account_sid = a.account_sid
LEFT JOIN account_life l ON l.family_key = s.family_key AND l.account_key = s.account_key
    AND l.record_time <= a.moment AND (l.supersede_time IS NULL OR l.supersede_time > a.moment)
LEFT JOIN contract_membership m ON m.family_key = s.family_key
    AND m.record_time <= a.moment AND (m.supersede_time IS NULL OR m.supersede_time > a.moment)
LEFT JOIN plan_held h ON h.owner_key = ANY (ARRAY[s.family_key, m.contract_key])
    AND h.record_time <= a.moment AND (h.supersede_time IS NULL OR h.supersede_time > a.moment)
"""
PLANS_OF_ACCOUNT = PLANS_OF.format(asked="(SELECT $1::text, $2::timestamptz, 1)")
# The arrays come from sub-selects, which hide their length from the planner, so that a plan made once serves all.
PLANS_OF_ACCOUNTS = PLANS_OF.format(asked="unnest((SELECT $1::text[]), (SELECT $2::timestamptz[])) WITH ORDINALITY")


@dataclass(frozen=True, slots=True)
class ContractPlans:
    """A membership of a contract, and all plans of that contract, by day.

    Attributes:
        contract_key: the contract.
        join_day, leave_day: the days of the membership; the end excluded, None while open.
        held: the plans.
    """

    contract_key: int
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
        family_key, account_key: the key of its top-level account, and its own.
        test_time: what the test clock shows; None without one.
        version_count: how many versions of plans have been published.
        first_day, closing_day: the days of the account; no first day when it was not recorded by then.
        own: all plans of its top-level account, by day.
        contracts: the contracts of which that was, is or will be a member.
    """

    family_key: int
    account_key: int
    test_time: datetime | None
    version_count: int
    first_day: date | None
    closing_day: date | None
    own: list[Held] = field(default_factory=list)
    contracts: list[ContractPlans] = field(default_factory=list)


async def plans_of_accounts(
    connection: asyncpg.Connection, account_sids: Sequence[str], moments: Sequence[datetime]
) -> list[PlansOfAccount | None]:
    """The plans that matter to accounts, each as recorded up to a moment (3.9); None where there is no such account."""
    if len(account_sids) == 1:
        rows = await connection.fetch(PLANS_OF_ACCOUNT, account_sids[0], moments[0])
    else:
        rows = await connection.fetch(PLANS_OF_ACCOUNTS, account_sids, moments)
    found: list[PlansOfAccount | None] = [None] * len(account_sids)
    for row in rows:
        number, family_key, owner_key, join_day, leave_day, plan_id, start, end, origin, by_staff = row[:10]
        known = found[number - 1]
        if known is None:
            known = found[number - 1] = PlansOfAccount(family_key, *row[13:])
        if plan_id is None:
            continue
        held = known.own if owner_key == family_key else _held_of(known.contracts, owner_key, join_day, leave_day)
        if not held or start not in [run.start for run in held]:
            held.append(Held(plan_id, start, end, ORIGINS[origin], by_staff, own_price=own_price(*row[10:13])))
    for known in found:
        if known is not None and (len(known.own) > 1 or known.contracts):
            for held in (known.own, *(contract.held for contract in known.contracts)):
                held.sort(key=attrgetter("start"))
    return found


def _held_of(contracts: list[ContractPlans], contract_key: int, join_day: date, leave_day: date | None) -> list[Held]:
    for contract in contracts:
        if contract.contract_key == contract_key and contract.join_day == join_day:
            return contract.held
    contracts.append(ContractPlans(contract_key, join_day, leave_day, []))
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
