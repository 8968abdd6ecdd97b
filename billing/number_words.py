"""Numbers as people read them: with separators, and without places that say nothing."""

from __future__ import annotations

from decimal import Decimal

from billing.money import Currency


def amount_text(minor: int, currency: Currency) -> str:
    """An amount in the minor unit, such as "1,250.00"."""
    return money_text(currency.to_decimal(minor), currency)


def money_text(amount: Decimal, currency: Currency) -> str:
    """An amount with at least the places of the minor unit, such as "0.90" or "0.0085"."""
    places = max(currency.minor_digits, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{places}f}"


def plain_text(number: Decimal) -> str:
    """A number without trailing zeros, such as "1,000.5"."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def micros_text(quantity_micros: int) -> str:
    """A quantity in 10⁻⁶ of the unit, such as "1.5"."""
    return plain_text(Decimal(quantity_micros).scaleb(-6))
