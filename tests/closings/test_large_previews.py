"""Previews of accounts with so many subaccounts that they are written by columns (6.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from billing.operations.previews import ASIDE_ROWS, MANY_RECORDS
from prorata.v1 import billing_service_pb2 as b
from prorata.v1.charge_pb2 import (
    CHARGE_KIND_FLEX,
    CHARGE_KIND_SUPPORT_PLAN,
    CHARGE_KIND_USAGE,
    ChargeRecord,
)
from prorata.v1.usage_pb2 import UsageRecord
from server import pages as server_pages
from tests.corrections.calls import opened, roll_all_up, void
from tests.flex.calls import USER_AND_USAGE, add, happen, logins, users
from tests.service import STAFF, Service, usage

PARENT, OTHER = f"AC{'a' * 32}", f"AC{'b' * 32}"
SUBACCOUNTS = [f"AC{number:032x}" for number in range(MANY_RECORDS + 10)]
NOON = datetime(2026, 6, 20, 12, tzinfo=UTC)
BY_KEY = "SELECT account_sid FROM account WHERE account_sid = ANY ($1) ORDER BY account_key"
LARGEST = 10**12 - 1  # of a usage record, in units


@pytest.fixture
async def june(service: Service) -> Service:
    """June with a family of seventy, of whom one has Flex, and whose plan changed; and another account."""
    await service.product("sms")
    await service.product("calls", price="0.0133")
    for sid in (PARENT, OTHER):
        await service.account(sid)
    for start in range(0, len(SUBACCOUNTS), 20):
        await asyncio.gather(*(service.account(sid, parent=PARENT) for sid in SUBACCOUNTS[start : start + 20]))
    await service.change_plan(PARENT, "production")
    await add(service, SUBACCOUNTS[3], USER_AND_USAGE)
    await service.change_plan(PARENT, "business", date(2026, 6, 11))
    await service.advance(date(2026, 6, 30))
    await happen(service, logins(SUBACCOUNTS[3], users(2), NOON))
    return service


async def record(service: Service, records: Iterable[UsageRecord]) -> None:
    """Some usage, all of it new."""
    sent = list(records)
    response = await service.record(sent)
    assert response.new_count == len(sent), response


async def of_all(service: Service) -> None:
    """Usage of every account but the first, of each another: rated, and priced here."""
    numbered = list(enumerate(SUBACCOUNTS))
    await record(service, (usage(sid, "sms", NOON, amount=f"{number}.0{number}7") for number, sid in numbered[1:]))
    await record(service, (usage(sid, "calls", NOON, quantity=997 * number) for number, sid in numbered[::2]))
    await record(service, [usage(PARENT, "sms", NOON, amount="1234.567"), usage(OTHER, "sms", NOON, amount=3)])


async def check_preview(service: Service) -> list[ChargeRecord]:
    """A preview and its totals are what the closing emits; the records emitted for the payer."""
    preview = await service.billing.PreviewCharges(b.PreviewChargesRequest(account_sid=PARENT), metadata=STAFF)
    assert len(preview.records) > MANY_RECORDS
    assert {record.position for record in preview.records} == {0}
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    emitted = [record for record in await service.feed() if record.payer_account_sid == PARENT]
    for each in emitted:
        each.position = 0
    by_id = {each.charge_id: each for each in emitted}
    assert {each.charge_id: each for each in preview.records} == by_id
    totals = {total.kind: (total.record_count, total.amount) for total in preview.totals}
    assert totals.keys() == {each.kind for each in emitted}
    for kind, (count, amount) in totals.items():
        nanos = sum(each.amount.units * 10**9 + each.amount.nanos for each in emitted if each.kind == kind)
        assert (count, amount.units * 10**9 + amount.nanos) == (sum(each.kind == kind for each in emitted), nanos)
    return emitted


async def test_6_4_a_large_preview_shows_what_the_closing_emits(june: Service) -> None:
    await of_all(june)
    emitted = await check_preview(june)
    kinds = [each.kind for each in emitted]
    assert kinds.count(CHARGE_KIND_USAGE) == len([PARENT, *SUBACCOUNTS[1:]])  # the first spent nothing
    assert (kinds.count(CHARGE_KIND_FLEX), kinds.count(CHARGE_KIND_SUPPORT_PLAN)) == (1, 1)
    [support] = [each for each in emitted if each.kind == CHARGE_KIND_SUPPORT_PLAN]
    assert [line.support.plan_id for line in support.lines] == ["production", "business"]


async def test_6_4_so_large_a_preview_is_calculated_aside(june: Service) -> None:
    products = [f"product-{number}" for number in range(ASIDE_ROWS // len(SUBACCOUNTS) + 1)]
    for product in products:
        await june.product(product)
        await record(june, (usage(sid, product, NOON, amount="0.11") for sid in SUBACCOUNTS))
    emitted = await check_preview(june)
    assert sum(len(each.lines) for each in emitted if each.kind == CHARGE_KIND_USAGE) >= ASIDE_ROWS


async def test_1_2_a_large_preview_with_sums_beyond_64_bits_shows_what_the_closing_emits(june: Service) -> None:
    await of_all(june)
    await june.product("pings", price="0.0000001")
    await record(june, (usage(SUBACCOUNTS[5], "pings", NOON, quantity=LARGEST) for _ in range(10)))
    emitted = await check_preview(june)
    micros = {
        int(line.usage.unrated_quantity_micros)
        for each in emitted
        for line in each.lines
        if line.usage.product_id == "pings"
    }
    assert max(micros) > 2**63


async def pages(service: Service, **wanted: int) -> list[b.PreviewChargesResponse]:
    """All pages of a preview."""
    found, token = [], ""
    while token or not found:
        request = b.PreviewChargesRequest(account_sid=PARENT, page_token=token, **wanted)
        found.append(await service.billing.PreviewCharges(request, metadata=STAFF))
        assert found[-1].next_page_token != token or not token, "the same page again"
        token = found[-1].next_page_token
    return found


def whole(found: list[b.PreviewChargesResponse]) -> list[ChargeRecord]:
    return [record for page in found for record in page.records]


async def test_6_4_a_large_preview_comes_in_pages(june: Service) -> None:
    await of_all(june)
    async with opened(june) as store:
        await roll_all_up(store)
    [all_at_once] = await pages(june)
    in_pages = await pages(june, page_size=20)
    assert [len(page.records) for page in in_pages] == [20, 20, len(all_at_once.records) - 40]
    assert whole(in_pages) == list(all_at_once.records)
    assert {page.totals == all_at_once.totals for page in in_pages} == {True}
    for _ in range(3):  # the first page in its usual form is kept, and no other
        assert await pages(june) == [all_at_once]
        assert await pages(june, page_size=20) == in_pages


async def test_6_4_a_page_of_a_preview_is_small_enough_for_any_client(
    june: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await of_all(june)
    [all_at_once] = await pages(june)
    assert max(record.ByteSize() for record in all_at_once.records) > 4_000  # the support charge, with its parts
    monkeypatch.setattr(server_pages, "PAGE_BYTES", 4_000)
    in_pages = await pages(june, page_size=30)
    assert whole(in_pages) == list(all_at_once.records)
    sizes = [sum(record.ByteSize() for record in page.records) for page in in_pages]
    assert all(size <= 4_000 or len(page.records) == 1 for size, page in zip(sizes, in_pages, strict=True))
    assert all(size > 3_000 for size in sizes[:-2])


async def test_6_4_each_page_of_a_preview_is_of_its_moment(june: Service) -> None:
    await of_all(june)
    first, *_ = await pages(june, page_size=20)
    await record(june, [usage(SUBACCOUNTS[-1], "sms", NOON, amount=1_000)])
    request = b.PreviewChargesRequest(account_sid=PARENT, page_token=first.next_page_token)
    rest = await june.billing.PreviewCharges(request, metadata=STAFF)
    [now] = await pages(june)
    assert list(rest.records) == list(now.records)[20:]
    assert rest.totals == now.totals != first.totals


async def test_6_4_a_page_after_a_record_that_is_not_charged_any_more(june: Service) -> None:
    late = uuid4()
    await record(june, [usage(PARENT, "sms", NOON, amount=1), usage(SUBACCOUNTS[0], "sms", NOON, amount=1, event=late)])
    first, *_ = await pages(june, page_size=2)
    assert first.records[-1].account_sid == SUBACCOUNTS[0]
    assert await void(june, late, sid=SUBACCOUNTS[0]) == (1, 0)
    call = june.billing.PreviewCharges(
        b.PreviewChargesRequest(account_sid=PARENT, page_size=2, page_token=first.next_page_token), metadata=STAFF
    )
    refusal = await june.refused(call)
    assert (refusal.reason, refusal.fields) == ("INVALID_PAGE_TOKEN", ("page_token",))


async def test_6_5_adjustments_come_in_pages_in_the_same_order(june: Service) -> None:
    await of_all(june)
    await june.advance(date(2026, 7, 1))
    await june.close("2026-06")
    late = SUBACCOUNTS[1::4]
    await record(june, (usage(sid, "sms", NOON, amount=7) for sid in reversed(late)))
    [all_at_once] = await pages(june)
    adjusted = [each.account_sid for each in all_at_once.records if each.adjustment and each.kind == CHARGE_KIND_USAGE]
    async with opened(june) as store:
        in_order = await store.pool.fetch(BY_KEY, late)
    assert adjusted == [row["account_sid"] for row in in_order]  # as they were made, which was several at once
    assert whole(await pages(june, page_size=3)) == list(all_at_once.records)
