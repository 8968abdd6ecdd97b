"""Charge records in words: rule, inputs, and the formula with its numbers (6.7). Worded when asked, from the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.charges import ChargeKind, RecordView, SupportLineView, UsageLineView
from billing.money import Currency
from billing.period import days
from billing.support import FlatPrice

RULES = {ChargeKind.USAGE: "4.5, 4.6, 1.2", ChargeKind.SUPPORT_PLAN: "5.1 to 5.5, 1.2, 1.3"}


@dataclass(frozen=True, slots=True)
class LineInWords:
    """A line in words."""

    summary: str
    formula: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A record in words, with the numbers of the rules it follows."""

    record: RecordView
    rules: str
    lines: list[LineInWords]


def explain(record: RecordView, currency: Currency) -> Explanation:
    """A record in words."""
    lines = [_usage(record, line, currency) for line in record.usage_lines]
    lines += [_support(record, line, currency) for line in record.support_lines]
    return Explanation(record, RULES[record.kind], lines)


def _usage(record: RecordView, line: UsageLineView, currency: Currency) -> LineInWords:
    summary = f"{line.product_id} used by {record.party_sid} in {record.period}"
    rated = _plain(Decimal(line.rated_nanos).scaleb(-9))
    terms = [rated] if line.rated_nanos else []
    notes = []
    if line.unit_price is not None:
        quantity = _plain(Decimal(line.unrated_micros).scaleb(-6))
        terms.append(f"{quantity} × {_plain(line.unit_price)}")
        notes.append(
            f"The price of a unit, {_plain(line.unit_price)} {currency.code}, holds from {line.price_start} on."
        )
    if line.rated_nanos:
        notes.append(f"{rated} {currency.code} was rated upstream.")
    if not line.covered:
        notes.append("Support does not cover this product: the line is not part of the spend (4.7, 5.1).")
    return LineInWords(summary, f"{' + '.join(terms)} = {_amount(line.amount_minor, currency)}", notes)


def _support(record: RecordView, line: SupportLineView, currency: Currency) -> LineInWords:
    active, month = days(line.start, line.end), record.period.day_count
    spend = _amount(line.spend_minor, currency)
    if isinstance(line.price, FlatPrice):
        monthly = _thousands(line.price.amount, currency)
        notes = [f"The plan costs a flat {monthly} {currency.code} a month."]
    else:
        percent = f"{_plain(line.price.rate * 100)} %"
        minimum = _thousands(line.price.minimum, currency)
        monthly = f"max({percent} × {spend}, {minimum})"
        notes = [f"The plan costs {percent} of the spend of {spend} {currency.code}, at least {minimum} a month."]
    notes.append(
        f"It was active on {active} of the month's {month} days: {line.start} up to, not including, {line.end}."
    )
    if not line.spend_minor:
        notes.append("No account had spend in the period, so the amount goes to the payer (1.3).")
    if len(line.parts) > 1:
        notes.append(f"The amount is shared out over {len(line.parts)} accounts in proportion to their spend.")
    summary = f"{line.plan_id} support (version {line.version_number}) of {record.party_sid} in {record.period}"
    return LineInWords(summary, f"{monthly} × {active} / {month} = {_amount(line.amount_minor, currency)}", notes)


def _amount(minor: int, currency: Currency) -> str:
    return _thousands(currency.to_decimal(minor), currency)


def _thousands(amount: Decimal, currency: Currency) -> str:
    places = max(currency.minor_digits, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{places}f}"


def _plain(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
