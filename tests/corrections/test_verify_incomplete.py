"""`python -m server verify` while a closing is not complete: closed periods are compared, what is left out is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.closing_pb2 import CLOSING_STATE_BLOCKED, CLOSING_STATE_CLOSED, Closing
from tests.conftest import MakeService
from tests.corrections.calls import (
    JULY,
    JUNE,
    MID_JUNE,
    OTHER,
    PARENT,
    differences,
    execute,
    opened,
    prepare,
    roll_all_up,
    run_verify,
)
from tests.rehearsals.calls import break_price, mend_prices, release, retry
from tests.service import STAFF, Service, usage

IN_JULY = datetime(2026, 7, 10, 12, tzinfo=UTC)
AUGUST = date(2026, 8, 1)
# Sums and digests stay as they are, so only the calculation shows it.
DAMAGE = """
UPDATE charge_usage_line SET product_key = product_key + 1
WHERE slice_key IN (SELECT slice_key FROM charge_slice WHERE closing_number = 1)
"""
FOUND = {"parts with their calculation": 4}  # of two lines, each at one product and missing at the other


async def june_closed(service: Service) -> None:
    """June closed, then changed by late usage; usage of July; the clock stands on 1 August."""
    await prepare(service)
    await service.change_plan(PARENT, "production")
    await service.advance(date(2026, 6, 20))
    await service.record([usage(PARENT, "sms", MID_JUNE, quantity=100), usage(OTHER, "sms", MID_JUNE, quantity=7)])
    await service.advance(date(2026, 7, 1))
    await service.close(JUNE)
    await service.advance(date(2026, 7, 20))
    late = [usage(OTHER, "voice", MID_JUNE, quantity=5)]
    await service.record([*late, usage(PARENT, "sms", IN_JULY, quantity=9), usage(OTHER, "voice", IN_JULY, quantity=3)])
    await service.advance(AUGUST)


async def july_blocked(service: Service) -> Closing:
    """The same, and July with its owner of `voice` set apart, though nothing is wrong with it any more."""
    await june_closed(service)
    await break_price(service, "voice")
    closing = await service.close(JULY)
    await mend_prices(service)
    return closing


async def found(service: Service) -> dict[str, int]:
    """The differences that are reported."""
    async with opened(service) as store:
        return await differences(store)


async def test_6_6_periods_before_a_blocked_closing_are_compared(service: Service) -> None:
    """6.5: with what the last complete closing knew; the blocked one is left out, and the command says so."""
    assert (await july_blocked(service)).state == CLOSING_STATE_BLOCKED
    code, printed = await run_verify(service)
    lines = printed.splitlines()
    assert (code, lines[-1]) == (3, "verified in part: nothing differs of what was compared, 1 not compared in full")
    june, july = (index for index, line in enumerate(lines) if "parts with their calculation" in line)
    assert (lines[june].split()[0], lines[june].split()[-2:]) == ("2026-06", ["3", "agree"])
    why = "not compared: the closing has owners set apart: retry or release them"
    assert (lines[july].split()[0], lines[july + 1].strip()) == ("2026-07", why)
    await execute(service, DAMAGE)
    assert await found(service) == FOUND
    code, printed = await run_verify(service)
    assert (code, printed.splitlines()[-1]) == (1, "4 differences, 1 not compared in full")


async def test_6_1_periods_before_a_running_closing_are_compared(make_service: MakeService) -> None:
    """6.3: a closing that runs has no digest yet."""
    service = await make_service(worker=False)
    async with service.workers(1):
        await june_closed(service)
    async with opened(service) as store:
        await roll_all_up(store)
    start = b.StartClosingRequest(request_id=str(uuid4()), period=JULY)
    await service.billing.StartClosing(start, metadata=STAFF)
    code, printed = await run_verify(service)
    assert (code, printed.count("not compared: the closing is still running")) == (3, 2)
    assert await found(service) == {}
    await execute(service, DAMAGE)
    assert await found(service) == FOUND


async def test_6_6_owners_that_were_set_apart_are_named_as_left_out(service: Service) -> None:
    """They are not what the closing's knowledge comes to: their charges come with the next one."""
    await july_blocked(service)
    assert (await release(service, JULY)).state == CLOSING_STATE_CLOSED
    code, printed = await run_verify(service)
    why = "not compared: owners that the closing of 2026-07 set apart (1): the next closing settles them"
    assert (code, printed.count(why)) == (3, 2)


async def test_6_6_all_is_compared_once_a_later_closing_is_complete(service: Service) -> None:
    """6.5: it settles what a retry knew more."""
    await july_blocked(service)
    assert (await retry(service, JULY)).state == CLOSING_STATE_CLOSED
    await service.advance(date(2026, 9, 1))
    await service.close("2026-08")
    code, printed = await run_verify(service)
    assert (code, printed.splitlines()[-1]) == (0, "verified: no differences")
