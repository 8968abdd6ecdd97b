"""Pages of every list: sizes, tokens bound to the list and its filters, no gap and no overlap."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from billing.store.requests import list_audit_events
from prorata import Client
from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN
from prorata.v1.inquiry_pb2 import INQUIRY_STATE_OPEN
from prorata.v1.subscription_pb2 import SubscriptionPeriod
from server import pages as server_pages
from server.access import SERVICES
from tests.contracts import calls as contracts
from tests.plans.calls import inquire
from tests.rehearsals import calls as rehearsals
from tests.server.calls import INVALID, day_in, moment_in, optional_day, outcome, price, prices_request, refuses, sid
from tests.service import SELF_SERVICE, STAFF, Service, usage
from tests.support import desk

JUNE = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Listing:
    """A list: its request with filters that find five things or more, other filters, and an item's key and order."""

    request: Any
    other: dict[str, Any]
    key: Callable[[Any], Any]
    order: Callable[[Any], Any] = lambda key: key
    backward: bool = False

    @property
    def rpc(self) -> str:
        """The name of the RPC."""
        return self.request.DESCRIPTOR.name.removesuffix("Request")

    def call(self, service: Service, **page: Any) -> Any:
        """Ask for a page; `other` fields of the filters may be given too."""
        request: Any = type(self.request)()
        request.CopyFrom(self.request)
        request.MergeFrom(type(self.request)(**page))
        stub = service.plans if hasattr(service.plans, self.rpc) else service.billing
        return getattr(stub, self.rpc)(request, metadata=STAFF)

    async def items(self, service: Service, **page: Any) -> tuple[list[Any], str]:
        """What is on a page, and the token of the next."""
        response = await self.call(service, **page)
        lists = {field.name: value for field, value in response.ListFields() if field.is_repeated}
        for beside in ("flex_prices", "totals"):  # all of them, on the first page or on every one
            lists.pop(beside, None)
        [items] = lists.values() or [[]]
        return list(items), response.next_page_token

    async def page(self, service: Service, **page: Any) -> tuple[list[Any], str]:
        """The keys of a page, and the token of the next."""
        items, token = await self.items(service, **page)
        return [self.key(item) for item in items], token

    async def walk(self, service: Service, size: int) -> list[list[Any]]:
        """The keys of all pages."""
        return [[self.key(item) for item in page] for page in await self.pages(service, size)]

    async def pages(self, service: Service, size: int) -> list[list[Any]]:
        """What is on all pages."""
        pages, token = [], ""
        while True:
            items, token = await self.items(service, page_size=size, page_token=token)
            pages.append(items)
            if not token:
                return pages


def _run(run: SubscriptionPeriod) -> tuple[Any, ...]:
    return day_in(run.start_day), optional_day(run, "end_day"), run.plan_id, moment_in(run.record_time)


LISTINGS = {
    listing.rpc: listing
    for listing in (
        Listing(p.ListAccountsRequest(parent_account_sid=sid(1)), {"top_level_only": True}, lambda a: a.account_sid),
        Listing(
            p.ListSubscriptionsRequest(account_sid=sid(1), include_superseded=True),
            {"account_sid": sid(2)},
            _run,
            order=lambda run: run[0],
        ),
        Listing(p.ListContractsRequest(), {"member_account_sid": sid(21)}, lambda contract: contract.contract_sid),
        Listing(b.ListProductsRequest(), {"period": "2026-07"}, lambda product: product.product_id),
        Listing(b.ListPricesRequest(), {"product_id": "a"}, lambda found: (found.product_id, found.effective_period)),
        Listing(
            b.ListUsageRequest(account_sid=sid(1), period="2026-06"),
            {"product_id": "a"},
            lambda found: found.record.event_id,
        ),
        Listing(b.ListChargesRequest(period="2026-06"), {"payer_account_sid": sid(1)}, lambda record: record.position),
        Listing(
            b.PreviewChargesRequest(account_sid=sid(1)),
            {"account_sid": sid(41)},
            lambda record: (record.kind, record.account_sid or record.owner_sid),
        ),
        Listing(
            p.PreviewPlanChangeRequest(account_sid=sid(1), plan_id="business"),
            {"plan_id": "developer"},
            lambda record: (record.kind != CHARGE_KIND_SUPPORT_PLAN, record.account_sid),
        ),
        Listing(
            b.GetUsageSummaryRequest(
                account_sid=sid(1), period="2026-09", include_subaccounts=True, by_account=True, by_day=True
            ),
            {"by_product": True},
            lambda row: (row.account_sid, day_in(row.day)),
        ),
        Listing(b.ListClosingsRequest(), {}, lambda closing: closing.closing_number, backward=True),
        Listing(
            b.ListRehearsalsRequest(period="2026-06"),
            {"period": "2026-07"},
            lambda rehearsal: rehearsal.rehearsal_number,
            backward=True,
        ),
        Listing(b.ListAuditEventsRequest(), {"subject": sid(1)}, lambda event: event.number, backward=True),
        Listing(
            p.ListInquiriesRequest(state=INQUIRY_STATE_OPEN),
            {"account_sid": sid(11)},
            lambda inquiry: inquiry.account_sid,
            backward=True,
        ),
        Listing(
            b.ListCasesRequest(account_sid=sid(1), month="2026-06"), {"month": "2026-07"}, lambda case: case.case_id
        ),
        Listing(
            b.ListSupportCreditsRequest(owner_sid=sid(41)),
            {"owner_sid": sid(1)},
            lambda credit: credit.month,
            backward=True,
        ),
    )
}
BY_OTHER_NAMES = {"PreviewCharges", "PreviewPlanChange", "GetUsageSummary"}


async def filled(service: Service) -> None:
    """Five things and more for every list, but for closings and support credits, of which there are three."""
    await service.account(sid(1))
    for number in range(2, 8):
        await service.account(sid(number), parent=sid(1))
    for number in range(11, 16):
        await service.account(sid(number))
        await service.change_plan(sid(number), "production")
        await inquire(service, sid(number))
    for number in range(21, 26):
        await service.account(sid(number))
        await contracts.create(service, [sid(number)], contract_sid=f"CT{number:032x}")
    for day in range(1, 6):
        await service.advance(datetime(2026, 6, day, tzinfo=UTC))
        await service.change_plan(
            sid(1), "production" if day % 2 else "business", date(2026, 6, day + 20), replace=True
        )
    for product_id in "abcde":
        await service.product(product_id)
    prices = [price(product_id, "1", period) for product_id in "ab" for period in ("2026-06", "2026-07", "2026-08")]
    await service.billing.PublishPrices(prices_request(*prices), metadata=STAFF)
    records = [usage(sid(1), "a", JUNE, event=UUID(int=number * 7919 % 13)) for number in range(1, 8)]
    assert (await service.record(records)).new_count == 7
    await service.account(sid(41))
    await service.change_plan(sid(41), "production", date(2026, 6, 6))
    await service.advance(datetime(2026, 6, 25, tzinfo=UTC))
    await desk.record(service, *(desk.case(f"c-{number}", sid=sid(1)) for number in range(5)))
    for period in ["2026-06"] * 5:
        await rehearsals.start(service, period)
    for month in (7, 8, 9):
        await desk.miss_p2(service, sid(41), datetime(2026, month - 1, 10, 13, tzinfo=UTC))
        await service.advance(datetime(2026, month, 1, tzinfo=UTC))
        await desk.claim(service, sid(41), f"2026-{month - 1:02d}")
        await service.close(f"2026-{month - 1:02d}")
        await rehearsals.start(service, f"2026-{month:02d}")
        await service.advance(datetime(2026, month, 25, tzinfo=UTC))
    september = datetime(2026, 9, 1, tzinfo=UTC)
    assert (await service.record([usage(sid(number), "a", september) for number in range(1, 8)])).new_count == 7


def test_every_list_with_pages_is_tried_here() -> None:
    methods = [method for service in SERVICES for method in service.methods]
    assert {method.name for method in methods if "page_token" in method.input_type.fields_by_name} == set(LISTINGS)
    lists = {method.name for method in methods if method.name.startswith("List")}
    assert lists == {*LISTINGS, "ListPlans"} - BY_OTHER_NAMES


async def test_pages_follow_each_other_without_gap_or_overlap(service: Service, subtests: pytest.Subtests) -> None:
    await filled(service)
    for rpc, listing in LISTINGS.items():
        with subtests.test(rpc):
            everything, token = await listing.page(service)
            assert token == ""
            assert len(everything) >= (3 if rpc in ("ListClosings", "ListSupportCredits") else 5)
            assert len(everything) == len(set(everything))
            assert everything == sorted(everything, key=listing.order, reverse=listing.backward)
            for size in (1, 2, len(everything) - 1, len(everything), len(everything) + 1):
                pages = await listing.walk(service, size)
                assert [key for page in pages for key in page] == everything
                assert all(len(page) == size for page in pages[:-1])
            _, token = await listing.page(service, page_size=2)
            rest, _ = await listing.page(service, page_size=1_000, page_token=token)  # the size is no filter
            assert rest == everything[2:]
    response = await service.billing.ListCharges(b.ListChargesRequest(page_size=1), metadata=SELF_SERVICE)
    request = b.ListChargesRequest(page_token=response.next_page_token)  # a token is not bound to a caller
    assert (await service.billing.ListCharges(request, metadata=STAFF)).records[0].position == 2


async def test_a_token_is_bound_to_its_list_and_filters(service: Service, subtests: pytest.Subtests) -> None:
    await filled(service)
    tokens = {rpc: (await listing.page(service, page_size=1))[1] for rpc, listing in LISTINGS.items()}
    for rpc, listing in LISTINGS.items():
        foreign = {f"of {other}": token for other, token in tokens.items() if other != rpc}
        malformed = {
            "no base64": "%%%",
            "a text": "next",
            "not ASCII": "é",
            "cut": tokens[rpc][: len(tokens[rpc]) // 2],
            "a number": base64.urlsafe_b64encode(b"7").decode(),
            "another shape": base64.urlsafe_b64encode(b'{"a": 1, "b": 2}').decode(),
            "too deep": base64.urlsafe_b64encode(b"[" * 700).decode(),
        }
        forged = {f"forged with {part!a}": _forged(tokens[rpc], part) for part in (5, None, float("inf"), "\ud800")}
        for name, token in {**foreign, **malformed, **forged}.items():
            with subtests.test(rpc, token=name):
                await refuses(listing.call(service, page_token=token), INVALID, "INVALID_PAGE_TOKEN", "page_token")
        if listing.other:
            with subtests.test(rpc, filters=listing.other):
                call = listing.call(service, page_token=tokens[rpc], **listing.other)
                await refuses(call, INVALID, "INVALID_PAGE_TOKEN", "page_token")


def _forged(token: str, part: object) -> str:
    """The token with something else in place of what it carries."""
    filters, start = json.loads(base64.urlsafe_b64decode(token))
    return base64.urlsafe_b64encode(json.dumps([filters, [part] * len(start)]).encode()).decode()


async def test_a_token_that_was_tampered_with_is_refused_or_a_place_in_the_list(
    service: Service, subtests: pytest.Subtests
) -> None:
    await filled(service)
    for rpc, listing in LISTINGS.items():
        token = (await listing.page(service, page_size=1))[1]
        content = base64.urlsafe_b64decode(token)
        with subtests.test(rpc):
            for place in range(len(content)):
                for other in (b"x", b"9" * 30):
                    tampered = content[:place] + other + content[place + 1 :]
                    call = listing.call(service, page_token=base64.urlsafe_b64encode(tampered).decode())
                    answer = await outcome(call)
                    assert getattr(answer, "reason", "") in {"", "INVALID_PAGE_TOKEN"}, tampered


async def test_a_page_has_100_items_by_default_and_never_more_than_1000(
    quiet: Service, behind: asyncpg.Connection, subtests: pytest.Subtests
) -> None:
    await _many(behind)
    for rpc in ("ListAccounts", "ListSubscriptions", "ListProducts", "ListPrices", "ListAuditEvents"):
        listing = LISTINGS[rpc]
        with subtests.test(rpc):
            assert len((await listing.page(quiet))[0]) == 100
            for size in (1_000, 1_001, 2**31 - 1):
                keys, token = await listing.page(quiet, page_size=size)
                assert len(keys) == 1_000
                assert token
            pages = await listing.walk(quiet, 5_000)
            assert [len(page) for page in pages] == [1_000, 2]
            for size in (-1, -(2**31)):
                await refuses(listing.call(quiet, page_size=size), INVALID, "INVALID_FIELD", "page_size")


async def test_a_page_is_small_enough_for_any_client(
    service: Service, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(service)
    monkeypatch.setattr(server_pages, "FILLED_FIRST", 1)
    for rpc, listing in LISTINGS.items():
        if rpc == "GetUsageSummary":  # its rows are bounded: so many fit
            continue
        everything, _ = await listing.items(service)
        sizes = [item.ByteSize() for item in everything]
        for most in (1, max(sizes), max(sizes) * 2, sum(sizes) - 1, sum(sizes)):
            with subtests.test(rpc, most=most), monkeypatch.context() as patch:
                patch.setattr(server_pages, "PAGE_BYTES", most)
                found = await listing.pages(service, 1_000)
                assert [item for page in found for item in page] == everything
                taken = [sum(item.ByteSize() for item in page) for page in found]
                assert all(size <= most or len(page) == 1 for size, page in zip(taken, found, strict=True))
                following = [page[0].ByteSize() for page in found[1:]]
                assert all(size + one > most for size, one in zip(taken, following, strict=False))


async def test_long_requests_do_not_keep_the_audit_trail_from_being_read(
    quiet: Service, behind: asyncpg.Connection
) -> None:
    lengths = [400_000] * 30 + [3_500_000, 3_500_000] + [10] * 150
    await behind.execute(
        """INSERT INTO audit_event (event_time, cutoff, caller, role, rpc, subject, request_json)
        SELECT '2026-06-01Z', 0, 'tests', 'staff', 'RecordCases', CASE WHEN n % 2 = 0 THEN 'even' ELSE '' END,
               repeat('x', length)
        FROM unnest($1::integer[]) WITH ORDINALITY AS l (length, n) ORDER BY n DESC""",
        lengths,
    )
    for subject, wanted in (("", lengths), ("even", lengths[1::2])):
        listing = Listing(b.ListAuditEventsRequest(subject=subject), {}, lambda event: len(event.request_json))
        for size in (0, 1_000):  # through a client with the usual limit of 4 MB
            found = await listing.walk(quiet, size)
            assert [length for page in found for length in page] == wanted
            assert all(sum(page) <= server_pages.PAGE_BYTES or len(page) == 1 for page in found)
    read = await list_audit_events(behind, 2**62, 1_001, "", server_pages.PAGE_BYTES)
    assert [len(event.request_json) for event in read] == [400_000] * 8  # no more than a page and one, however many fit
    read = await list_audit_events(behind, read[-1].event_number - 22, 1_001, "", server_pages.PAGE_BYTES)
    assert [len(event.request_json) for event in read] == [3_500_000, 3_500_000]


async def test_a_single_item_may_be_as_large_as_our_client_takes(quiet: Service, behind: asyncpg.Connection) -> None:
    await behind.execute(
        """INSERT INTO audit_event (event_time, cutoff, caller, role, rpc, subject, request_json)
        SELECT '2026-06-01Z', 0, 'tests', 'staff', 'PublishPrices', '', repeat('x', 20000000)"""
    )
    async with Client(quiet.address, caller="tests") as client:
        answer = await client.billing.list_audit_events()
    assert [len(event.request_json) for event in answer.events] == [20_000_000]


async def test_long_inquiries_come_in_pages_that_any_client_takes(quiet: Service, behind: asyncpg.Connection) -> None:
    await _many_accounts(behind, subaccounts=False)
    await behind.execute(
        """INSERT INTO inquiry (family_key, inquiry_id, plan_id, contact_name, contact_email, contact_phone,
                                contact_message, state, record_time, record_cutoff)
        SELECT family_key, gen_random_uuid(), 'personalized', 'n', 'n@example.com', '', repeat('文', 4000), 1,
               '2026-06-01Z', 0
        FROM account LIMIT 500"""
    )
    found = await LISTINGS["ListInquiries"].walk(quiet, 1_000)
    assert [len(page) for page in found] == [259, 241]
    assert len({key for page in found for key in page}) == 500


async def test_pages_of_usage_and_charges_are_bounded_alike(service: Service) -> None:
    connection = await asyncpg.connect(service.database_url)
    await _many_accounts(connection, subaccounts=False)
    await connection.close()
    await service.account(sid(1), created=date(2026, 6, 1))
    await service.product("sms")
    await service.record([usage(sid(1), "sms", JUNE, amount="0.01") for _ in range(1_002)])
    await service.advance(datetime(2026, 7, 1, tzinfo=UTC))
    await service.close("2026-06")
    for rpc, count in (("ListUsage", 1_002), ("ListCharges", 1_003)):
        listing = LISTINGS[rpc]
        assert len((await listing.page(service))[0]) == 100
        pages = await listing.walk(service, 5_000)
        assert [len(page) for page in pages] == [1_000, count - 1_000]
    feed = [record.position for record in await service.feed()]  # several messages
    assert feed == list(range(1, 1_004))


async def _many_accounts(behind: asyncpg.Connection, *, subaccounts: bool) -> None:
    """1,002 accounts on the production plan since 1 June; or one, with as many subaccounts."""
    family = "1" if subaccounts else "n"
    first = 2 if subaccounts else 1_001
    numbers = f"generate_series({first}, {first + 1_001}) n"
    sids = "'AC' || lpad(to_hex(n), 32, '0')"
    if subaccounts:
        numbers = "generate_series(1, 1003) n"
    for statement in (
        f"INSERT INTO account_sid SELECT {sids}, {family}, n FROM {numbers}",
        f"INSERT INTO account SELECT {family}, n, {sids}, '', '2026-06-01Z', 0 FROM {numbers}",
        f"""INSERT INTO account_life (family_key, account_key, start_day, generation, record_time, record_cutoff)
            SELECT {family}, n, '2026-06-01', 0, '2026-06-01Z', 0 FROM {numbers}""",
        f"""INSERT INTO plan_held (owner_key, plan_id, start_day, origin, by_staff, record_time, record_cutoff)
            SELECT DISTINCT {family}, 'production', date '2026-06-01', 1, false, timestamptz '2026-06-01Z', 0
            FROM {numbers}""",
        "SELECT setval('party_key_seq', 10000)",
    ):
        await behind.execute(statement)


async def _many(behind: asyncpg.Connection) -> None:
    """1,002 things for each list that has no part in closings."""
    await _many_accounts(behind, subaccounts=True)
    numbers = "generate_series(1, 1002) n"
    for statement in (
        """INSERT INTO plan_held (owner_key, plan_id, start_day, origin, by_staff, record_time, record_cutoff,
                supersede_time, supersede_cutoff)
            SELECT 1, 'business', '2026-06-01', 2, false, '2026-06-01Z', 0, '2026-06-01Z', 0
            FROM generate_series(1, 1001) n""",
        f"""INSERT INTO product (product_id, display_name, unit, record_time, record_cutoff)
            SELECT 'p' || n, 'p', 'unit', '2026-06-01Z', 0 FROM {numbers}""",
        """INSERT INTO product_terms (product_key, start_month, stage, family, covered, record_time, record_cutoff)
            SELECT product_key, '0001-01-01', 6, 1, true, '2026-06-01Z', 0 FROM product""",
        """INSERT INTO price (product_key, start_month, unit_price, record_time, record_cutoff)
            SELECT product_key, '2026-06-01', 1, '2026-06-01Z', 0 FROM product""",
        f"""INSERT INTO audit_event (event_time, cutoff, caller, role, rpc, subject, request_json)
            SELECT '2026-06-01Z', 0, 'tests', 'staff', 'CreateAccount', '', '{{}}' FROM {numbers}""",
    ):  # fmt: skip
        await behind.execute(statement)
