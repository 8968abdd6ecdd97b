"""Why a usage record of a batch is refused (4.1, 4.3), and what to do about it."""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType

from billing.errors import Reason


class Refusal(IntEnum):
    """Why a record is refused, in the order of precedence: of those that apply, the smallest is named."""

    NONE = 0
    EVENT_ID_MALFORMED = 1
    ACCOUNT_MALFORMED = 2
    ACCOUNT_INDEX = 3
    PRODUCT_MALFORMED = 4
    PRODUCT_INDEX = 5
    QUANTITY_NEGATIVE = 6
    QUANTITY_TOO_LARGE = 7
    OCCUR_TIME_MALFORMED = 8
    AMOUNT_MALFORMED = 9
    AMOUNT_NEGATIVE = 10
    AMOUNT_TOO_LARGE = 11
    ACCOUNT_NOT_FOUND = 12
    PRODUCT_NOT_FOUND = 13
    MOMENT_IN_FUTURE = 14
    MOMENT_TOO_OLD = 15
    MOMENT_OUTSIDE_ACCOUNT = 16
    CURRENCY_MISMATCH = 17
    PRICE_NOT_FOUND = 18
    EVENT_CONFLICT = 19

    @property
    def reason(self) -> Reason:
        """As the contract names it."""
        return Reason.__members__.get(self.name, Reason.INVALID_FIELD)

    @property
    def field(self) -> str:
        """The field at fault, by its name in a record."""
        return _FIELDS[self]

    def message(self, account_sid: str = "", product_id: str = "") -> str:
        """Why, and what to do, in words, of a record with that account and product as they were sent."""
        return _MESSAGES[self].format(account=account_sid, product=product_id)


_FIELDS = MappingProxyType(
    {
        Refusal.EVENT_ID_MALFORMED: "event_id",
        Refusal.ACCOUNT_MALFORMED: "account_sid",
        Refusal.ACCOUNT_INDEX: "account_sid",
        Refusal.PRODUCT_MALFORMED: "product_id",
        Refusal.PRODUCT_INDEX: "product_id",
        Refusal.QUANTITY_NEGATIVE: "quantity_micros",
        Refusal.QUANTITY_TOO_LARGE: "quantity_micros",
        Refusal.OCCUR_TIME_MALFORMED: "occur_time",
        Refusal.AMOUNT_MALFORMED: "amount",
        Refusal.AMOUNT_NEGATIVE: "amount",
        Refusal.AMOUNT_TOO_LARGE: "amount",
        Refusal.ACCOUNT_NOT_FOUND: "account_sid",
        Refusal.PRODUCT_NOT_FOUND: "product_id",
        Refusal.MOMENT_IN_FUTURE: "occur_time",
        Refusal.MOMENT_TOO_OLD: "occur_time",
        Refusal.MOMENT_OUTSIDE_ACCOUNT: "occur_time",
        Refusal.CURRENCY_MISMATCH: "amount",
        Refusal.PRICE_NOT_FOUND: "product_id",
        Refusal.EVENT_CONFLICT: "event_id",
    }
)

# Of what is malformed only the beginning is shown: it may be of any length.
_MESSAGES = MappingProxyType(
    {
        Refusal.EVENT_ID_MALFORMED: "the event id is not a UUID; derive one from your own id",
        Refusal.ACCOUNT_MALFORMED: "an account is named by AC and 32 lowercase hex digits, not {account!a:.66}",
        Refusal.ACCOUNT_INDEX: "the index has no entry among the account SIDs of the batch",
        Refusal.PRODUCT_MALFORMED: "a product is named by 1 to 64 of a-z, 0-9 and hyphen, not {product!a:.66}",
        Refusal.PRODUCT_INDEX: "the index has no entry among the product ids of the batch",
        Refusal.QUANTITY_NEGATIVE: "a quantity is not negative; to take usage back, void its record",
        Refusal.QUANTITY_TOO_LARGE: "a quantity is below 10^12 units; split the usage into several records",
        Refusal.OCCUR_TIME_MALFORMED: "the moment is missing, or not a valid timestamp",
        Refusal.AMOUNT_MALFORMED: "the nanos of an amount lie within ±999,999,999 and have the sign of its units",
        Refusal.AMOUNT_NEGATIVE: "an amount is not negative; to take usage back, void its record",
        Refusal.AMOUNT_TOO_LARGE: "an amount is below 10^9; split the usage into several records",
        Refusal.ACCOUNT_NOT_FOUND: "there is no account {account}; create it, then send the record again",
        Refusal.PRODUCT_NOT_FOUND: "there is no product {product!r}; put it into the catalogue, then send the record "
        "again",
        Refusal.MOMENT_IN_FUTURE: "the moment lies over 5 minutes in the future; check the producer's clock",
        Refusal.MOMENT_TOO_OLD: "the moment lies before the 12th period before the current one; it can not be billed",
        Refusal.MOMENT_OUTSIDE_ACCOUNT: "{account} does not exist on the day of the moment",
        Refusal.CURRENCY_MISMATCH: "the amount is in another currency than the store's",
        Refusal.PRICE_NOT_FOUND: "{product!r} has no price in the period of the moment; publish one, or send an amount",
        Refusal.EVENT_CONFLICT: "the event id was recorded before with other content in this account and period; "
        "give the record an id of its own",
    }
)
