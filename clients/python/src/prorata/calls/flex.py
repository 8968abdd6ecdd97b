"""Calls about Flex: instances with their pricing models, activity, and prices."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from prorata.calls.services import BillingServiceCalls, PlanServiceCalls
from prorata.connection import request_id_text
from prorata.days import day_to_date
from prorata.moments import moment_to_timestamp
from prorata.money import decimal_to_money
from prorata.quantity import decimal_to_micros
from prorata.usage import event_id_from_text
from prorata.v1.billing_service_pb2 import (
    ListPricesRequest,
    PublishPricesRequest,
    RecordFlexActivityRequest,
    RecordFlexActivityResponse,
    VoidFlexActivityRequest,
    VoidFlexActivityResponse,
)
from prorata.v1.flex_pb2 import (
    FlexActivity,
    FlexActivityKind,
    FlexInstance,
    FlexPrice,
    FlexPricingModel,
    FlexQuota,
)
from prorata.v1.plan_service_pb2 import (
    AddFlexInstanceRequest,
    ChangeFlexPricingRequest,
    GetFlexInstanceRequest,
    WithdrawFlexPricingChangeRequest,
)


class FlexInstanceCalls(PlanServiceCalls):
    """Flex instances (7.1, 7.4 to 7.7)."""

    async def add_flex_instance(
        self,
        account_sid: str,
        pricing_model: FlexPricingModel.ValueType,
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> FlexInstance:
        """Add an instance to an account that has none, from today on; to a subaccount only with User + Usage.

        Fails with ACCOUNT_NOT_FOUND, ACCOUNT_CLOSED, FLEX_INSTANCE_EXISTS or FLEX_MODEL_NOT_ELIGIBLE.
        """
        request = AddFlexInstanceRequest(
            request_id=request_id_text(request_id), account_sid=account_sid, pricing_model=pricing_model
        )
        return (await self._connection.call(self._stub.AddFlexInstance, request, timeout_seconds)).instance

    async def get_flex_instance(
        self, account_sid: str, *, day: date | None = None, timeout_seconds: float | None = None
    ) -> FlexInstance:
        """The instance of an account, with its pricing model on a day.

        Fails with ACCOUNT_NOT_FOUND or FLEX_INSTANCE_NOT_FOUND.
        """
        request = GetFlexInstanceRequest(account_sid=account_sid, day=day_to_date(day))
        return (await self._connection.call(self._stub.GetFlexInstance, request, timeout_seconds)).instance

    async def change_flex_pricing(
        self,
        account_sid: str,
        pricing_model: FlexPricingModel.ValueType,
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> FlexInstance:
        """Switch the pricing model on the first day of the next month, in place of a pending switch (7.7).

        Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND, ACCOUNT_CLOSED, FLEX_MODEL_ALREADY_HELD or
        FLEX_MODEL_NOT_ELIGIBLE.
        """
        request = ChangeFlexPricingRequest(
            request_id=request_id_text(request_id), account_sid=account_sid, pricing_model=pricing_model
        )
        return (await self._connection.call(self._stub.ChangeFlexPricing, request, timeout_seconds)).instance

    async def withdraw_flex_pricing_change(
        self,
        account_sid: str,
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> FlexInstance:
        """Withdraw the pending switch of the pricing model (7.7).

        Fails with ACCOUNT_NOT_FOUND, FLEX_INSTANCE_NOT_FOUND or NO_FLEX_CHANGE.
        """
        request = WithdrawFlexPricingChangeRequest(request_id=request_id_text(request_id), account_sid=account_sid)
        response = await self._connection.call(self._stub.WithdrawFlexPricingChange, request, timeout_seconds)
        return response.instance


class FlexCalls(BillingServiceCalls):
    """Flex activity and prices (7.2, 7.3, 7.7)."""

    async def record_flex_activity(
        self, activities: Iterable[FlexActivity], *, timeout_seconds: float | None = None
    ) -> RecordFlexActivityResponse:
        """Record at most 10,000 events, in any order; the good ones are kept, each refused one is named with its
        reason. Safe to repeat. `flex_activity` makes an event.
        """
        request = RecordFlexActivityRequest(activities=activities)
        return await self._connection.call(self._stub.RecordFlexActivity, request, timeout_seconds)

    async def void_flex_activity(
        self,
        account_sid: str,
        period: str,
        event_ids: Iterable[str | UUID],
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> VoidFlexActivityResponse:
        """Void at most 1,000 events of an account in a period, all or none (4.4).

        Fails with ACCOUNT_NOT_FOUND, MOMENT_TOO_OLD or EVENT_NOT_FOUND.
        """
        request = VoidFlexActivityRequest(
            request_id=request_id_text(request_id),
            account_sid=account_sid,
            period=period,
            event_ids=[str(event_id) for event_id in event_ids],
        )
        return await self._connection.call(self._stub.VoidFlexActivity, request, timeout_seconds)

    async def list_flex_prices(self, *, timeout_seconds: float | None = None) -> list[FlexPrice]:
        """All prices of Flex with their quotas, by pricing model and period."""
        request = ListPricesRequest(page_size=1)
        return list((await self._connection.call(self._stub.ListPrices, request, timeout_seconds)).flex_prices)

    async def publish_flex_prices(
        self,
        prices: Iterable[FlexPrice],
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> list[FlexPrice]:
        """Publish at most 100 prices of Flex with their quotas, all or none; `flex_price` makes one.

        Fails with INVALID_FIELD, PRODUCT_NOT_FOUND, CURRENCY_MISMATCH or PERIOD_CLOSED.
        """
        request = PublishPricesRequest(request_id=request_id_text(request_id), flex_prices=prices)
        return list((await self._connection.call(self._stub.PublishPrices, request, timeout_seconds)).flex_prices)


def flex_activity(
    event_id: str | UUID,
    account_sid: str,
    user_id: str,
    kind: FlexActivityKind.ValueType,
    *,
    occur_time: datetime,
    session_id: str = "",
) -> FlexActivity:
    """An event to record; a text that is not a UUID becomes one. Only a session that starts or ends is named.

    Raises ValueError for an empty event id and for a time without a zone.
    """
    return FlexActivity(
        event_id=str(event_id if isinstance(event_id, UUID) else event_id_from_text(event_id)),
        account_sid=account_sid,
        user_id=user_id,
        kind=kind,
        occur_time=moment_to_timestamp(occur_time),
        session_id=session_id,
    )


def flex_price(
    pricing_model: FlexPricingModel.ValueType,
    effective_period: str,
    unit_price: Decimal,
    *,
    currency_code: str = "USD",
    quotas: Mapping[str, Decimal | int] | None = None,
) -> FlexPrice:
    """A price to publish: per user or hour, from the first day of a period (YYYY-MM) on, with how much of each
    product a user or an hour includes.

    Raises ValueError for more than 9 decimal places of the price or 6 of a quota.
    """
    return FlexPrice(
        pricing_model=pricing_model,
        effective_period=effective_period,
        unit_price=decimal_to_money(unit_price, currency_code),
        quotas=[
            FlexQuota(product_id=product_id, quantity_micros=decimal_to_micros(Decimal(quantity)))
            for product_id, quantity in (quotas or {}).items()
        ],
    )
