"""What settling closed periods needs (6.5): what was recorded since the closing before, and what records carried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import asyncpg

from billing.charges import ChargeKind
from billing.period import Period
from billing.segments import Run
from billing.settlement import PartKey, Parts
from billing.store.questions import Question, Rows, asked, first_column

# Of dated rows: those that are visible before one cut-off and were not before another, or the other way round. Rows
# recorded and superseded in between are visible to neither.


class Since(NamedTuple):
    """What was recorded between two cut-offs: visible before `high`, not before `low`."""

    low: int
    high: int

    @property
    def cutoffs(self) -> Sequence[int]:
        """The cut-offs that what was recorded can carry: no closing starts before the one before has ended."""
        return range(self.low, min(self.high, self.low + 2))


class Whose(NamedTuple):
    """Whose changes are wanted: owners from a key up to another, and others besides."""

    owner_from: int
    owner_to: int
    others: Sequence[int] = ()

    @property
    def keys(self) -> tuple[int, int, list[int]]:
        """As statements take them."""
        return self.owner_from, self.owner_to, list(self.others)

    @property
    def few(self) -> bool:
        """Whether they are only such as are named one by one."""
        return self.owner_from >= self.owner_to

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """Ranges of keys that hold all of them, and more."""
        found = [] if self.few else [(self.owner_from, self.owner_to)]
        return [*found, (min(self.others), max(self.others) + 1)] if self.others else found


class Changed(NamedTuple):
    """A dated row that came or went: what a key held on which days."""

    key: int
    run: Run[tuple[object, ...]]
    came: bool


PLANS_CHANGED = """
SELECT owner_key, start_day, end_day, record_cutoff >= $1 AS came,
       plan_id, own_rate, own_minimum, own_flat_amount
FROM plan_held
WHERE ((owner_key >= $3 AND owner_key < $4) OR owner_key = ANY ($5)) AND start_day < $6
  AND ((record_cutoff >= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2))
       OR (record_cutoff < $1 AND supersede_cutoff >= $1 AND supersede_cutoff < $2))
ORDER BY owner_key
"""
# Joined in this way Postgres looks the families up one by one, and never reads all memberships that there ever were.
MEMBERSHIPS_CHANGED = """
SELECT c.family_key, start_day, end_day, came, contract_key
FROM (
    SELECT unnest($5::integer[]) AS family_key
    UNION SELECT family_key FROM contract_membership WHERE family_key >= $3 AND family_key < $4
    UNION SELECT family_key FROM contract_membership WHERE contract_key >= $3 AND contract_key < $4
    UNION SELECT family_key FROM contract_membership WHERE contract_key = ANY ($5)
) wanted CROSS JOIN LATERAL (
    SELECT family_key, start_day, end_day, record_cutoff >= $1 AS came, contract_key
    FROM contract_membership m
    WHERE m.family_key = wanted.family_key AND start_day < $6
      AND ((record_cutoff >= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2))
           OR (record_cutoff < $1 AND supersede_cutoff >= $1 AND supersede_cutoff < $2))
    OFFSET 0
) c
ORDER BY c.family_key
"""
PAYERS_CHANGED = """
SELECT contract_key, start_day, end_day, record_cutoff >= $1 AS came, payer_key
FROM contract_payer
WHERE ((contract_key >= $3 AND contract_key < $4) OR contract_key = ANY ($5)) AND start_day < $6
  AND ((record_cutoff >= $1 AND record_cutoff < $2 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $2))
       OR (record_cutoff < $1 AND supersede_cutoff >= $1 AND supersede_cutoff < $2))
ORDER BY contract_key
"""


@asked
def plans_changed(since: Since, whose: Whose, before_day: date) -> Question[list[Changed]]:
    """The plans held before a day that came or went: by owner, plan and own price."""
    return Question(PLANS_CHANGED, (*since, *whose.keys, before_day), _changed)


@asked
def memberships_changed(since: Since, whose: Whose, before_day: date) -> Question[list[Changed]]:
    """The memberships before a day that came or went, all of families of which any was wanted: by family, contract."""
    return Question(MEMBERSHIPS_CHANGED, (*since, *whose.keys, before_day), _changed)


@asked
def payers_changed(since: Since, whose: Whose, before_day: date) -> Question[list[Changed]]:
    """The payers before a day that came or went: by contract, payer."""
    return Question(PAYERS_CHANGED, (*since, *whose.keys, before_day), _changed)


def _changed(rows: Rows) -> list[Changed]:
    return [Changed(key, Run(start, end or date.max, tuple(value)), came) for key, start, end, came, *value in rows]


LATE_ACTIVITY = """
SELECT family_key, period FROM late_activity
WHERE cutoff >= $1 AND cutoff < $2 AND ((family_key >= $3 AND family_key < $4) OR family_key = ANY ($5))
"""


@asked
def late_activity(since: Since, whose: Whose) -> Question[list[tuple[int, Period]]]:
    """The families and closed periods whose usage was recorded, voided or corrected late."""
    return Question(LATE_ACTIVITY, (*since, *whose.keys), _with_periods)


def _with_periods(rows: Rows) -> list[tuple[int, Period]]:
    return [(key, Period.of(day)) for key, day in rows]


PERIODS_IN_TAIL = "SELECT DISTINCT period FROM usage_batch WHERE NOT rolled_up AND cutoff >= $1 AND cutoff < $2"


@asked
def periods_in_tail(since: Since) -> Question[list[Period]]:
    """The periods with usage that is not rolled up yet."""
    return Question(PERIODS_IN_TAIL, since, lambda rows: [Period.of(day) for (day,) in rows])


RELEASED = """
SELECT owner_key, settle_from FROM closing_set_apart
WHERE closing_number = $1 AND state = 3 AND ((owner_key >= $2 AND owner_key < $3) OR owner_key = ANY ($4))
"""


@asked
def released(closing_number: int, whose: Whose) -> Question[list[tuple[int, Period]]]:
    """The owners that were set apart in a closing and released, with the first period still to be settled for them."""
    return Question(RELEASED, (closing_number, *whose.keys), _with_periods)


USERS_OF_PRODUCTS = """
SELECT DISTINCT family_key FROM usage_rollup
WHERE day >= $1 AND day < $2 AND product_key = ANY ($3)
  AND ((family_key >= $4 AND family_key < $5) OR family_key = ANY ($6))
"""


@asked
def users_of_products(period: Period, product_keys: Sequence[int], whose: Whose) -> Question[list[int]]:
    """The families that used some products in a period."""
    days = period.first_day, period.end_day
    return Question(USERS_OF_PRODUCTS, (*days, list(product_keys), *whose.keys), first_column)


class MemberOnSomeDay(NamedTuple):
    """A family that was a member of a contract from a day up to another."""

    family_key: int
    contract_key: int
    start: date
    end: date


MEMBERS = """
SELECT family_key, contract_key, start_day, end_day FROM contract_membership
WHERE ((contract_key >= $1 AND contract_key < $2) OR contract_key = ANY ($3))
  AND record_cutoff < $4 AND (supersede_cutoff IS NULL OR supersede_cutoff >= $4)
"""


@asked
def members(contracts: Whose, before_cutoff: int) -> Question[list[MemberOnSomeDay]]:
    """All who are, were or will be members of some contracts, as recorded before a cut-off."""
    return Question(MEMBERS, (*contracts.keys, before_cutoff), _members)


def _members(rows: Rows) -> list[MemberOnSomeDay]:
    return [MemberOnSomeDay(family, contract, start, end or date.max) for family, contract, start, end in rows]


# What records carried, per part. The lines of closings and those of adjustments are summed alike.

CARRIED_USAGE = """
SELECT payer_key, party_key, item_key, account_key, sum(amount_minor)
FROM (
    SELECT r.payer_key, r.party_key, l.product_key AS item_key, l.account_key, l.amount_minor
    FROM charge_record r JOIN charge_usage_line l USING (slice_key, ordinal, payer_key)
    WHERE r.payer_key = ANY ($1) AND r.period = $2 AND r.kind = 1 AND r.closing_number < $3
    UNION ALL
    SELECT r.payer_key, r.party_key, l.item_key, p.account_key, p.amount_minor
    FROM charge_record r JOIN charge_adjustment_line l USING (slice_key, ordinal, payer_key)
    JOIN charge_adjustment_part p USING (slice_key, ordinal, line_number, payer_key)
    WHERE r.payer_key = ANY ($1) AND r.period = $2 AND r.kind = 1 AND r.closing_number < $3
) carried GROUP BY payer_key, party_key, item_key, account_key
"""
CARRIED_FLEX = """
SELECT payer_key, party_key, item_key, account_key, sum(amount_minor)
FROM (
    SELECT r.payer_key, r.party_key, l.model AS item_key, l.account_key, l.amount_minor
    FROM charge_record r JOIN charge_flex_line l USING (slice_key, ordinal, payer_key)
    WHERE r.payer_key = ANY ($1) AND r.period = $2 AND r.kind = 2 AND r.closing_number < $3
    UNION ALL
    SELECT r.payer_key, r.party_key, l.item_key, p.account_key, p.amount_minor
    FROM charge_record r JOIN charge_adjustment_line l USING (slice_key, ordinal, payer_key)
    JOIN charge_adjustment_part p USING (slice_key, ordinal, line_number, payer_key)
    WHERE r.payer_key = ANY ($1) AND r.period = $2 AND r.kind = 2 AND r.closing_number < $3
) carried GROUP BY payer_key, party_key, item_key, account_key
"""
CARRIED_SUPPORT = """
SELECT payer_key, party_key, item_key, account_key, sum(amount_minor)
FROM (
    SELECT r.payer_key, r.party_key, plan.rank AS item_key, p.account_key, p.amount_minor
    FROM charge_record r JOIN charge_support_line l USING (slice_key, ordinal, payer_key)
    JOIN plan_version USING (plan_version_key) JOIN plan USING (plan_id)
    JOIN charge_support_part p USING (slice_key, ordinal, line_number, payer_key)
    WHERE r.party_key = ANY ($1) AND r.period = $2 AND r.kind = 3 AND r.closing_number < $3
    UNION ALL
    SELECT r.payer_key, r.party_key, l.item_key, p.account_key, p.amount_minor
    FROM charge_record r JOIN charge_adjustment_line l USING (slice_key, ordinal, payer_key)
    JOIN charge_adjustment_part p USING (slice_key, ordinal, line_number, payer_key)
    WHERE r.party_key = ANY ($1) AND r.period = $2 AND r.kind = 3 AND r.closing_number < $3
) carried GROUP BY payer_key, party_key, item_key, account_key
"""

CARRIED = {ChargeKind.USAGE: CARRIED_USAGE, ChargeKind.FLEX: CARRIED_FLEX, ChargeKind.SUPPORT_PLAN: CARRIED_SUPPORT}


async def carried(
    connection: asyncpg.Connection, owner_keys: Sequence[int], period: Period, before_closing: int
) -> Parts:
    """What the parts of some owners came to in the records of a period, those of closings before one."""
    parts: Parts = {}
    for kind, statement in CARRIED.items():
        for *key, amount in await connection.fetch(statement, list(owner_keys), period.first_day, before_closing):
            if amount:
                parts[PartKey(kind, *key)] = int(amount)
    return parts


SIDS_OF_ACCOUNTS = "SELECT account_key, account_sid FROM account WHERE account_key = ANY ($1)"


@asked
def sids_of_accounts(account_keys: Sequence[int]) -> Question[dict[int, str]]:
    """The SIDs of some accounts."""
    return Question(SIDS_OF_ACCOUNTS, (list(account_keys),), dict)
