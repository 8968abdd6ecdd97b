"""Charge records as messages of the contract: for streams, lists and the relay alike."""

from __future__ import annotations

from functools import lru_cache

from google.type.decimal_pb2 import Decimal as DecimalText
from google.type.money_pb2 import Money

from billing.charges import AdjustmentLineView, CreditLineView, RecordView, SupportLineView, UsageLineView
from billing.charges import ChargeKind as Kind
from billing.closings import Total
from billing.flex import FlexModel
from billing.messages.basic import (
    date_from_day,
    money_from_decimal,
    money_from_minor,
    set_minor,
    set_nanos,
    text_from_charge_id,
    text_from_credit_id,
    text_from_decimal,
)
from billing.messages.flex import flex_line_message
from billing.messages.pricing import message_fields_from_pricing
from billing.money import Currency
from billing.period import days
from billing.pricing import PerUnit, Pricing
from billing.support import FlatPrice as BillingFlatPrice
from billing.support import PlanPrice as BillingPlanPrice
from prorata.v1.charge_pb2 import (
    AdjustmentInputs,
    ChargeLine,
    ChargePart,
    ChargeRecord,
    ChargeTotal,
    CreditInputs,
    SupportInputs,
    UsageInputs,
)
from prorata.v1.plan_pb2 import FlatPrice, PlanPrice, UsageBasedPrice
from prorata.v1.product_pb2 import ProductPricing


def charge_message(record: RecordView, currency: Currency) -> ChargeRecord:
    """A charge record with its lines and parts."""
    by_account = record.kind in (Kind.USAGE, Kind.FLEX)
    lines = [_support_line(record, line, currency) for line in record.support_lines]
    lines += [_adjustment_line(record, line, currency) for line in record.adjustment_lines]
    lines += [_credit_line(record, line, currency) for line in record.credit_lines]
    lines += [flex_line_message(record, line, currency) for line in record.flex_lines]
    message = ChargeRecord(
        charge_id=text_from_charge_id(record.charge_id),
        position=record.position,
        kind=int(record.kind),  # type: ignore[arg-type]
        payer_account_sid=record.payer_sid,
        account_sid=record.party_sid if by_account else "",
        owner_sid="" if by_account else record.party_sid,
        period=str(record.period),
        closing_period=str(record.closing_period),
        adjustment=record.adjustment,
        charge_day=date_from_day(record.closing_period.end_day),
        amount=money_from_minor(record.amount_minor, currency),
        lines=lines,
    )
    for line in record.usage_lines:
        _set_usage_line(message.lines.add(), record.party_sid, line, currency)
    return message


def total_messages(totals: list[Total], currency: Currency) -> list[ChargeTotal]:
    """Totals per kind."""
    return [
        ChargeTotal(
            kind=int(total.kind),  # type: ignore[arg-type]
            record_count=total.record_count,
            amount=money_from_minor(total.amount_minor, currency),
        )
        for total in totals
    ]


def plan_price_message(price: BillingPlanPrice, currency: Currency) -> PlanPrice:
    """The price of a plan for a whole month."""
    if isinstance(price, BillingFlatPrice):
        return PlanPrice(flat=FlatPrice(amount=money_from_decimal(price.amount, currency)))
    return PlanPrice(
        usage_based=UsageBasedPrice(
            rate=text_from_decimal(price.rate), minimum=money_from_decimal(price.minimum, currency)
        )
    )


def _set_usage_line(message: ChargeLine, account_sid: str, line: UsageLineView, currency: Currency) -> None:
    """There are many of these, and few products at few prices."""
    message.CopyFrom(
        _usage_form(line.product_id, line.pricing, line.price_start, line.covered, line.contract_sid, currency.code)
    )
    part, inputs = message.parts[0], message.usage
    set_minor(message.amount, line.amount_minor, currency)
    part.account_sid = account_sid
    part.amount.CopyFrom(message.amount)
    set_nanos(inputs.rated_amount, line.rated_nanos)
    inputs.unrated_quantity_micros = str(line.unrated_micros)
    if line.included_micros:
        inputs.included_quantity_micros = str(line.included_micros)


@lru_cache(maxsize=2_000)
def _usage_form(
    product_id: str, pricing: Pricing | None, price_start: str, covered: bool, contract_sid: str, currency_code: str
) -> ChargeLine:
    """A usage line without what differs from line to line: amounts, quantities and the account."""
    amount = Money(currency_code=currency_code)
    return ChargeLine(
        amount=amount,
        usage=UsageInputs(
            product_id=product_id,
            rated_amount=amount,
            unit_price=unit_price(pricing),
            price_effective_period=price_start,
            covered=covered,
            pricing=stepped_pricing(pricing),
            price_contract_sid=contract_sid,
        ),
        parts=[ChargePart(amount=amount)],
    )


def unit_price(pricing: Pricing | None) -> DecimalText | None:
    """The price of a unit; None when nothing was priced here, or not at a price a unit."""
    return text_from_decimal(pricing.unit_price) if isinstance(pricing, PerUnit) else None


def stepped_pricing(pricing: Pricing | None) -> ProductPricing | None:
    """How the price is formed, when it is not a price a unit."""
    if pricing is None or isinstance(pricing, PerUnit):
        return None
    return ProductPricing(**message_fields_from_pricing(pricing))


def _support_line(record: RecordView, line: SupportLineView, currency: Currency) -> ChargeLine:
    return ChargeLine(
        amount=money_from_minor(line.amount_minor, currency),
        support=SupportInputs(
            plan_id=line.plan_id,
            plan_version_number=line.version_number,
            price=plan_price_message(line.price, currency),
            spend=money_from_minor(line.spend_minor, currency),
            start_day=date_from_day(line.start),
            end_day=date_from_day(line.end),
            day_count=days(line.start, line.end),
            month_day_count=record.period.day_count,
        ),
        parts=[
            ChargePart(
                account_sid=sid, amount=money_from_minor(amount, currency), weight=money_from_minor(weight, currency)
            )
            for sid, amount, weight in line.parts
        ],
    )


def _adjustment_line(record: RecordView, line: AdjustmentLineView, currency: Currency) -> ChargeLine:
    inputs = AdjustmentInputs(
        due=money_from_minor(line.due_minor, currency), carried=money_from_minor(line.carried_minor, currency)
    )
    if record.kind is Kind.USAGE:
        inputs.product_id = line.item_id
    elif record.kind is Kind.FLEX:
        inputs.pricing_model = int(FlexModel[line.item_id])  # type: ignore[assignment]
    else:
        inputs.plan_id = line.item_id
    return ChargeLine(
        amount=money_from_minor(line.amount_minor, currency),
        adjustment=inputs,
        parts=[
            ChargePart(
                account_sid=sid,
                amount=money_from_minor(amount, currency),
                due=money_from_minor(due, currency),
                carried=money_from_minor(carried, currency),
            )
            for sid, amount, due, carried in line.parts
        ],
    )


def _credit_line(record: RecordView, line: CreditLineView, currency: Currency) -> ChargeLine:
    amount = money_from_minor(line.amount_minor, currency)
    return ChargeLine(
        amount=amount,
        credit=CreditInputs(
            credit_id=text_from_credit_id(line.credit_id),
            plan_id=line.plan_id,
            month=str(record.period),
            credit=money_from_minor(line.credit_minor, currency),
            used_before=money_from_minor(line.used_before_minor, currency),
            owed=money_from_minor(line.owed_minor, currency),
        ),
        parts=[ChargePart(account_sid=record.payer_sid, amount=amount)],
    )
