"""Exact decimals, and integers that count a fraction of one: 10⁻⁶ for quantities, 10⁻⁹ for amounts.

Nothing here rounds, whatever the decimal context of the thread says.
"""

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?[0-9]{1,60}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,3})?")


def parse_decimal(text: str) -> Decimal:
    """The number that the text writes in ASCII digits, exactly.

    Raises ValueError for anything else: no blanks, no digit groups, no NaN or infinity.
    """
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"not a decimal number: {text[:80]!r}")
    return Decimal(text)


def decimal_to_scaled(value: Decimal, places: int) -> int:
    """How many 10⁻ᵖˡᵃᶜᵉˢ the number is.

    Raises ValueError when it is not finite or has more decimal places than that.
    """
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits)))
    if number == 0:
        return 0
    shift = int(exponent) + places
    factor: int = 10 ** (shift if shift > 0 else min(-shift, len(digits) + 1))
    scaled, rest = (number * factor, 0) if shift > 0 else divmod(number, factor)
    if rest:
        raise ValueError(f"more than {places} decimal places: {value}")
    return -scaled if sign else scaled


def scaled_to_decimal(scaled: int, places: int) -> Decimal:
    """The number that so many 10⁻ᵖˡᵃᶜᵉˢ are; the converse of `decimal_to_scaled`."""
    whole = Decimal(scaled).as_tuple()
    return Decimal((whole.sign, whole.digits, -places))


def decimal_text(value: Decimal, least_places: int = 0) -> str:
    """The number for people: digit groups, no trailing zeros beyond so many places."""
    whole, _, fraction = f"{value:,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least_places, "0")
    return f"{whole}.{fraction}" if fraction else whole
