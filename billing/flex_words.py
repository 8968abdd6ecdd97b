"""Flex lines of charge records in words (6.7, 7.2, 7.3)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from billing.charges import FlexLineView, RecordView
from billing.flex import FlexModel
from billing.money import Currency
from billing.number_words import amount_text, money_text, plain_text

SECONDS = 3_600
NANOS = 10**9

_COUNTED = {
    FlexModel.USER_AND_USAGE: "{} unique users logged in at least once in the month (7.2).",
    FlexModel.NAMED_USER: "{} users were provisioned at one time in the month at the most (7.3).",
    FlexModel.ACTIVE_USER_HOURS: "The users were logged in for {} seconds in all, 3,600 to the hour (7.3).",
}


def summary(record: RecordView, line: FlexLineView) -> str:
    """What is charged, in a sentence."""
    return f"Flex {line.model.in_words} of {record.party_sid} in {record.period}"


def formula(line: FlexLineView, currency: Currency) -> str:
    """The formula with its numbers: "12 × 35.00 = 420.00"; hours that no short number tells as seconds over 3,600."""
    price = money_text(line.unit_price, currency)
    return f"{_factor(line.counted)} × {price} = {amount_text(line.amount_minor, currency)}"


def notes(line: FlexLineView, currency: Currency) -> list[str]:
    """What was counted, and since when the price holds."""
    hours = line.model is FlexModel.ACTIVE_USER_HOURS
    counted = line.counted * SECONDS if hours else line.counted
    since = f"from {line.price_start} on" if line.price_start else "as the list price"
    return [
        _COUNTED[line.model].format(_text(counted)),
        f"The price of {'an hour' if hours else 'a user'}, {money_text(line.unit_price, currency)} {currency.code}, "
        f"holds {since}; it is not pro-rated.",
    ]


def _factor(counted: Fraction) -> str:
    if (counted * NANOS).denominator == 1:
        return _text(counted)
    return f"{_text(counted * SECONDS)} / {SECONDS:,}"


def _text(number: Fraction) -> str:
    """A number of at most nine decimal places."""
    return plain_text(Decimal(int(number * NANOS)).scaleb(-9))
