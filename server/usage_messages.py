"""Recorded usage as messages of the contract."""

from __future__ import annotations

from billing.messages.basic import date_from_day, money_from_nanos, timestamp_from_moment
from billing.money import Currency
from billing.store.usage_events import RecordedEvent
from billing.store.usage_sums import UsageSummaryRow as BillingUsageSummaryRow
from prorata.v1.usage_pb2 import RecordedUsage, UsageRecord, UsageSummaryRow


def recorded_usage_message(account_sid: str, event: RecordedEvent, currency: Currency) -> RecordedUsage:
    """A record of usage as it is kept."""
    amount = None if event.amount_nanos is None else money_from_nanos(event.amount_nanos, currency)
    return RecordedUsage(
        record=UsageRecord(
            event_id=str(event.event_id),
            account_sid=account_sid,
            product_id=event.product_id,
            quantity_micros=event.quantity_micros,
            occur_time=timestamp_from_moment(event.occur_time),
            amount=amount,
        ),
        record_time=timestamp_from_moment(event.record_time),
    )


def usage_summary_message(row: BillingUsageSummaryRow, currency: Currency) -> UsageSummaryRow:
    """Usage summed."""
    return UsageSummaryRow(
        account_sid=row.account_sid or "",
        product_id=row.product_id or "",
        day=date_from_day(row.day),
        record_count=row.event_count,
        quantity_micros=str(int(row.quantity_micros)),
        unrated_quantity_micros=str(int(row.unrated_micros)),
        rated_amount=money_from_nanos(int(row.rated_nanos), currency),
    )
