"""Flex from and to messages of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from google.type.money_pb2 import Money

from billing.errors import BillingError, Reason, invalid
from billing.flex import FlexModel
from billing.flex_activity import SentActivity
from billing.flex_refusals import FlexRefusal
from billing.messages.basic import NANOS, date_from_day, money_from_decimal, period_from_text
from billing.money import Currency
from billing.operations.flex_activity import ActivityOutcome
from billing.operations.flex_instances import InstanceOnDay
from billing.operations.flex_prices import WantedPrice
from billing.store.flex_prices import ListedPrice
from prorata.v1.error_pb2 import ErrorReason
from prorata.v1.flex_pb2 import FlexActivity, FlexInstance, FlexPrice, FlexQuota
from prorata.v1.usage_pb2 import RefusedUsage

FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799  # of the years 1 to 9999, as the contract's timestamps


def flex_instance_message(found: InstanceOnDay) -> FlexInstance:
    """The instance of an account."""
    pending = found.pending
    return FlexInstance(
        account_sid=found.account_sid,
        start_day=date_from_day(found.instance.start_day),
        created_with_account=found.instance.with_account,
        pricing_model=int(found.model),  # type: ignore[arg-type]
        pending_model=int(pending.model) if pending else 0,  # type: ignore[arg-type]
        pending_day=date_from_day(pending.start) if pending else None,
    )


def sent_activity(activity: FlexActivity) -> SentActivity:
    """An event as it was sent, its moment cut to the microsecond."""
    moment = activity.occur_time
    valid = (
        activity.HasField("occur_time") and FIRST_SECOND <= moment.seconds <= LAST_SECOND and 0 <= moment.nanos < NANOS
    )
    return SentActivity(
        event_id=activity.event_id,
        account_sid=activity.account_sid,
        user_id=activity.user_id,
        kind=int(activity.kind),
        occur_micros=moment.seconds * 10**6 + moment.nanos // 1_000 if valid else None,
        session_id=activity.session_id,
    )


def refused_messages(sent: Sequence[SentActivity], outcome: ActivityOutcome) -> list[RefusedUsage]:
    """The refused events of a batch."""
    return [
        RefusedUsage(
            index=index,
            event_id="" if refusal is FlexRefusal.EVENT_ID_MALFORMED else sent[index].event_id.lower(),
            reason=ErrorReason.Value(f"ERROR_REASON_{refusal.reason}"),
            field=f"activities[{index}].{refusal.field}",
            message=refusal.message(sent[index].account_sid),
        )
        for index, refusal in outcome.refused.items()
    ]


def wanted_prices(prices: Sequence[FlexPrice], currency: Currency) -> list[WantedPrice]:
    """Prices to be published; INVALID_FIELD or CURRENCY_MISMATCH."""
    return [_wanted_price(price, f"flex_prices[{index}]", currency) for index, price in enumerate(prices)]


def flex_price_messages(prices: Iterable[ListedPrice], currency: Currency) -> list[FlexPrice]:
    """Prices with their quotas."""
    return [
        FlexPrice(
            pricing_model=int(price.model),  # type: ignore[arg-type]
            effective_period=str(price.start) if price.start else "",
            unit_price=money_from_decimal(price.unit_price, currency),
            quotas=[FlexQuota(product_id=product_id, quantity_micros=micros) for product_id, micros in price.quotas],
        )
        for price in prices
    ]


def _wanted_price(price: FlexPrice, path: str, currency: Currency) -> WantedPrice:
    if not price.effective_period:
        raise invalid(f"{path}.effective_period", "the period is missing: give the first one the price holds in")
    return WantedPrice(
        FlexModel(price.pricing_model),
        period_from_text(price.effective_period, f"{path}.effective_period"),
        _decimal_from_money(price.unit_price, currency, f"{path}.unit_price"),
        [(quota.product_id, quota.quantity_micros) for quota in price.quotas],
    )


def _decimal_from_money(money: Money, currency: Currency, field: str) -> Decimal:
    if money.currency_code != currency.code:
        raise BillingError(
            Reason.CURRENCY_MISMATCH, f"the store's currency is {currency.code}, not {money.currency_code!r}", field
        )
    if abs(money.nanos) >= NANOS or money.units * money.nanos < 0:
        raise invalid(field, "the nanos of an amount lie within ±999,999,999 and have the sign of its units")
    return Decimal(money.units) + Decimal(money.nanos).scaleb(-9)
