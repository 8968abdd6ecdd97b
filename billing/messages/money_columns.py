"""Amounts by columns."""

from __future__ import annotations

import numpy as np
from google.type.money_pb2 import Money

from billing.messages import wire
from billing.messages.basic import NANOS
from billing.messages.wire import Integers, Pieces
from billing.money import Currency


def money_columns(amount: Integers, units: int, currency: Currency) -> Pieces:
    """The fields of `Money` for amounts, so many to one of the currency; units and nanos have one sign."""
    whole, rest = np.divmod(np.abs(amount), units)
    sign = np.sign(amount)
    return [
        wire.constant(Money(currency_code=currency.code).SerializeToString()),
        wire.integer(2, sign * whole),
        wire.integer(3, sign * rest * (NANOS // units)),
    ]
