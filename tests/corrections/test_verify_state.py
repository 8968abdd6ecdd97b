"""`python -m server verify` finds what the store notes wrongly of itself, and of the moments it was told."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest

from tests.conftest import START, cloned, running_service
from tests.corrections.calls import OTHER, differences, opened, planted
from tests.flex import calls as flex
from tests.service import Service
from tests.support.desk import ACCOUNT, SECOND, miss_p2, month_of_production

COUNTERS, CLOSINGS, SHARDS = (
    "counters with what they count",
    "closings with their shards",
    "shards with those beside them",
)


async def small_month(service: Service) -> None:
    """June and July closed, of an account with cases, one with Flex, and one that is closed."""
    await flex.create(service, SECOND, model=flex.NAMED_USER)
    await service.account(OTHER)
    await service.close_account(OTHER, date(2026, 6, 10))
    await month_of_production(service)
    await flex.happen(service, flex.provisioned(SECOND, flex.users(2), flex.at("06-12 09:00")))
    await miss_p2(service)
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")


PLANTED = {
    "a closing that was counted only": ("UPDATE store_state SET closings_started = 3", {COUNTERS: 1}),
    "a version that is not there": ("UPDATE store_state SET version_count = version_count + 1", {COUNTERS: 1}),
    "a change of accounts that was not counted": ("UPDATE store_state SET account_generation = 0", {COUNTERS: 1}),
    "records that were relayed before they were there": (
        "UPDATE charge_feed SET relayed_position = last_position + 1",
        {COUNTERS: 1},
    ),
    "records that were acknowledged before they were there": (
        "INSERT INTO charge_consumer SELECT 'ledger', last_position + 1, now() FROM charge_feed",
        {COUNTERS: 1},
    ),
    "a SID that leads to another account": (
        "UPDATE account_sid SET account_key = account_key + 1000 WHERE account_sid = '" + ACCOUNT + "'",
        {"SIDs with accounts": 1},
    ),
    "4.7: a product that is covered and should not be": (
        "UPDATE product_terms SET stage = 1",
        {"coverage with stages and families": 1},
    ),
    "6.6: a closing that is blocked by nobody": (
        "UPDATE closing SET state = 2 WHERE closing_number = 2",
        {CLOSINGS: 1},
    ),
    "6.6: a closing that is complete though an owner waits": (
        "INSERT INTO closing_set_apart VALUES (1, 1000000, 'none', 1)",
        {CLOSINGS: 1},
    ),
    "6.2: a closing that is complete though a shard is not": (
        "UPDATE closing_shard SET done = false WHERE closing_number = 2",
        {CLOSINGS: 1},
    ),
    "6.6: a month between two closings that was not closed": (
        "UPDATE closing SET period = '2026-08-01' WHERE closing_number = 2",
        {CLOSINGS: 1, "comparison with records": 7, "parts with their calculation": 2},
    ),
    "6.2: owners that are in no shard": (
        "UPDATE closing_shard SET owner_to = owner_to - 1 WHERE closing_number = 1",
        {SHARDS: 1},
    ),
    "6.3: a digest that is gone": (
        "UPDATE closing SET digest = NULL WHERE closing_number = 1",
        {"digest with records": 1},
    ),
    "8.2: a case on another day": (
        "UPDATE support_case SET open_day = open_day + 1 WHERE case_id = 'c-1'",
        {"days of support cases": 1},
    ),
    "8.2: a case in another month": (
        "UPDATE support_case SET open_day = open_day - 30 WHERE case_id = 'c-1'",
        {"days of support cases": 1},
    ),
    "7.2: Flex activity in another period": (
        "UPDATE flex_activity SET period = '2026-07-01' WHERE ctid = (SELECT min(ctid) FROM flex_activity)",
        {"periods of Flex activity": 1},
    ),
}


@pytest.mark.timeout(180)  # more than a dozen copies of a database
async def test_what_is_noted_agrees_with_what_it_is_of(
    stores: tuple[str, str], template: str, subtests: pytest.Subtests
) -> None:
    """6.2, 6.3, 6.6, 4.7: each time on a copy of the store."""
    async with cloned(stores[0], template) as url:
        async with running_service(url, stores[1], "UTC", START, worker=True) as service:
            await small_month(service)
            async with opened(service) as store:
                assert await differences(store) == {}
        for name, (statement, expected) in PLANTED.items():
            async with cloned(stores[0], urlsplit(url).path.removeprefix("/")) as copy:
                found = await planted(copy, statement)
                with subtests.test(name):
                    assert found == expected
