"""Recorded usage as messages of the contract, and corrections of it from them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from google.type.money_pb2 import Money

from billing.corrections import Content
from billing.errors import invalid
from billing.intake import AMOUNT_NANOS_LIMIT
from billing.messages.basic import NANOS, money_from_nanos, timestamp_from_moment, uuid_from_text
from billing.money import Currency
from billing.operations.usage_corrections import Wanted
from billing.refusals import Refusal
from billing.store.recorded_usage import RecordedEvent
from prorata.v1.billing_service_pb2 import CorrectedUsage
from prorata.v1.usage_pb2 import RecordedUsage, UsageCorrection, UsageRecord


def recorded_usage_message(account_sid: str, event: RecordedEvent, currency: Currency) -> RecordedUsage:
    """A record of usage as it is kept: as it was sent, and what was corrected and voided of it."""
    void_times = [correction.record_time for correction in event.trail if correction.content is None]
    return RecordedUsage(
        record=UsageRecord(
            event_id=str(event.event_id),
            account_sid=account_sid,
            product_id=event.product_id,
            quantity_micros=event.quantity_micros,
            occur_time=timestamp_from_moment(event.occur_time),
            amount=_amount_message(event.amount_nanos, currency),
        ),
        record_time=timestamp_from_moment(event.record_time),
        corrections=[
            UsageCorrection(
                quantity_micros=correction.content.quantity_micros,
                amount=_amount_message(correction.content.amount_nanos, currency),
                record_time=timestamp_from_moment(correction.record_time),
            )
            for correction in event.trail
            if correction.content is not None
        ],
        void_time=timestamp_from_moment(void_times[-1]) if void_times else None,
    )


def _amount_message(amount_nanos: int | None, currency: Currency) -> Money | None:
    return None if amount_nanos is None else money_from_nanos(amount_nanos, currency)


def event_ids_to_void(texts: Iterable[str]) -> list[UUID]:
    """The ids of events, whose form the limits have checked but for empty ones; INVALID_FIELD names one of those."""
    event_ids = []
    for index, text in enumerate(texts):
        if not text:
            raise invalid(f"event_ids[{index}]", "an event id is missing: each is a UUID")
        event_ids.append(uuid_from_text(text))
    return event_ids


def wanted_corrections(corrections: Iterable[CorrectedUsage]) -> list[Wanted]:
    """Corrections as they are asked for; INVALID_FIELD for an amount that no record can have (4.1)."""
    return [_wanted(correction, f"corrections[{index}].amount") for index, correction in enumerate(corrections)]


def _wanted(correction: CorrectedUsage, path: str) -> Wanted:
    event_id, quantity = uuid_from_text(correction.event_id), correction.quantity_micros
    if not correction.HasField("amount"):
        return Wanted(event_id, Content(quantity, None))
    amount = correction.amount
    return Wanted(event_id, Content(quantity, _nanos(amount, path)), amount.currency_code)


def _nanos(amount: Money, path: str) -> int:
    nanos: int = amount.units * NANOS + amount.nanos
    if abs(amount.nanos) >= NANOS or amount.units * amount.nanos < 0:
        raise invalid(path, Refusal.AMOUNT_MALFORMED.message())
    if nanos < 0:
        raise invalid(path, Refusal.AMOUNT_NEGATIVE.message())
    if nanos >= AMOUNT_NANOS_LIMIT:
        raise invalid(path, "an amount is below 10^9")
    return nanos
