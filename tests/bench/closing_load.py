"""What a closing calculates, laid in by SQL: families, contracts, plans, and a month's roll-ups after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from billing.period import Period
from billing.store.usage_partitions import make_partitions
from prorata import per_unit_price
from tests.bench.stage import PRODUCTS, Keys, Stage, add_accounts

FIRST_MONTH = Period(2026, 6)
LARGEST_FAMILY = 50
MEAN_FAMILY = 2.5
CONTRACTS_IN = 50  # one owner in so many is a contract
MEMBERS = 3  # of each contract
CHANGES_IN = 5  # one owner in so many changes its plan in the middle of a month
CHANGE_DAY = 14  # counted from 0
UNIT_PRICE = Decimal("0.0085")
USED_IN_A_MONTH = 5  # products an account uses


@dataclass(frozen=True, slots=True)
class Size:
    """How large a month is: its owners, contracts among them, and the days on which an account uses each product."""

    owner_count: int
    days_used: int

    @property
    def cell_count(self) -> float:
        """About how many roll-up rows a month has."""
        return self.owner_count * MEAN_FAMILY * USED_IN_A_MONTH * self.days_used


def family_sizes(family_count: int, account_count: int) -> Keys:
    """From 1 to 50 accounts, so many in all, the same with every run: most families are small, a few large."""
    drawn: Keys = np.minimum(np.random.default_rng(5).zipf(2.1, family_count), LARGEST_FAMILY)
    place, beside = 0, account_count - int(drawn.sum())
    while beside:  # until they are as many as asked for
        step = 1 if beside > 0 else -1
        if 1 <= drawn[place % family_count] + step <= LARGEST_FAMILY:
            drawn[place % family_count] += step
            beside -= step
        place += 1
    return drawn


JOIN_CONTRACTS = """
WITH top AS (
    SELECT family_key, row_number() OVER (ORDER BY family_key) - 1 AS place
    FROM account WHERE family_key = account_key
), joined AS (
    SELECT family_key, nextval('party_key_seq') AS number, place FROM top
    WHERE place / $2 < $1 AND place % $2 = 0
)
INSERT INTO contract (contract_key, contract_sid, display_name, record_time, record_cutoff)
SELECT number, 'CT' || md5(place::text), '', $3, 0 FROM joined
"""
ADD_MEMBERS = """
INSERT INTO contract_membership (family_key, contract_key, start_day, record_time, record_cutoff)
SELECT family_key, contract_key, ($2 AT TIME ZONE 'UTC')::date, $2, 0
FROM (
    SELECT family_key, row_number() OVER (ORDER BY family_key) - 1 AS place
    FROM account WHERE family_key = account_key
) top JOIN contract ON contract_sid = 'CT' || md5((place - place % $1)::text)
"""
ADD_PAYERS = """
INSERT INTO contract_payer (contract_key, payer_key, start_day, record_time, record_cutoff)
SELECT contract_key, min(family_key), ($1 AT TIME ZONE 'UTC')::date, $1, 0
FROM contract_membership GROUP BY contract_key
"""
# One family in ten is on the free plan, two in ten on Business, the rest and contracts on Production.
HOLD_PLANS = """
INSERT INTO plan_held (owner_key, plan_id, start_day, origin, by_staff, record_time, record_cutoff)
SELECT family_key, CASE WHEN family_key % 10 = 0 THEN 'developer' WHEN family_key % 10 IN (1, 2) THEN 'business'
                        ELSE 'production' END, ($1 AT TIME ZONE 'UTC')::date, 1, false, $1, 0
FROM account WHERE family_key = account_key
  AND NOT EXISTS (SELECT FROM contract_membership m WHERE m.family_key = account.family_key)
UNION ALL
SELECT contract_key, 'production', ($1 AT TIME ZONE 'UTC')::date, 1, true, $1, 0 FROM contract
"""


async def add_owners(on: Stage, size: Size) -> None:
    """Families with subaccounts, one owner in fifty a contract, and their plans; prices for half of the products."""
    contract_count = size.owner_count // CONTRACTS_IN
    family_count = size.owner_count - contract_count + contract_count * MEMBERS
    await add_accounts(on, family_sizes(family_count, int(size.owner_count * MEAN_FAMILY)))
    start = datetime(FIRST_MONTH.year, FIRST_MONTH.month, 1, tzinfo=UTC)
    database = on.database
    await database.execute(JOIN_CONTRACTS, contract_count, MEMBERS, start)
    await database.execute(ADD_MEMBERS, MEMBERS, start)
    await database.execute(ADD_PAYERS, start)
    await database.execute(HOLD_PLANS, start)
    await database.execute("ANALYZE contract, contract_membership, contract_payer, plan_held")
    prices = [per_unit_price(product_id, str(FIRST_MONTH), UNIT_PRICE) for product_id in PRODUCTS[1::2]]
    await on.client.billing.publish_prices(prices)


# As `ChangePlan` records a change: the run that goes on is superseded by one that ends and one that follows.
SUPERSEDE = """
UPDATE plan_held SET supersede_time = $1, supersede_cutoff = $2
WHERE owner_key % $3 = $2 % $3 AND end_day IS NULL AND supersede_cutoff IS NULL
"""
CHANGE_PLANS = """
INSERT INTO plan_held (owner_key, plan_id, start_day, end_day, origin, by_staff, record_time, record_cutoff)
SELECT owner_key, plan_id, start_day, $3::date, origin, by_staff, $1::timestamptz, $2::integer
FROM plan_held WHERE supersede_cutoff = $2 AND supersede_time = $1
UNION ALL
SELECT owner_key, CASE plan_id WHEN 'business' THEN 'production' ELSE 'business' END, $3, NULL, 2, true, $1, $2
FROM plan_held WHERE supersede_cutoff = $2 AND supersede_time = $1
"""
# Day by day, as a roll-up meets them. Every other product comes rated.
USE_PRODUCTS = """
INSERT INTO usage_rollup (family_key, account_key, product_key, day, cutoff, event_count, quantity_micros,
                          unrated_micros, rated_nanos)
SELECT family_key, account_key, product_key, $1::date + $3::integer, $2, 10, 1000000000,
       CASE WHEN product_key % 2 = 0 THEN (account_key * 7919::bigint + $3 * 104729) % 50000 * 1000000 ELSE 0 END,
       CASE WHEN product_key % 2 = 0 THEN 0 ELSE (account_key * 7919::bigint + $3 * 104729) % 50000 * 10000019 END
FROM account CROSS JOIN LATERAL (
    SELECT (account_key + step) % 10 + 1 AS product_key FROM generate_series(0, $4 - 1) AS step
) used
ORDER BY family_key, account_key, product_key
"""


async def add_month(on: Stage, period: Period, size: Size) -> None:
    """A month of all owners, after as many closings as there are months before it; the clock goes to its end."""
    cutoff = (period.year - FIRST_MONTH.year) * 12 + period.month - FIRST_MONTH.month
    middle = datetime(period.year, period.month, CHANGE_DAY + 1, tzinfo=UTC)
    database = on.database
    async with database.transaction():
        await database.execute(SUPERSEDE, middle, cutoff, CHANGES_IN)
        await database.execute(CHANGE_PLANS, middle, cutoff, middle.date())
    await make_partitions(database, period, ZoneInfo("UTC"))
    for day in range(size.days_used):
        await database.execute(USE_PRODUCTS, period.first_day, cutoff, day * 7, USED_IN_A_MONTH)
    await database.execute("VACUUM (ANALYZE)")  # what a month's background work has done by its end
    end = period.plus(1)
    await on.client.clock.advance(datetime(end.year, end.month, 1, tzinfo=UTC))
