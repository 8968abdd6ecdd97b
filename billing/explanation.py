"""Charge records in words: rule, inputs, and the formula with its numbers (6.7). Worded when asked, from the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing import flex_words
from billing.charges import (
    AdjustmentLineView,
    ChargeKind,
    CreditLineView,
    FlexLineView,
    RecordView,
    SupportLineView,
    UsageLineView,
)
from billing.flex import FlexModel
from billing.money import Currency
from billing.number_words import amount_text, micros_text, money_text, plain_text
from billing.period import days
from billing.pricing_words import price_note, priced_terms
from billing.support import FlatPrice

RULES = {
    ChargeKind.USAGE: "4.5, 4.6, 1.2",
    ChargeKind.FLEX: "7.1 to 7.3, 1.2",
    ChargeKind.SUPPORT_PLAN: "5.1 to 5.5, 1.2, 1.3",
    ChargeKind.SUPPORT_CREDIT: "8.3 to 8.5",
}


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
    lines += [_adjustment(record, line, currency) for line in record.adjustment_lines]
    lines += [_credit(record, line, currency) for line in record.credit_lines]
    lines += [_flex(record, line, currency) for line in record.flex_lines]
    rules = f"6.5, {RULES[record.kind]}" if record.adjustment_lines else RULES[record.kind]
    if any(line.included_micros for line in record.usage_lines):
        rules += ", 7.3"
    return Explanation(record, rules, lines)


def _usage(record: RecordView, line: UsageLineView, currency: Currency) -> LineInWords:
    summary = f"{line.product_id} used by {record.party_sid} in {record.period}"
    rated = plain_text(Decimal(line.rated_nanos).scaleb(-9))
    terms = [rated] if line.rated_nanos else []
    notes = []
    if line.pricing is not None:
        terms += priced_terms(line.pricing, line.unrated_micros - line.included_micros, currency)
        notes.append(price_note(line.pricing, line.price_start, currency))
    if line.contract_sid:
        notes.append(f"The price is {line.contract_sid}'s own, for its members on the first day of the period (4.5).")
    if line.included_micros:
        included, unrated = micros_text(line.included_micros), micros_text(line.unrated_micros)
        notes.append(f"A quota of Flex includes {included} of the quantity of {unrated}, which is not priced (7.3).")
    if line.rated_nanos:
        notes.append(f"{rated} {currency.code} was rated upstream.")
    if not line.covered:
        notes.append("Support does not cover this product: the line is not part of the spend (4.7, 5.1).")
    return LineInWords(summary, f"{' + '.join(terms)} = {amount_text(line.amount_minor, currency)}", notes)


def _support(record: RecordView, line: SupportLineView, currency: Currency) -> LineInWords:
    active, month = days(line.start, line.end), record.period.day_count
    spend = amount_text(line.spend_minor, currency)
    if isinstance(line.price, FlatPrice):
        monthly = money_text(line.price.amount, currency)
        notes = [f"The plan costs a flat {monthly} {currency.code} a month."]
    else:
        percent = f"{plain_text(line.price.rate * 100)} %"
        minimum = money_text(line.price.minimum, currency)
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
    return LineInWords(summary, f"{monthly} × {active} / {month} = {amount_text(line.amount_minor, currency)}", notes)


def _adjustment(record: RecordView, line: AdjustmentLineView, currency: Currency) -> LineInWords:
    due, carried = amount_text(line.due_minor, currency), amount_text(line.carried_minor, currency)
    item = f"Flex {FlexModel[line.item_id].in_words}" if record.kind is ChargeKind.FLEX else line.item_id
    summary = f"{item} of {record.party_sid} in {record.period}, settled by the closing of {record.closing_period}"
    notes = [
        f"{record.period} was closed before; with what is known now the parts that changed come to "
        f"{due} {currency.code}, of which earlier records carried {carried}."
    ]
    if len(line.parts) > 1:
        notes += [
            f"{sid}: {amount_text(now, currency)} − {amount_text(before, currency)} = {amount_text(amount, currency)}"
            for sid, amount, now, before in line.parts
        ]
    return LineInWords(summary, f"{due} − {carried} = {amount_text(line.amount_minor, currency)}", notes)


def _flex(record: RecordView, line: FlexLineView, currency: Currency) -> LineInWords:
    return LineInWords(
        flex_words.summary(record, line), flex_words.formula(line, currency), flex_words.notes(line, currency)
    )


def _credit(record: RecordView, line: CreditLineView, currency: Currency) -> LineInWords:
    credit, used, owed = (
        amount_text(minor, currency) for minor in (line.credit_minor, line.used_before_minor, line.owed_minor)
    )
    summary = f"Support credit for {line.plan_id} support of {record.party_sid} in {record.period}"
    notes = [
        f"A guaranteed response time was missed in {record.period}: what {record.payer_sid} was charged for the plan, "
        f"{credit} {currency.code}, is credited (8.4).",
        f"Earlier closings had used {used} of it; in the closing of {record.closing_period} {record.payer_sid} owed "
        f"{owed} before credits, of which the oldest credits are used first (8.5).",
    ]
    left = line.credit_minor - line.used_before_minor + line.amount_minor
    if left:
        notes.append(f"The rest of {amount_text(left, currency)} {currency.code} was left for later closings.")
    return LineInWords(
        summary, f"{_credit_formula(line, currency)} = {amount_text(line.amount_minor, currency)}", notes
    )


def _credit_formula(line: CreditLineView, currency: Currency) -> str:
    rest = f"{amount_text(line.credit_minor, currency)} − {amount_text(line.used_before_minor, currency)}"
    if -line.amount_minor == line.credit_minor - line.used_before_minor:
        return f"−({rest})"
    return f"−min({rest}, {amount_text(-line.amount_minor, currency)} still owed)"
