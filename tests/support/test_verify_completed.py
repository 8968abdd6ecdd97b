"""`python -m server verify` finds wrong support credits, uses of them, and comparisons of closings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest

from billing.operations.verify import verify
from tests.conftest import START, MakeService, cloned, running_service
from tests.corrections.calls import differences, opened, planted
from tests.rehearsals.months import month_of_july, month_of_june
from tests.service import Service
from tests.support.desk import ACCOUNT, claim, credited, miss_p2, month_of_production, only_credit

AMOUNTS, USES, COMPARED = (
    "support credits with what was charged",
    "credit records with credits",
    "comparison with records",
)


async def credit_used_twice(service: Service) -> None:
    """E21: of a credit of 400.00 for June, July uses 150.00 and August 250.00; in July the payer is an outlier."""
    await month_of_production(service)
    await service.advance(date(2026, 7, 1))
    await service.change_plan(ACCOUNT, "developer")
    await service.close("2026-06")
    await miss_p2(service)
    await claim(service)
    await service.advance(date(2026, 7, 20))
    await service.spend(ACCOUNT, 150, datetime(2026, 7, 15, 12, tzinfo=UTC))
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    await service.advance(date(2026, 8, 20))
    await service.spend(ACCOUNT, 900, datetime(2026, 8, 15, 12, tzinfo=UTC))
    await service.advance(date(2026, 9, 1))
    await service.close("2026-08")
    assert credited(await only_credit(service)) == {ACCOUNT: (400, 400)}


@pytest.mark.timeout(120)  # two closings of some eighty accounts
async def test_a_sound_store_of_all_kinds_agrees(make_service: MakeService) -> None:
    """E28: contracts, Flex, cases, credits and adjustments, in another zone; everything that is compared is there."""
    service = await make_service(zone="Europe/Berlin")
    await month_of_june(service)
    await service.close("2026-06")
    await month_of_july(service)
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    async with opened(service) as store:
        verified = [each async for each in verify(store)]
    assert [each for each in verified if each.comparison.difference_count or each.left_out] == []
    compared = {each.what for each in verified if each.comparison.compared_count}
    assert {each.what for each in verified} - compared == {"corrections with their events"}


PLANTED = {
    "8.4: a credit that is too large": (
        "UPDATE support_credit_amount SET amount_minor = amount_minor + 777700",
        {AMOUNTS: 1, USES: 2},
    ),
    "8.4: a credit that nobody was granted": (
        "INSERT INTO support_credit_amount SELECT 100, 99, payer_key, owner_key, 2 FROM support_credit_amount",
        {AMOUNTS: 1},
    ),
    "8.4: an amount that is gone": ("DELETE FROM support_credit_amount", {AMOUNTS: 1, USES: 2}),
    "8.4: an amount that another closing fixed": (
        "UPDATE support_credit_amount SET closing_number = 1",
        {AMOUNTS: 1, USES: 1},  # which would have used it
    ),
    "8.4: a credit of another plan": ("UPDATE support_credit SET plan_id = 'business'", {AMOUNTS: 1, USES: 4}),
    "8.5: a use of more than was left of the credit": (
        "WITH line AS (UPDATE charge_credit_line SET amount_minor = amount_minor - 1, credit_minor = credit_minor + 1, "
        "owed_minor = owed_minor + 1 WHERE used_before_minor > 0 RETURNING slice_key, ordinal), "
        "total AS (UPDATE charge_slice_total t SET amount_minor = amount_minor - 1 FROM line "
        "WHERE t.slice_key = line.slice_key) "
        "UPDATE charge_record r SET amount_minor = amount_minor - 1 FROM line "
        "WHERE r.slice_key = line.slice_key AND r.ordinal = line.ordinal",
        {USES: 1},
    ),
    "8.5: a use of more than was owed": ("UPDATE charge_credit_line SET owed_minor = owed_minor + 1", {USES: 2}),
    "8.5: a use that is gone": (
        "WITH lines AS (DELETE FROM charge_credit_line WHERE used_before_minor = 0 RETURNING slice_key, ordinal) "
        "DELETE FROM charge_record r USING lines WHERE r.slice_key = lines.slice_key AND r.ordinal = lines.ordinal",
        {"slices with their records": 1, "totals with records": 1, "digest with records": 1, USES: 2},
    ),
    "8.5: what was used before": ("UPDATE charge_credit_line SET used_before_minor = 0", {USES: 1}),
    "6.3: a total of a comparison": (
        "UPDATE closing_comparison_total SET amount_minor = amount_minor + 1 WHERE NOT previous AND kind = 1",
        {COMPARED: 3},
    ),
    "6.3: a total of the month before": (
        "DELETE FROM closing_comparison_total WHERE previous AND kind = 3",
        {COMPARED: 1},
    ),
    "6.3: an outlier that was none": (
        "INSERT INTO closing_outlier SELECT comparison_key, (SELECT min(payer_key) FROM charge_record), 1, 2 "
        "FROM closing_comparison WHERE closing_number = 1",
        {COMPARED: 1},
    ),
    "6.3: an outlier of another amount": (
        "UPDATE closing_outlier SET previous_minor = previous_minor + 1",
        {COMPARED: 1},
    ),
    "6.3: outliers that were not counted": (
        "UPDATE closing_comparison SET outlier_count = 0 WHERE outlier_count > 0",
        {COMPARED: 1},
    ),
    "6.3: a comparison with another month": (
        "UPDATE closing_comparison SET previous_period = '2026-05-01' WHERE closing_number = 2",
        {COMPARED: 1},
    ),
    "6.3: a comparison that is gone": (
        "WITH made AS (INSERT INTO rehearsal (period, closing_number, last_batch_key, state, start_time, started_by) "
        "VALUES ('2026-09-01', 4, 0, 1, now(), '') RETURNING rehearsal_number) "
        "UPDATE closing_comparison SET closing_number = NULL, rehearsal_number = made.rehearsal_number FROM made "
        "WHERE closing_number = 3",
        {COMPARED: 1},
    ),
}


@pytest.mark.timeout(180)  # more than a dozen copies of a database
async def test_what_closings_were_completed_with_is_derived_anew(
    stores: tuple[str, str], template: str, subtests: pytest.Subtests
) -> None:
    """8.4, 8.5, 6.3: credits, their uses and the comparison; each time on a copy of the store."""
    async with cloned(stores[0], template) as url:
        async with running_service(url, stores[1], "UTC", START, worker=True) as service:
            await credit_used_twice(service)
            async with opened(service) as store:
                assert await differences(store) == {}
        for name, (statement, expected) in PLANTED.items():
            async with cloned(stores[0], urlsplit(url).path.removeprefix("/")) as copy:
                found = await planted(copy, statement)
                with subtests.test(name):
                    assert found == expected
