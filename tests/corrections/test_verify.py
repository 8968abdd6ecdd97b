"""`python -m server verify` finds what is stored otherwise than it follows from the rest, and nothing else."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from billing.operations.verify import verify
from tests.closings.months import LONER, month_of_june
from tests.conftest import START, cloned, running_service
from tests.corrections.calls import (
    JUNE,
    MID_JUNE,
    OTHER,
    PARENT,
    Fix,
    correct,
    differences,
    execute,
    opened,
    planted,
    prepare,
    roll_all_up,
    run_verify,
    void,
)
from tests.service import Service, usage


async def change_a_closed_june(service: Service) -> None:
    """June closed, then changed: late usage of one account, a correction and a void of another's, all rolled up."""
    await prepare(service)
    await service.change_plan(PARENT, "production")
    await service.advance(date(2026, 6, 20))
    kept, corrected, voided = uuid4(), uuid4(), uuid4()
    events = (kept, corrected, voided)
    await service.record([usage(PARENT, "sms", MID_JUNE, quantity=100, amount=1_000, event=event) for event in events])
    await service.advance(date(2026, 7, 1))
    await service.close(JUNE)
    await service.record([usage(OTHER, "voice", MID_JUNE, quantity=5)])
    await correct(service, Fix(corrected, 3), Fix(voided, 4, 5))
    await void(service, voided)
    async with opened(service) as store:
        await roll_all_up(store)


async def test_a_sound_store_agrees_and_everything_was_compared(service: Service) -> None:
    """Each comparison has something to compare in a closed month."""
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.close(JUNE)
    assert (await service.record([usage(LONER, "sms", MID_JUNE, amount=3)])).new_count == 1
    async with opened(service) as store:
        await roll_all_up(store)
        verified = [each async for each in verify(store)]
    assert {each.what: each.comparison.difference_count for each in verified} == {each.what: 0 for each in verified}
    nothing = {each.what for each in verified if not each.comparison.compared_count}
    assert nothing == {
        "corrections with their events",
        "support credits with what was charged",
        "credit records with credits",
    }


async def test_the_command_reports_and_exits_with_1_on_differences(service: Service) -> None:
    await change_a_closed_june(service)
    code, printed = await run_verify(service)
    assert (code, printed.splitlines()[-1]) == (0, "verified: no differences")
    await execute(service, "UPDATE usage_rollup SET quantity_micros = quantity_micros + 1 WHERE cutoff = 0")
    code, printed = await run_verify(service)
    assert (code, printed.splitlines()[-1]) == (1, "1 differences")
    assert f"{PARENT}, sms, 2026-06-15, cut-off 0: stored 3, 300,000,001, 0, " in printed


PLANTED = {
    "a cell that counts too much": (
        "UPDATE usage_rollup SET rated_nanos = rated_nanos + 1 WHERE cutoff = 0",
        {"roll-ups with events and corrections": 1},
    ),
    "a cell of the corrections that is gone": (
        "DELETE FROM usage_rollup WHERE event_count <= 0",
        {"roll-ups with events and corrections": 1},
    ),
    "a cell of nothing": (
        "INSERT INTO usage_rollup VALUES (1, 1, 1, '2026-06-02', 0, 1, 0, 0, 0)",
        {"roll-ups with events and corrections": 1},
    ),
    "an event that is gone": (
        "DELETE FROM usage_event WHERE ctid IN (SELECT min(ctid) FROM usage_event WHERE NOT rated)",
        {"roll-ups with events and corrections": 1, "batches with their events": 1},
    ),
    "an event without a batch": (
        "UPDATE usage_event SET batch_key = 99999 WHERE NOT rated",
        {"roll-ups with events and corrections": 1, "batches with their events": 2},
    ),
    "a batch that says it is not rolled up": (
        "UPDATE usage_batch SET rolled_up = false WHERE cutoff = 1",
        {"roll-ups with events and corrections": 1},
    ),
    "a correction that was changed": (
        "UPDATE usage_correction SET quantity_micros = quantity_micros + 1 WHERE correction_number = 1 AND "
        "amount_nanos IS NULL",
        {"roll-ups with events and corrections": 1},
    ),
    "a correction that is gone": (
        "DELETE FROM usage_correction WHERE correction_number = 1 AND amount_nanos IS NOT NULL",
        {"corrections with their events": 1},
    ),
    "a correction after a void": (
        "INSERT INTO usage_correction SELECT record_time, 1, NULL, family_key, account_key, period, event_id, 3, "
        "record_cutoff, false FROM usage_correction WHERE voided",
        {"roll-ups with events and corrections": 1, "corrections with their events": 1},
    ),
    "late activity that was not noted": ("DELETE FROM late_activity", {"late activity with roll-ups": 2}),
    "a record of another amount": (
        "UPDATE charge_record SET amount_minor = amount_minor + 1 WHERE kind = 1",
        {"records with their lines": 1, "totals with records": 1, "comparison with records": 1},
    ),
    "a line of another amount": (
        "UPDATE charge_support_line SET amount_minor = amount_minor + 1",
        {"records with their lines": 1, "lines with their parts": 1},
    ),
    "parts that are gone": (
        "DELETE FROM charge_support_part",
        {"lines with their parts": 1, "parts with their calculation": 1},
    ),
    "lines that are gone": (
        "DELETE FROM charge_usage_line",
        {"records with their lines": 1, "parts with their calculation": 1},
    ),
    "a record that is gone": (
        "DELETE FROM charge_record WHERE kind = 3",
        {
            "records with their lines": 1,
            "slices with their records": 1,
            "totals with records": 1,
            "digest with records": 1,
            "comparison with records": 1,
            "parts with their calculation": 1,
        },
    ),
    "a total of another amount": (
        "UPDATE charge_slice_total SET amount_minor = amount_minor + 1 WHERE kind = 1",
        {"totals with records": 1},
    ),
    "a gap in the feed": (
        "UPDATE charge_slice SET base_position = base_position + 1",
        {"feed positions with records": 1},
    ),
    "a feed that ends too late": (
        "UPDATE charge_feed SET last_position = last_position + 1",
        {"feed positions with records": 1},
    ),
    "another digest": ("UPDATE closing SET digest = sha256('')", {"digest with records": 1}),
    "a record of another digest": (
        "UPDATE charge_record SET record_digest = sha256('') WHERE kind = 1",
        {"digest with records": 1},
    ),
}


@pytest.mark.timeout(180)  # twenty copies of a database
async def test_every_planted_difference_is_found(
    stores: tuple[str, str], template: str, subtests: pytest.Subtests
) -> None:
    """6.2, 6.3, 1.2, 1.3: what is stored is compared with what it follows from; each time on a copy of the store."""
    async with cloned(stores[0], template) as url:
        async with running_service(url, stores[1], "UTC", START, worker=True) as service:
            await change_a_closed_june(service)
            async with opened(service) as store:
                assert await differences(store) == {}
        for name, (statement, expected) in PLANTED.items():
            async with cloned(stores[0], urlsplit(url).path.removeprefix("/")) as copy:
                found = await planted(copy, statement)
                with subtests.test(name):
                    assert found == expected
