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


def summary(record: RecordView, line: FlexLineView) -> str:
    """What is charged, in a sentence."""
    return f"Flex {line.model.in_words} of {record.party_sid} in {record.period}"


def formula(line: FlexLineView, currency: Currency) -> str:
    """The formula with its numbers: "12 × 35.00 = 420.00"; hours that no short number tells as seconds over 3,600."""
    price = money_text(line.unit_price, currency)
    return f"{_factor(line.counted)} × {price} = {amount_text(line.amount_minor, currency)}"


def notes(line: FlexLineView, currency: Currency) -> list[str]:
    """What was counted, and since when the price holds."""
    unit = "an hour" if line.model is FlexModel.ACTIVE_USER_HOURS else "a user"
    since = f"from {line.price_start} on" if line.price_start else "as the list price"
    return [
        _counted(line),
        f"The price of {unit}, {money_text(line.unit_price, currency)} {currency.code}, holds {since}; "
        "it is not pro-rated.",
    ]


def _counted(line: FlexLineView) -> str:
    number = _text(line.counted * (SECONDS if line.model is FlexModel.ACTIVE_USER_HOURS else 1))
    plural = "" if number == "1" else "s"
    match line.model:
        case FlexModel.USER_AND_USAGE:
            return f"{number} unique user{plural} logged in at least once in the month (7.2)."
        case FlexModel.NAMED_USER:
            return f"At the most {number} user{plural} were provisioned at one time in the month (7.3)."
        case FlexModel.ACTIVE_USER_HOURS:
            return f"The users were logged in for {number} second{plural} in all, {SECONDS:,} to the hour (7.3)."


def _factor(counted: Fraction) -> str:
    if (counted * NANOS).denominator == 1:
        return _text(counted)
    return f"{_text(counted * SECONDS)} / {SECONDS:,}"


def _text(number: Fraction) -> str:
    """A number of at most nine decimal places."""
    return plain_text(Decimal(int(number * NANOS)).scaleb(-9))
