"""Flex lines of charge records as messages of the contract."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from billing.charges import FlexLineView, RecordView
from billing.messages.basic import NANOS, money_from_decimal, money_from_minor, text_from_decimal
from billing.money import Currency, round_half_away
from prorata.v1.charge_pb2 import ChargeLine, ChargePart, FlexInputs


def flex_line_message(record: RecordView, line: FlexLineView, currency: Currency) -> ChargeLine:
    """A FLEX line: the account is its own and only part."""
    amount = money_from_minor(line.amount_minor, currency)
    return ChargeLine(
        amount=amount,
        flex=FlexInputs(
            pricing_model=int(line.model),  # type: ignore[arg-type]
            counted=text_from_decimal(_nine_places(line.counted)),
            unit_price=money_from_decimal(line.unit_price, currency),
            price_effective_period=line.price_start,
        ),
        parts=[ChargePart(account_sid=record.party_sid, amount=amount)],
    )


def _nine_places(counted: Fraction) -> Decimal:
    """Users, or hours as near as nine decimal places come; the amount was calculated with the exact number."""
    return Decimal(round_half_away(counted.numerator * NANOS, counted.denominator)).scaleb(-9)
