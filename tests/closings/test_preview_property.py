"""The property that a preview shows what the closing emits, for any month (6.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prorata.v1.charge_pb2 import ChargeRecord
from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED
from prorata.v1.error_pb2 import ERROR_REASON_MOMENT_OUTSIDE_ACCOUNT
from tests.conftest import START, cloned, running_service
from tests.service import Service, usage

PLANS = ("developer", "production", "business")
PRODUCTS = {"calls": "0.0133", "sms": "0.0075", "free": "0"}


class Customer(NamedTuple):
    """A top-level account: its first day in June, subaccounts, changes of plan by day, closing day, and usage."""

    created: int
    subaccounts: int
    changes: dict[int, str]
    closed: int | None
    usage: list[tuple[int, int, str, Decimal | None, int]]  # which account, day, product, amount, quantity


AMOUNTS = st.none() | st.decimals(0, 40_000, places=4)
USAGE = st.tuples(
    st.integers(0, 3), st.integers(1, 30), st.sampled_from(list(PRODUCTS)), AMOUNTS, st.integers(0, 10**6)
)
CUSTOMERS = st.builds(
    Customer,
    created=st.integers(1, 10),
    subaccounts=st.integers(0, 3),
    changes=st.dictionaries(st.integers(1, 30), st.sampled_from(PLANS), max_size=3),
    closed=st.none() | st.integers(12, 30),
    usage=st.lists(USAGE, max_size=6),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(customers=st.lists(CUSTOMERS, min_size=1, max_size=4))
async def test_6_4_a_preview_shows_what_the_closing_emits(
    stores: tuple[str, str], template: str, customers: list[Customer]
) -> None:
    async with (
        cloned(stores[0], template) as url,
        running_service(url, stores[1], "UTC", START, worker=True) as service,
    ):
        for product, price in PRODUCTS.items():
            await service.product(product, price=price)
        sids = await _play_june(service, customers)
        await service.advance(date(2026, 7, 1))
        previews = [await service.preview(sid, "2026-06") for sid in sids]
        closing = await service.close("2026-06")
        assert closing.state == CLOSING_STATE_CLOSED
        assert _by_id(record for preview in previews for record in preview) == _by_id(await service.feed())


async def _play_june(service: Service, customers: list[Customer]) -> list[str]:
    """Let June happen day by day; returns the top-level accounts."""
    families: dict[int, list[str]] = {}
    for today in range(1, 31):
        await service.advance(date(2026, 6, today))
        for number, customer in enumerate(customers):
            if customer.created == today:
                families[number] = await _created(service, number, customer)
            if customer.closed == today + 1 and number in families:
                await service.close_account(families[number][0])
            await _changed(service, families.get(number), customer, today)
    await service.advance(datetime(2026, 6, 30, 23, tzinfo=UTC))
    await _used(service, families, customers)
    return [family[0] for family in families.values()]


async def _created(service: Service, number: int, customer: Customer) -> list[str]:
    sids = [f"AC{number:016x}{member:016x}" for member in range(customer.subaccounts + 1)]
    await service.account(sids[0])
    for sid in sids[1:]:
        await service.account(sid, parent=sids[0])
    return sids


async def _changed(service: Service, family: list[str] | None, customer: Customer, today: int) -> None:
    """Ask for the change of the day, unless the plan is held already or starts that day (3.2, 3.4)."""
    wanted = customer.changes.get(today)
    if family is None or wanted is None or (customer.closed and customer.closed <= today):
        return
    held = await service.subscription(family[0])
    if held.plan_id != wanted:
        await service.change_plan(family[0], wanted)


async def _used(service: Service, families: dict[int, list[str]], customers: list[Customer]) -> None:
    records = []
    for number, family in families.items():
        for member, on, product, amount, quantity in customers[number].usage:
            moment = datetime(2026, 6, 1, 9, tzinfo=UTC) + timedelta(days=on - 1)
            records.append(usage(family[member % len(family)], product, moment, amount=amount, quantity=quantity))
    if records:
        response = await service.record(records)
        assert {refused.reason for refused in response.refused} <= {ERROR_REASON_MOMENT_OUTSIDE_ACCOUNT}
        assert response.new_count + response.refused_count == len(records)


def _by_id(records: Iterable[ChargeRecord]) -> dict[str, ChargeRecord]:
    found = {}
    for record in records:
        record.position = 0
        found[record.charge_id] = record
    return found
