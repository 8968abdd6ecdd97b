"""Which prices became others between two closings (6.5): what the next closing settles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import asyncpg
import pytest

from billing.period import Period
from billing.pricing import PerUnit, Pricing
from billing.store import prices
from billing.store.state import EVERYTHING
from tests.conftest import MakeService
from tests.prices.books import CONTRACT, graduated, make_contract, per_unit, publish, volume
from tests.server.calls import sid, start_closing
from tests.service import Service

MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))


@pytest.fixture
async def quiet(make_service: MakeService) -> Service:
    """A server without a worker, with an account since May and two products."""
    made = await make_service(worker=False)
    await made.account(sid(1), created=MAY)
    for product in ("sms", "fax"):
        await made.product(product)
    return made


@pytest.fixture
async def behind(quiet: Service) -> AsyncIterator[asyncpg.Connection]:
    """A connection to its store."""
    opened = await asyncpg.connect(quiet.database_url)
    yield opened
    await opened.close()


async def repriced(connection: asyncpg.Connection, cutoff: int) -> list[tuple[str, str, date, date | None]]:
    """The repriced months by product and contract."""
    ids = dict(await connection.fetch("SELECT product_key, product_id FROM product"))
    sids = dict(await connection.fetch("SELECT contract_key, contract_sid FROM contract"))
    found = await prices.repriced(connection, cutoff)
    return sorted((ids[each[0]], sids.get(each[1], ""), *each[2:]) for each in found)


async def test_6_5_a_price_holds_others_out_until_the_next_version(quiet: Service, behind: asyncpg.Connection) -> None:
    await publish(quiet, per_unit("sms", "1", "2026-05"), per_unit("sms", "2", "2026-08"), graduated("fax"))
    assert await repriced(behind, 0) == [
        ("fax", "", JUNE, None), ("sms", "", MAY, AUGUST), ("sms", "", AUGUST, None),
    ]  # fmt: skip
    assert await repriced(behind, 1) == []
    await start_closing(quiet, "2026-05")
    await publish(quiet, volume("sms", start="2026-06"))
    assert await repriced(behind, 1) == [("sms", "", JUNE, AUGUST)]
    assert await repriced(behind, 0) == [  # as it was
        ("fax", "", JUNE, None), ("sms", "", MAY, AUGUST), ("sms", "", AUGUST, None),
    ]  # fmt: skip


async def test_6_5_a_price_replaced_in_a_closed_period_is_told_once(service: Service) -> None:
    await service.account(sid(1), created=MAY)
    await service.product("sms", price="1", start="2026-05")
    behind = await asyncpg.connect(service.database_url)
    await service.close("2026-05")
    for price in ("2", "3"):  # the first of these is both recorded and superseded between the two closings
        await publish(service, per_unit("sms", price, "2026-05"))
    assert await repriced(behind, 1) == [("sms", "", MAY, None)]
    await service.advance(date(2026, 7, 1))
    await service.close("2026-06")
    await publish(service, per_unit("sms", "4", "2025-07"))
    assert await repriced(behind, 2) == [("sms", "", date(2025, 7, 1), MAY)]
    assert await repriced(behind, 1) == [("sms", "", MAY, None)]
    await behind.close()


async def test_6_5_prices_of_a_contract_are_told_apart_from_the_book(
    quiet: Service, behind: asyncpg.Connection
) -> None:
    await make_contract(quiet, [sid(1)])
    await publish(quiet, per_unit("sms", "1"), per_unit("sms", "1", "2026-08", contract=CONTRACT))
    assert await repriced(behind, 0) == [("sms", "", JUNE, None), ("sms", CONTRACT, AUGUST, None)]
    await start_closing(quiet, "2026-05")
    await publish(quiet, per_unit("sms", "2", "2026-07"), per_unit("sms", "2", contract=CONTRACT))
    assert await repriced(behind, 1) == [("sms", "", JULY, None), ("sms", CONTRACT, JUNE, AUGUST)]


async def test_6_1_a_closing_reads_the_prices_recorded_before_it(quiet: Service, behind: asyncpg.Connection) -> None:
    """4.5: the price book, and a contract's own prices in the version of the period."""
    await make_contract(quiet, [sid(1)])
    [contract_key] = (await prices.contract_keys(behind, [CONTRACT])).values()
    own = [per_unit("sms", price, start, CONTRACT) for price, start in (("1", "2026-05"), ("2", "2026-07"))]
    await publish(quiet, *own, per_unit("sms", "9"))
    await start_closing(quiet, "2026-05")
    await publish(quiet, per_unit("sms", "3", "2026-05", CONTRACT))

    async def held(period: Period, before_cutoff: int) -> list[tuple[Pricing | None, str, str]]:
        found = await prices.own_product_terms(behind, period, before_cutoff, [contract_key])
        terms = [each for of_contract in found.values() for each in of_contract.values()]
        assert all(each.contract_key == contract_key and each.price_key for each in terms)
        return [(each.pricing, each.price_start, each.contract_sid) for each in terms]

    def price(number: int, start: str) -> tuple[Pricing, str, str]:
        return PerUnit(Decimal(number)), start, CONTRACT

    assert await held(Period(2026, 4), EVERYTHING) == []
    assert await held(Period(2026, 6), 1) == [price(1, "2026-05")]
    assert await held(Period(2026, 6), 2) == await held(Period(2026, 6), EVERYTHING) == [price(3, "2026-05")]
    assert await held(Period(2026, 7), 1) == await held(Period(2026, 9), EVERYTHING) == [price(2, "2026-07")]
    assert await held(Period(2026, 6), 0) == []
    assert await prices.own_product_terms(behind, Period(2026, 6), EVERYTHING, []) == {}
