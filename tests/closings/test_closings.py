"""Closings through the real RPC, on real Postgres and Valkey (6)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import asyncpg
import grpc
import pytest
import structlog

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import CHARGE_KIND_USAGE, ChargeRecord
from prorata.v1.closing_pb2 import (
    CLOSING_STATE_BLOCKED,
    CLOSING_STATE_CLOSED,
    CLOSING_STATE_RUNNING,
    Closing,
)
from tests.closings.months import SIDS, month_of_june, wait_until
from tests.conftest import MakeService
from tests.service import STAFF, Service, amount, support, usage, usage_records


async def test_6_1_a_period_closes_on_request_as_soon_as_it_has_ended(service: Service) -> None:
    await month_of_june(service)
    refused = await service.refused(service.close("2026-06"))
    assert (refused.code, refused.reason, refused.fields) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "PERIOD_NOT_ENDED",
        ("period",),
    )
    await service.advance(date(2026, 7, 1))
    closing = await service.close("2026-06")
    assert closing.state == CLOSING_STATE_CLOSED
    assert (closing.charge_day.year, closing.charge_day.month, closing.charge_day.day) == (2026, 7, 1)
    assert closing.digest_final
    assert closing.record_count == len(await service.feed())


async def test_6_1_a_period_closes_by_itself_after_the_grace_time(service: Service) -> None:
    await month_of_june(service)
    await service.advance(datetime(2026, 7, 1, 5, 59, tzinfo=UTC))
    not_yet = await service.refused(service.watch("2026-06"))
    assert not_yet.reason == "CLOSING_NOT_FOUND"
    await service.advance(datetime(2026, 7, 1, 6, tzinfo=UTC))
    await wait_until(service, "2026-06")
    closing = await service.watch("2026-06")
    assert (closing.state, closing.started_by) == (CLOSING_STATE_CLOSED, "prorata")


async def test_6_6_jumping_over_months_closes_each_in_order(service: Service) -> None:
    await month_of_june(service)
    await service.advance(datetime(2026, 10, 2, tzinfo=UTC))
    await wait_until(service, "2026-09")
    await service.watch("2026-09")
    found = (await service.billing.ListClosings(b.ListClosingsRequest(), metadata=STAFF)).closings
    assert [(each.period, each.state) for each in found] == [
        (period, CLOSING_STATE_CLOSED) for period in ("2026-09", "2026-08", "2026-07", "2026-06")
    ]
    assert {record.period for record in support(await service.feed())} == {"2026-06", "2026-07", "2026-08", "2026-09"}


async def test_6_6_periods_close_in_order_from_the_first_that_has_an_account(service: Service) -> None:
    empty = await service.refused(service.close("2026-05"))
    assert empty.reason == "PERIOD_OUT_OF_ORDER"
    await service.account(SIDS[0], created=date(2026, 4, 20))
    for period in ("2026-03", "2026-05"):
        refused = await service.refused(service.close(period))
        assert (refused.reason, refused.fields) == ("PERIOD_OUT_OF_ORDER", ("period",))
        assert "2026-04" in refused.message
    closing = await service.close("2026-04")
    assert (closing.state, closing.record_count) == (CLOSING_STATE_CLOSED, 0)  # a period without records closes too
    refused = await service.refused(service.account(SIDS[1], created=date(2026, 4, 21)))
    assert refused.reason == "PERIOD_CLOSED"


async def test_6_2_a_second_request_answers_with_the_first_closing(service: Service) -> None:
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    first, *others = await asyncio.gather(*(service.close("2026-06") for _ in range(8)))
    assert others == [first] * 7
    assert await service.close("2026-06") == first
    assert len({record.charge_id for record in await service.feed()}) == first.record_count


async def test_6_1_what_arrives_after_the_start_waits_for_the_next_closing(make_service: MakeService) -> None:
    service = await make_service(worker=False)
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    previews = [await service.preview(sid, "2026-06") for sid in SIDS]
    expected = _amounts(record for records in previews for record in records)
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    await service.spend(SIDS[0], 5_000, datetime(2026, 6, 29, tzinfo=UTC))
    await service.change_plan(SIDS[0], "developer")
    async with service.worker():
        closing = await service.watch("2026-06")
    assert closing.state == CLOSING_STATE_CLOSED
    assert _amounts(await service.feed()) == expected


async def test_6_2_several_workers_give_the_same_records_and_digest(make_service: MakeService) -> None:
    digests = []
    for workers in (1, 3):
        service = await make_service(worker=False)
        await month_of_june(service)
        await service.advance(date(2026, 7, 1))
        async with service.workers(workers):
            closing = await service.close("2026-06")
        positions = [record.position for record in await service.feed()]
        assert positions == list(range(1, closing.record_count + 1))
        digests.append((closing.digest, closing.totals, closing.record_count))
    assert digests[0] == digests[1]


async def test_6_4_a_preview_calculates_what_the_closing_emits(service: Service) -> None:
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    previewed = [record for sid in SIDS for record in await service.preview(sid, "2026-06")]
    closing = await service.close("2026-06")
    emitted = await service.feed()
    for record in emitted:
        record.position = 0
    key = lambda record: record.charge_id  # noqa: E731
    assert sorted(previewed, key=key) == sorted(emitted, key=key)
    assert closing.record_count == len(previewed)
    assert await service.preview(SIDS[0], "2026-06") == []  # no adjustment is due
    refused = await service.refused(service.preview(SIDS[0], "2026-08"))
    assert refused.reason == "PERIOD_IN_FUTURE"


async def test_6_6_an_owner_that_fails_is_set_apart_and_a_retry_finishes_the_month(make_service: MakeService) -> None:
    whole = await make_service()
    await month_of_june(whole)
    await whole.advance(date(2026, 7, 1))
    expected = await whole.close("2026-06")

    service = await make_service()
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    broken = await _break_price(service)
    with structlog.testing.capture_logs() as logs:
        blocked = await service.close("2026-06")
    [logged] = [each for each in logs if each["event"] == "owners_set_apart"]
    assert (logged["closing_number"], logged["period"], logged["owners"]) == (1, "2026-06", [SIDS[0]])
    assert (blocked.state, blocked.digest_final, blocked.set_apart_count) == (CLOSING_STATE_BLOCKED, False, 1)
    assert [(each.owner_sid, each.released) for each in blocked.set_apart] == [(SIDS[0], False)]
    assert blocked.set_apart[0].reason == (
        f"2026-06: usage of {SIDS[0]}: account {SIDS[0]}: product calls has no price in the period"
    )
    assert SIDS[0] not in {record.payer_account_sid for record in await service.feed()}
    assert len(await service.feed()) > 0

    await service.advance(date(2026, 8, 1))
    refused = await service.refused(service.close("2026-07"))
    assert refused.reason == "PERIOD_OUT_OF_ORDER"

    again = await _retry(service)  # still broken: still set apart
    assert (again.state, again.set_apart_count) == (CLOSING_STATE_BLOCKED, 1)
    await _execute(service, f"UPDATE price SET supersede_cutoff = NULL WHERE price_key = {broken}")
    closing = await _retry(service)
    assert (closing.state, closing.set_apart_count, closing.digest_final) == (CLOSING_STATE_CLOSED, 0, True)
    assert (closing.digest, closing.totals) == (expected.digest, expected.totals)
    nothing = await service.refused(_retry(service))
    assert nothing.reason == "NOTHING_SET_APART"


async def test_6_6_released_owners_do_not_hold_up_the_next_period(make_service: MakeService) -> None:
    """6.6: their charges come as adjustments of the next closing that can calculate them."""
    whole = await make_service()
    await month_of_june(whole)
    await whole.advance(date(2026, 7, 1))
    await whole.close("2026-06")
    expected = _parts(record for record in await whole.feed() if record.payer_account_sid == SIDS[0])

    service = await make_service()
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    broken = await _break_price(service)
    assert (await service.close("2026-06")).state == CLOSING_STATE_BLOCKED
    refused = await service.refused(_release(service, "2026-06", SIDS[1]))
    assert (refused.reason, refused.fields) == ("NOTHING_SET_APART", ("owner_sids",))
    released = await _release(service, "2026-06", SIDS[0])
    assert (released.state, released.set_apart_count) == (CLOSING_STATE_CLOSED, 0)
    assert [(each.owner_sid, each.released) for each in released.set_apart] == [(SIDS[0], True)]
    assert await service.preview(SIDS[1], "2026-06") == []

    await service.advance(date(2026, 8, 1))
    blocked = await service.close("2026-07")  # June can not be settled: nothing of the owner is emitted
    assert blocked.state == CLOSING_STATE_BLOCKED
    assert f"2026-06: usage of {SIDS[0]}: account {SIDS[0]}: product calls" in blocked.set_apart[0].reason
    assert (await _release(service, "2026-07", SIDS[0])).state == CLOSING_STATE_CLOSED
    assert SIDS[0] not in {record.payer_account_sid for record in await service.feed()}

    await _execute(service, f"UPDATE price SET supersede_cutoff = NULL WHERE price_key = {broken}")
    due = await service.preview(SIDS[0], "2026-06")
    await service.advance(date(2026, 9, 1))
    assert (await service.close("2026-08")).state == CLOSING_STATE_CLOSED
    settled = [record for record in await service.feed() if record.payer_account_sid == SIDS[0]]
    june = [record for record in settled if record.period == "2026-06"]
    assert {(record.closing_period, record.adjustment) for record in june} == {("2026-08", True)}
    assert _parts(june) == expected
    assert sorted(record.charge_id for record in due) == sorted(record.charge_id for record in june)
    july = [record for record in settled if record.period == "2026-07"]
    assert [record.closing_period for record in july] == ["2026-08"] * len(july)
    assert july, "the plan of July is owed as well"


def _parts(records: Iterable[ChargeRecord]) -> dict[tuple[int, str, str], Decimal]:
    """The sum of the parts by kind, item and account."""
    parts: dict[tuple[int, str, str], Decimal] = {}
    for record in records:
        for line in record.lines:
            inputs = getattr(line, line.WhichOneof("inputs"))
            item = inputs.product_id if record.kind == CHARGE_KIND_USAGE else inputs.plan_id
            for part in line.parts:
                key = record.kind, item, part.account_sid
                parts[key] = parts.get(key, Decimal(0)) + amount(part.amount)
    return parts


async def _release(service: Service, period: str, *owner_sids: str) -> Closing:
    request = b.ReleaseClosingFailuresRequest(request_id=str(uuid4()), period=period, owner_sids=owner_sids)
    return (await service.billing.ReleaseClosingFailures(request, metadata=STAFF)).closing


async def test_6_3_watching_shows_progress_and_ends_after_the_last_record(service: Service) -> None:
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF)
    steps = [
        step.closing
        async for step in service.billing.WatchClosing(b.WatchClosingRequest(period="2026-06"), metadata=STAFF)
    ]
    assert len(await service.feed()) == steps[-1].record_count
    assert [step.state for step in steps[:-1]] == [CLOSING_STATE_RUNNING] * (len(steps) - 1)
    done = [step.done_shard_count for step in steps]
    assert done == sorted(done)
    assert done[-1] == steps[-1].shard_count > 0


async def test_6_5_late_usage_of_a_closed_month_is_taken_and_touches_no_record(service: Service) -> None:
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    before = await service.feed()
    await service.spend(SIDS[0], 1_000, datetime(2026, 6, 30, tzinfo=UTC))
    assert await service.feed() == before
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    after = await service.feed()
    assert after[: len(before)] == before
    assert not usage_records(record for record in after[len(before) :] if record.period == "2026-07")


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_6_8_the_feed_replays_from_any_position_and_follows_live(service: Service, after: int) -> None:
    await month_of_june(service)
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    june = await service.feed()
    follower = service.billing.StreamCharges(b.StreamChargesRequest(after_position=after, follow=True), metadata=STAFF)
    seen = []
    while len(seen) < len(june) - after:
        seen += (await follower.read()).records
    assert seen == june[after:]
    await service.advance(date(2026, 8, 1))
    await service.close("2026-07")
    async with asyncio.timeout(10):
        seen += (await follower.read()).records
    follower.cancel()
    assert [record.position for record in seen] == list(range(after + 1, after + 1 + len(seen)))
    assert seen[-1].period == "2026-07"


async def test_1_1_amounts_beyond_what_a_record_carries_set_the_owner_apart(service: Service) -> None:
    await month_of_june(service)
    await service.product("gold", price="999999999")
    moment = datetime(2026, 6, 20, tzinfo=UTC)
    response = await service.record([usage(SIDS[1], "gold", moment, quantity="999999999999.999999")])
    assert response.new_count == 1
    refused = await service.refused(service.preview(SIDS[1], "2026-06"))
    assert refused.reason == "CALCULATION_FAILED"
    await service.advance(date(2026, 7, 1))
    closing = await service.close("2026-06")
    assert [each.owner_sid for each in closing.set_apart] == [SIDS[1]]
    assert amount(closing.totals[0].amount) > 0


def _amounts(records: Iterable[ChargeRecord]) -> list[tuple[str, int, int]]:
    return sorted((record.charge_id, record.amount.units, record.amount.nanos) for record in records)


async def _retry(service: Service) -> Closing:
    await service.billing.RetryClosingFailures(
        b.RetryClosingFailuresRequest(request_id=str(uuid4()), period="2026-06"), metadata=STAFF
    )
    return await service.watch("2026-06")


async def _break_price(service: Service) -> int:
    """Take away the price of a product that was used, as no RPC can; returns the price's key."""
    connection = await asyncpg.connect(service.database_url)
    key: int = await connection.fetchval(
        "UPDATE price SET supersede_cutoff = 0 FROM product p "
        "WHERE p.product_key = price.product_key AND product_id = 'calls' RETURNING price_key"
    )
    await connection.close()
    return key


async def _execute(service: Service, statement: str) -> None:
    connection = await asyncpg.connect(service.database_url)
    await connection.execute(statement)
    await connection.close()
