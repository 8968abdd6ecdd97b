"""A usage record before it is sent, and the event id that makes it count once (4.1)."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID, uuid5

from prorata.moments import micros_to_moment, moment_to_micros, moment_to_timestamp
from prorata.money import decimal_to_money, decimal_to_nanos, nanos_to_decimal
from prorata.quantity import decimal_to_micros
from prorata.v1.usage_pb2 import UsageRecord

EVENT_NAMESPACE = UUID("6f0a3c58-2f4d-5b7e-9c1a-8d2e4b60f317")
"""The namespace of event ids derived from ids that are not UUIDs, unless another one is given."""

MAX_ROWS = 50_000
MAX_BYTES = 4_000_000
"""Of a batch in columns."""

QUANTITY_MICROS_LIMIT = 10**18
AMOUNT_NANOS_LIMIT = 10**18
_UUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Usage:
    """One record of usage, its numbers exact integers."""

    event_id: UUID
    """Unique per account and period: sent again with the same content it counts once."""
    account_sid: str
    """The account that used."""
    product_id: str
    """What was used."""
    quantity_micros: int
    """How much, in millionths of the product's unit: not negative, below 10¹⁸."""
    occur_time_micros: int
    """The moment it occurred, in microseconds since 1970-01-01T00:00:00Z.

    It must not be restamped when sent again.
    """
    amount_nanos: int | None = None
    """Its amount, if it was rated upstream, in 10⁻⁹ of the currency: not negative, below 10¹⁸.

    None: priced by the server.
    """
    currency_code: str = ""
    """The currency of the amount (ISO 4217); empty means the store's."""

    @classmethod
    def of(
        cls,
        event_id: str | UUID,
        account_sid: str,
        product_id: str,
        quantity: Decimal | int,
        *,
        occur_time: datetime,
        amount: Decimal | int | None = None,
        currency_code: str = "",
    ) -> Self:
        """The record of numbers and times as Python has them; a text that is not a UUID becomes one.

        Raises ValueError for a quantity that is negative, 10¹² or more, or has more than 6 decimal places;
        for an amount that is negative, 10⁹ or more, or has more than 9; and for a time without a zone.
        """
        return cls(
            event_id if isinstance(event_id, UUID) else event_id_from_text(event_id),
            account_sid,
            product_id,
            quantity_to_micros(Decimal(quantity)),
            moment_to_micros(occur_time),
            None if amount is None else amount_to_nanos(Decimal(amount)),
            currency_code,
        )

    def to_message(self) -> UsageRecord:
        """The record for `RecordUsage`. An amount needs its currency there, else ValueError is raised."""
        amount = None
        if self.amount_nanos is not None:
            if not self.currency_code:
                raise ValueError("an amount in a row needs its currency code")
            amount = decimal_to_money(nanos_to_decimal(self.amount_nanos), self.currency_code)
        return UsageRecord(
            event_id=str(self.event_id),
            account_sid=self.account_sid,
            product_id=self.product_id,
            quantity_micros=self.quantity_micros,
            occur_time=moment_to_timestamp(micros_to_moment(self.occur_time_micros)),
            amount=amount,
        )


def event_id_from_text(text: str, namespace: UUID = EVENT_NAMESPACE) -> UUID:
    """The UUID the text writes as 8-4-4-4-12 hex digits; of any other text the UUIDv5 in the namespace.

    The same text gives the same event id everywhere. Raises ValueError for an empty text.
    """
    if not text:
        raise ValueError("an event id is required")
    return UUID(text) if _UUID.fullmatch(text) else uuid5(namespace, text)


def quantity_to_micros(quantity: Decimal) -> int:
    """The quantity of a record in millionths. Raises ValueError when a record can not have it (4.1)."""
    return _within(decimal_to_micros(quantity), QUANTITY_MICROS_LIMIT, "a quantity is below 10^12")


def amount_to_nanos(amount: Decimal) -> int:
    """The amount of a record in 10⁻⁹. Raises ValueError when a record can not have it (4.1)."""
    return _within(decimal_to_nanos(amount), AMOUNT_NANOS_LIMIT, "an amount is below 10^9")


def _within(scaled: int, limit: int, meaning: str) -> int:
    if scaled < 0:
        raise ValueError("must not be negative")
    if scaled >= limit:
        raise ValueError(meaning)
    return scaled
