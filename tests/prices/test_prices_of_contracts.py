"""A contract's own prices (4.5), and what usage they let in (4.3)."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from prorata.v1 import billing_service_pb2 as b
from prorata.v1.error_pb2 import ErrorReason
from tests.conftest import MakeService
from tests.prices.books import (
    CONTRACT,
    OTHER_CONTRACT,
    graduated,
    join,
    leave,
    listed,
    make_contract,
    package,
    per_unit,
    publish,
    publish_request,
    volume,
)
from tests.server.calls import INVALID, NOT_FOUND, PRECONDITION, refuses, sid
from tests.service import STAFF, Service, amount, usage, usage_records

A, B, SUB = sid(1), sid(2), sid(3)
IN_JUNE, IN_JULY = datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC)


@pytest.fixture
async def quiet(make_service: MakeService) -> Service:
    """A server without a worker, with A, which has a subaccount, and B, and products without a price in the book."""
    made = await make_service(worker=False)
    for account in (A, B):
        await made.account(account)
    await made.account(SUB, parent=A)
    for product in ("sms", "fax"):
        await made.product(product)
    return made


async def outcomes(service: Service, *records: tuple[str, str, datetime]) -> list[str]:
    """What becomes of unrated usage of accounts and products at moments: a reason, or "new"."""
    response = await service.record(usage(account, product, moment) for account, product, moment in records)
    found = ["new"] * len(records)
    for refused in response.refused:
        found[refused.index] = ErrorReason.Name(refused.reason).removeprefix("ERROR_REASON_")
    return found


async def test_4_5_a_contracts_own_prices_are_listed_beside_the_book(quiet: Service) -> None:
    await make_contract(quiet, [A])
    await make_contract(quiet, [B], sid=OTHER_CONTRACT)
    prices = [package("fax", "10", "1", contract=CONTRACT), graduated("sms", contract=CONTRACT)]
    published = await publish(quiet, *prices, per_unit("sms", "1"), volume("sms", contract=OTHER_CONTRACT))
    assert [price.contract_sid for price in published] == [CONTRACT, CONTRACT, "", OTHER_CONTRACT]
    assert await listed(quiet) == [per_unit("sms", "1")]
    assert await listed(quiet, contract=CONTRACT) == prices
    assert await listed(quiet, contract=CONTRACT, product="sms") == prices[1:]
    await publish(quiet, per_unit("sms", "0.5", contract=CONTRACT))  # in place of the contract's, not of the book's
    assert await listed(quiet, contract=CONTRACT) == [prices[0], per_unit("sms", "0.5", contract=CONTRACT)]
    assert await listed(quiet) == [per_unit("sms", "1")]


async def test_4_5_the_same_price_twice_is_one_of_the_same_contract(quiet: Service) -> None:
    await make_contract(quiet, [A])
    twice = [per_unit("sms", "1", contract=CONTRACT), per_unit("sms", "1"), per_unit("sms", "2", contract=CONTRACT)]
    call = quiet.billing.PublishPrices(publish_request(*twice), metadata=STAFF)
    await refuses(call, INVALID, "INVALID_FIELD", "prices[2]")


async def test_4_5_an_unknown_contract_is_named(quiet: Service) -> None:
    request = publish_request(per_unit("sms", "1"), per_unit("sms", "1", contract=CONTRACT))
    call = quiet.billing.PublishPrices(request, metadata=STAFF)
    await refuses(call, NOT_FOUND, "CONTRACT_NOT_FOUND", "prices[1].contract_sid")
    assert await listed(quiet) == []
    for contract, product, reason, field in (
        (CONTRACT, "", "CONTRACT_NOT_FOUND", "contract_sid"),
        (CONTRACT, "nothing", "PRODUCT_NOT_FOUND", "product_id"),
    ):
        list_request = b.ListPricesRequest(contract_sid=contract, product_id=product)
        await refuses(quiet.billing.ListPrices(list_request, metadata=STAFF), NOT_FOUND, reason, field)
    await refuses(
        quiet.billing.ListPrices(b.ListPricesRequest(contract_sid="CT1"), metadata=STAFF),
        INVALID, "INVALID_FIELD", "contract_sid",
    )  # fmt: skip


async def test_4_3_a_contracts_own_price_lets_in_usage_of_its_families(quiet: Service) -> None:
    """4.5: of accounts and subaccounts, of that product, from the price's first period on."""
    await quiet.advance(IN_JULY)
    await make_contract(quiet, [A], date(2026, 6, 1))
    assert await outcomes(quiet, (A, "sms", IN_JUNE)) == ["PRICE_NOT_FOUND"]
    await publish(quiet, per_unit("sms", "1", "2026-07", contract=CONTRACT))
    assert await outcomes(
        quiet, (A, "sms", IN_JUNE), (A, "sms", IN_JULY), (SUB, "sms", IN_JULY), (B, "sms", IN_JULY),
        (A, "fax", IN_JULY), (sid(9), "sms", IN_JULY), (A, "nothing", IN_JULY),
    ) == [
        "PRICE_NOT_FOUND", "new", "new", "PRICE_NOT_FOUND", "PRICE_NOT_FOUND", "ACCOUNT_NOT_FOUND", "PRODUCT_NOT_FOUND",
    ]  # fmt: skip
    await publish(quiet, volume("sms", start="2026-06", contract=CONTRACT))
    assert await outcomes(quiet, (A, "sms", IN_JUNE), (B, "sms", IN_JUNE)) == ["new", "PRICE_NOT_FOUND"]
    await publish(quiet, package("sms", "10", "1", "2026-07"))  # in the book: for everybody
    assert await outcomes(quiet, (B, "sms", IN_JULY), (B, "sms", IN_JUNE)) == ["new", "PRICE_NOT_FOUND"]


async def test_4_3_own_prices_are_told_apart_in_a_batch_of_many(quiet: Service) -> None:
    """4.5: by family, product and period, row by row."""
    await quiet.advance(IN_JULY)
    await make_contract(quiet, [A], date(2026, 6, 1))
    await make_contract(quiet, [B], date(2026, 6, 1), sid=OTHER_CONTRACT)
    await publish(
        quiet,
        per_unit("sms", "1", "2026-06", contract=CONTRACT),
        per_unit("fax", "1", "2026-07", contract=CONTRACT),
        per_unit("fax", "1", "2026-06", contract=OTHER_CONTRACT),
    )
    good = {(A, "sms", IN_JUNE), (A, "sms", IN_JULY), (A, "fax", IN_JULY), (SUB, "sms", IN_JUNE), (SUB, "sms", IN_JULY)}
    good |= {(SUB, "fax", IN_JULY), (B, "fax", IN_JUNE), (B, "fax", IN_JULY)}
    rows = list(itertools.product((A, B, SUB, sid(5)), ("sms", "fax"), (IN_JUNE, IN_JULY))) * 30
    await quiet.account(sid(5), created=date(2026, 6, 1))
    assert await outcomes(quiet, *rows) == ["new" if row in good else "PRICE_NOT_FOUND" for row in rows]


async def test_4_5_the_members_on_the_first_day_of_the_period_count(quiet: Service) -> None:
    """Joining on the 1st is in time, on the 2nd it is not; leaving on the 2nd is too late."""
    await publish_contract_price(quiet)
    await quiet.advance(IN_JULY)
    assert await outcomes(quiet, (B, "sms", IN_JULY)) == ["PRICE_NOT_FOUND"]
    await join(quiet, B, date(2026, 7, 2))
    assert await outcomes(quiet, (B, "sms", IN_JULY), (A, "sms", IN_JULY)) == ["PRICE_NOT_FOUND", "new"]
    await leave(quiet, B, date(2026, 7, 2))
    await join(quiet, B, date(2026, 7, 1))  # dated back, seen at once
    assert await outcomes(quiet, (B, "sms", IN_JULY), (B, "sms", IN_JUNE)) == ["new", "PRICE_NOT_FOUND"]
    await leave(quiet, B, date(2026, 7, 2))
    assert await outcomes(quiet, (B, "sms", IN_JULY)) == ["new"]
    await leave(quiet, B, date(2026, 7, 1))
    assert await outcomes(quiet, (B, "sms", IN_JULY)) == ["PRICE_NOT_FOUND"]


async def test_4_4_usage_is_corrected_to_a_quantity_that_only_a_contract_has_a_price_of(quiet: Service) -> None:
    """4.3, 4.5: as when it is recorded; A is a member, B is not."""
    await publish_contract_price(quiet)
    await quiet.advance(IN_JUNE)
    for account, reason in ((A, ""), (B, "PRICE_NOT_FOUND")):
        event = uuid4()
        await quiet.spend(account, 5, IN_JUNE, event=event)
        correction = b.CorrectedUsage(event_id=str(event), quantity_micros=2_000_000)
        call = quiet.billing.CorrectUsage(
            b.CorrectUsageRequest(
                request_id=str(uuid4()), account_sid=account, period="2026-06", corrections=[correction]
            ),
            metadata=STAFF,
        )
        if reason:
            await refuses(call, PRECONDITION, reason, "corrections[0].amount")
        else:
            await call
    preview = await quiet.preview(A)
    assert [amount(record.amount) for record in usage_records(preview)] == [2]


async def publish_contract_price(service: Service) -> None:
    """A contract of A alone with its own price of SMS from June on."""
    await make_contract(service, [A])
    await publish(service, per_unit("sms", "1", contract=CONTRACT))
