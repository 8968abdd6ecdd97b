"""Conversions between the contract's basic types and ours, in pairs."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalText
from google.type.money_pb2 import Money

from billing.errors import invalid
from billing.money import Currency
from billing.period import Period

NANOS = 10**9
DECIMAL_LENGTH = 64

_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")  # as google.type.Decimal has it


def day_from_date(request: Any, field: str) -> date | None:
    """The day in a field; None when it is not set; INVALID_FIELD when it is no calendar day."""
    if not request.HasField(field):
        return None
    value = getattr(request, field)
    try:
        return date(value.year, value.month, value.day)
    except ValueError as error:
        raise invalid(field, f"{value.year}-{value.month}-{value.day} is not a calendar day: {error}") from None


def date_from_day(day: date | None) -> Date | None:
    """A day for the contract."""
    return Date(year=day.year, month=day.month, day=day.day) if day else None


def moment_from_timestamp(request: Any, field: str) -> datetime | None:
    """The moment in a field, in UTC; None when it is not set; INVALID_FIELD when it is out of range."""
    if not request.HasField(field):
        return None
    value = getattr(request, field)
    try:
        check_nanos(value.nanos)
        return datetime.fromtimestamp(value.seconds, UTC).replace(microsecond=value.nanos // 1_000)
    except (ValueError, OverflowError, OSError) as error:
        raise invalid(field, f"the moment is out of range: {error}") from None


def check_nanos(nanos: int) -> None:
    """The nanos of a timestamp are in range; ValueError otherwise."""
    if not 0 <= nanos < NANOS:
        raise ValueError("nanos must be from 0 to 999,999,999")


def timestamp_from_moment(moment: datetime | None) -> Timestamp | None:
    """A moment for the contract."""
    if moment is None or moment.year < 1970:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def period_from_text(text: str, field: str) -> Period:
    """A period; INVALID_FIELD when it is none."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise invalid(field, str(error)) from None


def optional_period(text: str, field: str) -> Period | None:
    """A period, or None when the field is empty."""
    return period_from_text(text, field) if text else None


def money_from_minor(minor: int, currency: Currency) -> Money:
    """An amount in the minor unit for the contract."""
    return money_from_nanos(minor * 10 ** (9 - currency.minor_digits), currency)


def money_from_nanos(amount_nanos: int, currency: Currency) -> Money:
    """An amount in 10⁻⁹ of the currency for the contract: units and nanos have one sign."""
    message = Money(currency_code=currency.code)
    set_nanos(message, amount_nanos)
    return message


def set_minor(message: Money, minor: int, currency: Currency) -> None:
    """Write an amount in the minor unit into a message that has its currency."""
    set_nanos(message, minor * 10 ** (9 - currency.minor_digits))


def set_nanos(message: Money, amount_nanos: int) -> None:
    """Write an amount in 10⁻⁹ of the currency into a message that has its currency."""
    units, nanos = divmod(abs(amount_nanos), NANOS)
    message.units, message.nanos = (units, nanos) if amount_nanos >= 0 else (-units, -nanos)


def money_from_decimal(amount: Decimal, currency: Currency) -> Money:
    """An amount of at most 9 decimal places for the contract."""
    return money_from_nanos(int(amount.scaleb(9)), currency)


def decimal_from_text(value: DecimalText, field: str) -> Decimal:
    """A decimal number; INVALID_FIELD when it is none."""
    if len(value.value) > DECIMAL_LENGTH or _DECIMAL.fullmatch(value.value) is None:
        raise invalid(field, f"{value.value[:40]!r} is not a decimal number of at most {DECIMAL_LENGTH} characters")
    return Decimal(value.value)


def text_from_decimal(number: Decimal) -> DecimalText:
    """A decimal number for the contract, without trailing zeros or an exponent."""
    text = f"{number:f}"
    return DecimalText(value=text.rstrip("0").rstrip(".") if "." in text else text)


def charge_id_from_text(text: str) -> bytes:
    """The 16 bytes of a charge id, whose form the limits have checked."""
    return bytes.fromhex(text[2:])


def text_from_charge_id(charge_id: bytes) -> str:
    """A charge id for the contract: CH and 32 hex digits."""
    return f"CH{charge_id.hex()}"


def text_from_credit_id(credit_id: bytes) -> str:
    """The id of a support credit for the contract: CR and 32 hex digits."""
    return f"CR{credit_id.hex()}"


def uuid_from_text(text: str) -> UUID:
    """A UUID, whose form the limits have checked."""
    return UUID(text)
