"""Quantities of usage: exact decimals and int64 millionths of the product's unit, in pairs."""

from decimal import Decimal

from prorata.exact import decimal_text, decimal_to_scaled, scaled_to_decimal

MICRO_PLACES = 6


def decimal_to_micros(quantity: Decimal) -> int:
    """The quantity in millionths of the unit. Raises ValueError for more than 6 decimal places."""
    return decimal_to_scaled(quantity, MICRO_PLACES)


def micros_to_decimal(quantity_micros: int) -> Decimal:
    """The quantity that so many millionths of the unit are."""
    return scaled_to_decimal(quantity_micros, MICRO_PLACES)


def quantity_text(quantity_micros: int | str) -> str:
    """The quantity for people. Sums come as text, as they may exceed 64 bits; an empty text is 0."""
    return decimal_text(micros_to_decimal(int(quantity_micros or 0)))
