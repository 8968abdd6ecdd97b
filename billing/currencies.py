"""Currencies by their ISO 4217 codes."""

from __future__ import annotations

from babel.numbers import get_currency_precision, is_currency

from billing.money import Currency

# Babel tells how many digits people write, which are fewer than those of the minor unit where that is hardly used.
MINOR_DIGITS = {
    "AFN": 2,
    "ALL": 2,
    "IQD": 3,
    "IRR": 2,
    "KPW": 2,
    "LAK": 2,
    "LBP": 2,
    "MGA": 2,
    "MMK": 2,
    "RSD": 2,
    "SOS": 2,
    "SYP": 2,
    "YER": 2,
}


def currency_of(code: str) -> Currency:
    """A currency with the minor unit that ISO 4217 gives it (1.2); ValueError where there is none of that code."""
    if not is_currency(code):
        raise ValueError("there is no such currency: give an ISO 4217 code such as USD")
    return Currency(code, MINOR_DIGITS.get(code, get_currency_precision(code)))
