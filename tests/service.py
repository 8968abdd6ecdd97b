"""A running service as its tests see it: stubs over a real channel, and short ways to say what happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2, status_pb2
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalText
from google.type.money_pb2 import Money

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1 import test_clock_service_pb2 as t
from prorata.v1.account_pb2 import Account
from prorata.v1.billing_service_pb2_grpc import BillingServiceStub
from prorata.v1.charge_pb2 import CHARGE_KIND_SUPPORT_PLAN, CHARGE_KIND_USAGE, ChargeRecord
from prorata.v1.closing_pb2 import Closing
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from prorata.v1.product_pb2 import (
    PRODUCT_FAMILY_PLATFORM,
    PRODUCT_STAGE_GENERALLY_AVAILABLE,
    PerUnitPricing,
    ProductPrice,
)
from prorata.v1.subscription_pb2 import PlanChange, Subscription
from prorata.v1.test_clock_service_pb2_grpc import TestClockServiceStub
from prorata.v1.usage_pb2 import UsageRecord
from workers.__main__ import close_worker, make_worker
from workers.settings import Settings

STAFF = (("prorata-caller", "tests"), ("prorata-role", "staff"))
SELF_SERVICE = (("prorata-caller", "customer"), ("prorata-role", "self-service"))
CLOSING_SECONDS = 60.0


@dataclass(frozen=True)
class Refusal:
    """A refused call: its status, the reason of ErrorInfo, and the fields of BadRequest."""

    code: grpc.StatusCode
    reason: str
    fields: tuple[str, ...]
    message: str


def refusal(error: grpc.aio.AioRpcError) -> Refusal:
    """What the details of a refused call say."""
    status = status_pb2.Status()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value if isinstance(value, bytes) else value.encode())
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        _ = detail.Unpack(info) or detail.Unpack(bad)
    fields = tuple(violation.field for violation in bad.field_violations)
    return Refusal(error.code(), info.reason, fields, error.details() or "")


def day(value: date) -> Date:
    """A day for the contract."""
    return Date(year=value.year, month=value.month, day=value.day)


def timestamp(moment: datetime) -> Timestamp:
    """A moment for the contract."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def money(amount: Decimal | str | int) -> Money:
    """An amount of US dollars for the contract."""
    nanos = int(Decimal(amount).scaleb(9))
    sign = -1 if nanos < 0 else 1
    units, rest = divmod(abs(nanos), 10**9)
    return Money(currency_code="USD", units=sign * units, nanos=sign * rest)


def amount(value: Money) -> Decimal:
    """An amount from the contract."""
    return value.units + Decimal(value.nanos).scaleb(-9)


class Service:
    """A running service: `plans`, `billing` and `clock` are the stubs of its three services."""

    def __init__(self, address: str, database_url: str, redis_url: str, zone: str) -> None:
        self.address = address
        self.database_url = database_url
        self.redis_url = redis_url
        self.zone = ZoneInfo(zone)

    async def __aenter__(self) -> Self:
        self._channel = grpc.aio.insecure_channel(self.address)
        self.plans = PlanServiceStub(self._channel)
        self.billing = BillingServiceStub(self._channel)
        self.clock = TestClockServiceStub(self._channel)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._channel.close()

    @asynccontextmanager
    async def worker(self, shards_at_once: int = 2) -> AsyncIterator[None]:
        """A worker in this process while the body runs."""
        settings = Settings(
            database_url=self.database_url,
            redis_url=self.redis_url,
            test_mode=True,
            billing_zone=str(self.zone),
            shards_at_once=shards_at_once,
        )
        worker = make_worker(settings)
        task = asyncio.create_task(worker.async_run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await close_worker(worker)

    @asynccontextmanager
    async def workers(self, count: int) -> AsyncIterator[None]:
        """Several workers while the body runs."""
        async with AsyncExitStack() as parts:
            for _ in range(count):
                await parts.enter_async_context(self.worker())
            yield

    async def refused(self, call: Any) -> Refusal:
        """The refusal of a call that must be refused."""
        try:
            response = await call
        except grpc.aio.AioRpcError as error:
            return refusal(error)
        raise AssertionError(f"not refused: {response}")

    async def advance(self, moment: datetime | date) -> None:
        """Set the clock: to a moment, or to the beginning of a day in the billing zone."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), self.zone)
        await self.clock.AdvanceTestClock(t.AdvanceTestClockRequest(target_time=timestamp(moment)), metadata=STAFF)

    async def account(self, sid: str = "", *, parent: str = "", created: date | None = None, name: str = "") -> Account:
        """Create an account."""
        response = await self.plans.CreateAccount(
            p.CreateAccountRequest(
                request_id=str(uuid4()),
                account_sid=sid,
                parent_account_sid=parent,
                display_name=name,
                creation_day=day(created) if created else None,
            ),
            metadata=STAFF,
        )
        return response.account

    async def close_account(self, sid: str, closing_day: date | None = None) -> Account:
        """Close an account."""
        response = await self.plans.CloseAccount(
            p.CloseAccountRequest(
                request_id=str(uuid4()), account_sid=sid, closing_day=day(closing_day) if closing_day else None
            ),
            metadata=STAFF,
        )
        return response.account

    async def change_plan(
        self, sid: str, plan_id: str, start: date | None = None, *, replace: bool = False, metadata: Any = STAFF
    ) -> PlanChange:
        """Change a plan."""
        response = await self.plans.ChangePlan(
            p.ChangePlanRequest(
                request_id=str(uuid4()),
                account_sid=sid,
                plan_id=plan_id,
                start_day=day(start) if start else None,
                replace_pending=replace,
            ),
            metadata=metadata,
        )
        return response.change

    async def subscription(self, sid: str, on: date | None = None, as_of: datetime | None = None) -> Subscription:
        """The plan an account has."""
        response = await self.plans.GetSubscription(
            p.GetSubscriptionRequest(
                account_sid=sid, day=day(on) if on else None, as_of_time=timestamp(as_of) if as_of else None
            ),
            metadata=STAFF,
        )
        return response.subscription

    async def product(
        self,
        product_id: str,
        *,
        stage: int = PRODUCT_STAGE_GENERALLY_AVAILABLE,
        family: int = PRODUCT_FAMILY_PLATFORM,
        price: str | None = None,
        start: str = "2026-01",
        effective: str = "",
    ) -> None:
        """Make a product, with a price per unit if one is given."""
        await self.billing.PutProduct(
            b.PutProductRequest(
                request_id=str(uuid4()),
                product_id=product_id,
                display_name=product_id,
                unit="unit",
                stage=stage,
                family=family,
                effective_period=effective,
            ),
            metadata=STAFF,
        )
        if price is not None:
            await self.publish_price(product_id, price, start)

    async def publish_price(self, product_id: str, price: str, start: str) -> None:
        """Publish a price per unit."""
        await self.billing.PublishPrices(
            b.PublishPricesRequest(
                request_id=str(uuid4()),
                prices=[
                    ProductPrice(
                        product_id=product_id,
                        effective_period=start,
                        per_unit=PerUnitPricing(unit_price=DecimalText(value=price)),
                    )
                ],
            ),
            metadata=STAFF,
        )

    async def record(self, records: Iterable[UsageRecord]) -> b.RecordUsageResponse:
        """Record usage."""
        return await self.billing.RecordUsage(b.RecordUsageRequest(records=records), metadata=STAFF)

    async def spend(
        self,
        sid: str,
        amount: Decimal | str | int,
        moment: datetime | None = None,
        *,
        product: str = "sms",
        event: UUID | None = None,
    ) -> None:
        """Record one rated usage record, which must be new: by default in the middle of June 2026."""
        moment = moment or datetime(2026, 6, 20, 12, tzinfo=UTC)
        response = await self.record([usage(sid, product, moment, amount=amount, event=event)])
        assert response.new_count == 1, response

    async def close(self, period: str) -> Closing:
        """Close a period and follow the closing to its end."""
        await self.billing.StartClosing(b.StartClosingRequest(request_id=str(uuid4()), period=period), metadata=STAFF)
        return await self.watch(period)

    async def watch(self, period: str) -> Closing:
        """Follow a closing to its end."""
        last = None
        async with asyncio.timeout(CLOSING_SECONDS):
            async for step in self.billing.WatchClosing(b.WatchClosingRequest(period=period), metadata=STAFF):
                last = step.closing
        assert last is not None
        return last

    async def feed(self, after: int = 0) -> list[ChargeRecord]:
        """The feed, from after a position to its end: what the list has, though it is read and written another way."""
        records = [record async for record in self._feed(after)]
        listed = [record async for record in self._listed() if record.position > after]
        assert records == listed[: len(records)]
        return records

    async def _listed(self) -> AsyncIterator[ChargeRecord]:
        request = b.ListChargesRequest(page_size=1_000)
        while True:
            response = await self.billing.ListCharges(request, metadata=STAFF)
            for record in response.records:
                yield record
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    async def _feed(self, after: int) -> AsyncIterator[ChargeRecord]:
        async for page in self.billing.StreamCharges(b.StreamChargesRequest(after_position=after), metadata=STAFF):
            for record in page.records:
                yield record

    async def preview(self, sid: str, period: str = "") -> list[ChargeRecord]:
        """What an account would be charged."""
        response = await self.billing.PreviewCharges(
            b.PreviewChargesRequest(account_sid=sid, period=period), metadata=STAFF
        )
        assert not response.next_page_token
        return list(response.records)


def usage(
    sid: str,
    product: str,
    moment: datetime,
    *,
    quantity: str | int = 1,
    amount: Decimal | str | int | None = None,
    event: UUID | None = None,
) -> UsageRecord:
    """A usage record; unrated without an amount."""
    return UsageRecord(
        event_id=str(event or uuid4()),
        account_sid=sid,
        product_id=product,
        quantity_micros=int(Decimal(quantity).scaleb(6)),
        occur_time=timestamp(moment),
        amount=None if amount is None else money(amount),
    )


def support(records: Iterable[ChargeRecord]) -> list[ChargeRecord]:
    """The support records among some."""
    return [record for record in records if record.kind == CHARGE_KIND_SUPPORT_PLAN]


def usage_records(records: Iterable[ChargeRecord]) -> list[ChargeRecord]:
    """The usage records among some."""
    return [record for record in records if record.kind == CHARGE_KIND_USAGE]
