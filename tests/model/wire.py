"""Values of the model in the words of the contract, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalText
from google.type.money_pb2 import Money

from prorata.v1 import charge_pb2, contract_pb2, flex_pb2, plan_pb2, product_pb2, support_pb2
from tests.model.catalogue import AROUND_THE_CLOCK, Guarantee, Price
from tests.model.flex_state import FlexTerms
from tests.model.plans import Change
from tests.model.pricing import GRADUATED, PACKAGE, PER_UNIT, Pricing
from tests.model.records import CREDIT, FLEX, SUPPORT, USAGE, Line, Record
from tests.model.views import ContractView, CreditView, FlexView, Run
from tests.service import day, timestamp

KINDS = {
    charge_pb2.CHARGE_KIND_USAGE: USAGE,
    charge_pb2.CHARGE_KIND_FLEX: FLEX,
    charge_pb2.CHARGE_KIND_SUPPORT_PLAN: SUPPORT,
    charge_pb2.CHARGE_KIND_SUPPORT_CREDIT: CREDIT,
}


def maybe_day(value: date | None) -> Date | None:
    """A day, if there is one."""
    return day(value) if value else None


def day_in(message: Any, field: str) -> date | None:
    """The day in a field, if it is set."""
    value = getattr(message, field)
    return date(value.year, value.month, value.day) if message.HasField(field) else None


def moment_in(message: Any, field: str) -> datetime | None:
    """The moment in a field, if it is set."""
    return getattr(message, field).ToDatetime(UTC) if message.HasField(field) else None


def maybe_timestamp(value: datetime | None) -> Any:
    """A moment, if there is one."""
    return timestamp(value) if value else None


def money(nanos: int) -> Money:
    """Dollars, of 10⁻⁹ each, not negative."""
    return Money(currency_code="USD", units=nanos // 10**9, nanos=nanos % 10**9)


def dollars(amount: Fraction) -> Money:
    """An amount of at most 9 places."""
    nanos = amount * 10**9
    assert nanos.denominator == 1
    return money(int(nanos))


def nanos_of(value: Money) -> int:
    """10⁻⁹ dollars."""
    return value.units * 10**9 + value.nanos


def cents(value: Money) -> int:
    """Cents, of an amount that has no smaller part."""
    whole, rest = divmod(nanos_of(value), 10**7)
    assert rest == 0, value
    return whole


def decimal(value: Fraction) -> DecimalText:
    """A number of at most 12 places."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    assert Fraction(exact) == value
    return DecimalText(value=format(exact, "f"))


def plan_price(price: Price | None) -> plan_pb2.PlanPrice | None:
    """What a plan costs a month."""
    if price is None:
        return None
    if price.flat is not None:
        return plan_pb2.PlanPrice(flat=plan_pb2.FlatPrice(amount=dollars(price.flat)))
    assert price.rate is not None
    assert price.minimum is not None
    return plan_pb2.PlanPrice(
        usage_based=plan_pb2.UsageBasedPrice(rate=decimal(price.rate), minimum=dollars(price.minimum))
    )


def guarantees(terms: tuple[tuple[int, Guarantee], ...]) -> list[plan_pb2.ResponseGuarantee]:
    """The guaranteed response times."""
    return [
        plan_pb2.ResponseGuarantee(
            priority=priority,
            response_minutes=guarantee.minutes,
            clock=plan_pb2.GUARANTEE_CLOCK_AROUND_THE_CLOCK
            if guarantee.clock == AROUND_THE_CLOCK
            else plan_pb2.GUARANTEE_CLOCK_BUSINESS_HOURS,
            exclusive=guarantee.exclusive,
        )
        for priority, guarantee in terms
    ]


def product_price(contract: str, product: str, period: str, pricing: Pricing) -> product_pb2.ProductPrice:
    """A price of the price book, or a contract's own."""
    return product_pb2.ProductPrice(
        contract_sid=contract, product_id=product, effective_period=period, **{_form(pricing)[0]: _form(pricing)[1]}
    )


def _form(pricing: Pricing) -> tuple[str, Any]:
    if pricing.kind == PER_UNIT:
        return "per_unit", product_pb2.PerUnitPricing(unit_price=decimal(pricing.price))
    if pricing.kind == PACKAGE:
        return "package", product_pb2.PackagePricing(size=decimal(pricing.size), package_price=decimal(pricing.price))
    tiers = [
        product_pb2.PriceTier(up_to=None if up_to is None else decimal(up_to), unit_price=decimal(price))
        for up_to, price in pricing.tiers
    ]
    return "graduated" if pricing.kind == GRADUATED else "volume", product_pb2.TieredPricing(tiers=tiers)


def flex_model(model: str) -> Any:
    """A pricing model, or none."""
    return flex_pb2.FlexPricingModel.Value(f"FLEX_PRICING_MODEL_{model or 'UNSPECIFIED'}")


def model_name(value: Any) -> str:
    """A pricing model of the contract; empty for none."""
    name = flex_pb2.FlexPricingModel.Name(value).removeprefix("FLEX_PRICING_MODEL_")
    return "" if name == "UNSPECIFIED" else name


def flex_price(model: str, period: str, terms: FlexTerms) -> flex_pb2.FlexPrice:
    """The price of a pricing model with its quotas."""
    quotas = [
        flex_pb2.FlexQuota(product_id=product, quantity_micros=int(quantity * 10**6))
        for product, quantity in terms.quotas
    ]
    return flex_pb2.FlexPrice(
        pricing_model=flex_model(model), effective_period=period, unit_price=dollars(terms.price), quotas=quotas
    )


def change_in(message: Any) -> Change:
    """A change as it was confirmed."""
    active = day_in(message, "active_day")
    assert active is not None
    return Change(message.plan_id, active, day_in(message, "first_charge_day"), message.pending, message.by_staff)


def new_id() -> str:
    """A request id."""
    return str(uuid4())


def totals_in(totals: Iterable[charge_pb2.ChargeTotal]) -> dict[str, tuple[int, int]]:
    """How many records of each kind, and their sum in cents."""
    return {KINDS[total.kind]: (total.record_count, cents(total.amount)) for total in totals if total.record_count}


def credit_in(message: support_pb2.SupportCredit) -> CreditView:
    """A credit with its amounts."""
    return CreditView(
        message.owner_sid,
        message.plan_id,
        message.month,
        message.final,
        tuple(sorted((payer.payer_account_sid, cents(payer.amount)) for payer in message.payers)),
        tuple(sorted((payer.payer_account_sid, cents(payer.used)) for payer in message.payers)),
    )


def contract_in(message: contract_pb2.Contract) -> ContractView:
    """A contract as it is on a day."""
    start = day_in(message, "start_day")
    assert start is not None
    return ContractView(
        message.contract_sid,
        start,
        day_in(message, "end_day"),
        message.plan_id,
        tuple(_run_in(run) for run in message.memberships),
        tuple(_run_in(run) for run in message.payers),
        change_in(message.pending_change) if message.HasField("pending_change") else None,
    )


def _run_in(message: Any) -> Run:
    start = day_in(message, "start_day")
    assert start is not None
    return message.account_sid, start, day_in(message, "end_day")


def flex_in(message: flex_pb2.FlexInstance) -> FlexView:
    """A Flex instance as it is on a day."""
    start = day_in(message, "start_day")
    assert start is not None
    return FlexView(
        start,
        message.created_with_account,
        model_name(message.pricing_model),
        model_name(message.pending_model),
        day_in(message, "pending_day"),
    )


def record_in(message: charge_pb2.ChargeRecord) -> Record:
    """A charge record, after checking that its lines and parts sum up."""
    kind = KINDS[message.kind]
    party = message.account_sid if kind in {USAGE, FLEX} else message.owner_sid
    lines = [_line_in(message, kind, line) for line in message.lines]
    record = Record(
        kind,
        message.payer_account_sid,
        party,
        message.period,
        message.closing_period,
        tuple(sorted(lines, key=lambda line: (line.item, line.detail))),
    )
    assert record.cents == cents(message.amount), message
    assert message.adjustment == (message.period != message.closing_period), message
    return record


def _line_in(message: charge_pb2.ChargeRecord, kind: str, line: charge_pb2.ChargeLine) -> Line:
    amount = cents(line.amount)
    parts = tuple(sorted((part.account_sid, cents(part.amount)) for part in line.parts))
    own = kind != SUPPORT
    if own and not parts:  # such a line is its own only part
        parts = ((message.payer_account_sid if kind == CREDIT else message.account_sid, amount),)
    assert sum(part for _sid, part in parts) == amount, message
    inputs = line.WhichOneof("inputs")
    assert inputs is not None, message
    if inputs == "adjustment":
        return _adjustment(line, parts)
    return Line(*INPUTS[inputs](getattr(line, inputs), amount, parts))


LineArguments = tuple[str, int, tuple[tuple[str, int], ...], tuple[object, ...]]
Parts = tuple[tuple[str, int], ...]


def _usage(inputs: charge_pb2.UsageInputs, amount: int, parts: Parts) -> LineArguments:
    rated = Fraction(nanos_of(inputs.rated_amount), 10**9)
    return inputs.product_id, amount, parts, (rated, int(inputs.unrated_quantity_micros), inputs.covered)


def _flex(inputs: charge_pb2.FlexInputs, amount: int, parts: Parts) -> LineArguments:
    return model_name(inputs.pricing_model), amount, parts, (Fraction(nanos_of(inputs.unit_price), 10**9),)


def _support(inputs: charge_pb2.SupportInputs, amount: int, parts: Parts) -> LineArguments:
    days = day_in(inputs, "start_day"), day_in(inputs, "end_day")
    assert days[0] is not None
    assert days[1] is not None
    assert inputs.day_count == (days[1] - days[0]).days
    return inputs.plan_id, amount, parts, (*days, inputs.plan_version_number, cents(inputs.spend))


def _credit(inputs: charge_pb2.CreditInputs, amount: int, parts: Parts) -> LineArguments:
    return inputs.plan_id, amount, parts, (cents(inputs.credit), cents(inputs.used_before))


def _adjustment(line: charge_pb2.ChargeLine, parts: Parts) -> Line:
    """A line of an adjustment: of each part what is due, and what was carried."""
    inputs = line.adjustment
    item = inputs.WhichOneof("item")
    name = model_name(inputs.pricing_model) if item == "pricing_model" else getattr(inputs, item or "product_id")
    changed = [(part.account_sid, cents(part.due), cents(part.carried)) for part in line.parts]
    changed = sorted(changed) or [(parts[0][0], cents(inputs.due), cents(inputs.carried))]
    assert parts == tuple((sid, due - carried) for sid, due, carried in changed), line
    assert cents(inputs.due) == sum(due for _sid, due, _ in changed), line
    return Line(name, cents(line.amount), parts, tuple(changed))


INPUTS = {"usage": _usage, "flex": _flex, "support": _support, "credit": _credit}
