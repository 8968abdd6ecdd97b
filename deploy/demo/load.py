"""Loading the month through the client: what customers, the support desk and product teams do, day by day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from rich.progress import Progress

from deploy.demo import cast
from deploy.demo.month import END, MIDDLE, PERIOD, PRODUCTS, START, Family, Month, Sent
from prorata import Client, UsageReport, corrected_usage, flex_price, graduated_price, per_unit_price
from prorata.v1.flex_pb2 import (
    FLEX_PRICING_MODEL_NAMED_USER,
    FLEX_PRICING_MODEL_UNSPECIFIED,
    FLEX_PRICING_MODEL_USER_AND_USAGE,
)
from prorata.v1.product_pb2 import ProductFamily, ProductPrice, ProductStage

CALLS_AT_ONCE = 32
CLAIMED = datetime(2026, 7, 9, 12, tzinfo=UTC)


async def load(client: Client, month: Month, progress: Progress) -> None:
    """Products, accounts, and plans from 1 June; what changes within the month is asked for on 10 June."""
    await client.clock.advance(START)
    await _put_products(client)
    await _each(progress, "Accounts", month.families, lambda family: _create(client, family))
    paying = [family for family in month.families if family.plan != "developer"]
    await _each(progress, "Plans from 1 June", paying, lambda family: _change(client, family, family.plan, START))
    await _load_cast(client)
    await client.clock.advance(START + timedelta(days=9))
    changing = [family for family in month.families if family.later_plan]
    middle = datetime.combine(MIDDLE, START.timetz())
    await _each(
        progress,
        "Plan changes for 15 June",
        changing,
        lambda family: _change(client, family, family.later_plan or "", middle),
    )
    await client.plans.add_contract_member(cast.CONTRACT, cast.NORTH, start_day=cast.JOINS)


async def end_june(client: Client, month: Month, progress: Progress) -> UsageReport:
    """All that happened in June is sent in its last second: usage, Flex activity and support cases."""
    await client.clock.advance(END - timedelta(seconds=1))
    _all_new(len(cast.USAGE), (await client.billing.record_usage(cast.USAGE)).new_count)
    activity = cast.flex_of_june()
    _all_new(len(activity), (await client.billing.record_flex_activity(activity)).new_count)
    await client.billing.record_cases(cast.CASES)
    return await _send(client, month.june, progress, "Usage of June, durable")


async def live_july(client: Client, month: Month, until: datetime, progress: Progress) -> UsageReport:
    """After June closed: a claim, late records, a void and a correction; and the usage of July up to its end."""
    await client.clock.advance(CLAIMED)
    await client.billing.claim_support_credit(cast.WAITING, PERIOD, "production", ticket="T-1024")
    _all_new(len(cast.LATE_USAGE), (await client.billing.record_usage(cast.LATE_USAGE)).new_count)
    _all_new(1, (await client.billing.record_flex_activity([cast.LATE_LOGIN])).new_count)
    await client.billing.void_usage(cast.NEWSLETTER, PERIOD, [cast.VOIDED_EVENT])
    correction = corrected_usage(cast.CORRECTED_EVENT, cast.CORRECTED_QUANTITY)
    await client.billing.correct_usage(cast.NEWSLETTER, PERIOD, [correction])
    await client.clock.advance(until - timedelta(seconds=1))
    return await _send(client, month.july, progress, "Usage of July, some late")


async def _put_products(client: Client) -> None:
    for product_id, name, unit, _, special in PRODUCTS:
        stage = "BETA" if special == "beta" else "GENERALLY_AVAILABLE"
        family = "SEGMENT" if special == "segment" else "PLATFORM"
        await client.billing.put_product(
            product_id,
            display_name=name,
            unit=unit,
            stage=ProductStage.Value(f"PRODUCT_STAGE_{stage}"),
            family=ProductFamily.Value(f"PRODUCT_FAMILY_{family}"),
        )
    await client.billing.publish_prices(_prices())
    quota = {cast.QUOTA_PRODUCT: cast.QUOTA}
    await client.billing.publish_flex_prices(
        [flex_price(FLEX_PRICING_MODEL_NAMED_USER, PERIOD, Decimal(150), quotas=quota)]
    )


def _prices() -> list[ProductPrice]:
    prices = []
    for product_id, _, _, price, _ in PRODUCTS:
        if isinstance(price, str):
            prices.append(per_unit_price(product_id, PERIOD, Decimal(price)))
        elif price is not None:
            tiers = [(None if bound is None else Decimal(bound), Decimal(unit_price)) for bound, unit_price in price]
            prices.append(graduated_price(product_id, PERIOD, tiers))
    return prices


async def _load_cast(client: Client) -> None:
    for name, sid, parent in cast.ACCOUNTS:
        model = FLEX_PRICING_MODEL_NAMED_USER if sid == cast.DESKS else FLEX_PRICING_MODEL_UNSPECIFIED
        await client.plans.create_account(sid, parent_account_sid=parent, display_name=name, flex_pricing_model=model)
    await client.plans.add_flex_instance(cast.AGENTS, FLEX_PRICING_MODEL_USER_AND_USAGE)
    for sid, plan_id in cast.PLANS:
        await client.plans.change_plan(sid, plan_id, start_day=START.date())
    await client.plans.create_contract(
        cast.CONTRACT,
        plan_id="business",
        member_account_sids=[cast.SOUTH, cast.WEST],
        payer_account_sid=cast.SOUTH,
        display_name="Harbour Group",
    )


async def _send(client: Client, sent: Sent, progress: Progress, description: str) -> UsageReport:
    task = progress.add_task(description, total=len(sent.usage))

    def moved(so_far: UsageReport) -> None:
        progress.update(task, completed=so_far.acknowledged_count)

    async with client.billing.usage_stream(progress=moved) as stream:
        await stream.send_arrays(sent.usage)
    return stream.report


async def _create(client: Client, family: Family) -> None:
    await client.plans.create_account(account_sid=family.sid, display_name=family.name)
    for sid in family.subaccounts:
        await client.plans.create_account(account_sid=sid, parent_account_sid=family.sid)


async def _change(client: Client, family: Family, plan_id: str, day: datetime) -> None:
    await client.plans.change_plan(family.sid, plan_id, start_day=day.date())


def _all_new(expected: int, new: int) -> None:
    if new != expected:
        raise RuntimeError(f"{expected} records were sent, {new} of them counted as new")


async def _each(
    progress: Progress, description: str, families: Sequence[Family], call: Callable[[Family], Awaitable[None]]
) -> None:
    task = progress.add_task(description, total=len(families))
    gate = asyncio.Semaphore(CALLS_AT_ONCE)

    async def one(family: Family) -> None:
        async with gate:
            await call(family)
            progress.advance(task)

    async with asyncio.TaskGroup() as group:
        for family in families:
            group.create_task(one(family))
