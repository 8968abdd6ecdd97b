"""Amounts of money and prices: messages of the contract and exact decimals, in pairs."""

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as Number
from google.type.money_pb2 import Money

from prorata.exact import decimal_text, decimal_to_scaled, parse_decimal, scaled_to_decimal

NANO_PLACES = 9
_NANOS = 10**NANO_PLACES


def money_to_decimal(money: Money) -> Decimal:
    """The amount, without its currency; a message that is not set is zero."""
    return scaled_to_decimal(money.units * _NANOS + money.nanos, NANO_PLACES)


def decimal_to_money(amount: Decimal, currency_code: str) -> Money:
    """The amount in a currency (ISO 4217).

    Raises ValueError for more than 9 decimal places, or 2⁶³ units and more.
    """
    scaled = decimal_to_nanos(amount)
    units, nanos = divmod(abs(scaled), _NANOS)
    sign = -1 if scaled < 0 else 1
    return Money(currency_code=currency_code, units=sign * units, nanos=sign * nanos)


def decimal_to_nanos(amount: Decimal) -> int:
    """The amount in 10⁻⁹ of the currency. Raises ValueError for more than 9 decimal places."""
    return decimal_to_scaled(amount, NANO_PLACES)


def nanos_to_decimal(amount_nanos: int) -> Decimal:
    """The amount that so many 10⁻⁹ of the currency are."""
    return scaled_to_decimal(amount_nanos, NANO_PLACES)


def number_to_decimal(number: Number) -> Decimal:
    """The number a `google.type.Decimal` writes; zero when it is not set.

    Raises ValueError for anything malformed.
    """
    return parse_decimal(number.value) if number.value else Decimal(0)


def decimal_to_number(value: Decimal) -> Number:
    """The number as a `google.type.Decimal`, such as a unit price.

    Raises ValueError when it is not finite.
    """
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return Number(value=f"{value:f}")


def money_text(money: Money) -> str:
    """The amount for people, such as "1,520.00 USD"; empty when the message is not set."""
    if not money.currency_code and not money.units and not money.nanos:
        return ""
    return f"{decimal_text(money_to_decimal(money), 2)} {money.currency_code}".rstrip()
