"""Usage in the contract: batches in, what became of them out; lists and summaries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from types import MappingProxyType
from uuid import UUID

import numpy as np

from billing.intake import UsageBatch
from billing.messages.basic import (
    date_from_day,
    moment_from_timestamp,
    money_from_nanos,
    period_from_text,
    timestamp_from_moment,
)
from billing.money import Currency
from billing.operations import usage
from billing.operations.context import Store, reading, snapshot
from billing.operations.ingest import Ingestor, Outcome
from billing.refusals import Refusal
from billing.store.usage_events import RecordedEvent
from billing.store.usage_sums import Grouping
from billing.store.usage_sums import UsageSummaryRow as SummaryRow
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.error_pb2 import ErrorReason
from prorata.v1.usage_pb2 import RecordedUsage, RefusedUsage, UsageRecord, UsageSummaryRow
from server.pages import next_page_token, page_size, page_start
from server.usage_columns import batch_from_columns
from server.usage_rows import batch_from_records
from server.usage_stream import answered

# What a field of a record is called among the columns.
COLUMNS = MappingProxyType(
    {
        "event_id": "event_ids",
        "account_sid": "account_indexes",
        "product_id": "product_indexes",
        "quantity_micros": "quantities_micros",
        "occur_time": "occur_times_micros",
        "amount": "amounts_nanos",
    }
)


async def record_usage(ingestor: Ingestor, request: pb.RecordUsageRequest) -> pb.RecordUsageResponse:
    """Record a batch of rows; OVERLOADED at once when too much is under way."""
    batch = batch_from_records(request.records, ingestor.store.currency.code)
    outcome = await ingestor.record(batch)
    return pb.RecordUsageResponse(
        new_count=outcome.new_count,
        repeated_count=outcome.repeated_count,
        refused_count=outcome.refused_count,
        refused=_refused(batch, outcome, lambda index, field: f"records[{index}].{field}"),
    )


async def stream_usage(
    ingestor: Ingestor, requests: AsyncIterator[pb.StreamUsageRequest]
) -> AsyncIterator[pb.StreamUsageResponse]:
    """Record batches of columns, several at a time; each is answered when it is durable.

    When a batch is malformed or can not be recorded, no further one is read, those under way are answered, and the
    stream ends with the error.
    """

    async def answer(request: pb.StreamUsageRequest) -> pb.StreamUsageResponse:
        batch = batch_from_columns(request.columns)
        outcome = await ingestor.record(batch, wait=True)
        return pb.StreamUsageResponse(
            batch_number=request.batch_number,
            new_count=outcome.new_count,
            repeated_count=outcome.repeated_count,
            refused_count=outcome.refused_count,
            refused=_refused(batch, outcome, lambda index, field: f"columns.{COLUMNS[field]}[{index}]"),
        )

    async for response in answered(requests, answer):
        yield response


def _refused(batch: UsageBatch, outcome: Outcome, path: Callable[[int, str], str]) -> list[RefusedUsage]:
    """The refused records, with the path of the field at fault by a record's index."""
    rows = np.flatnonzero(outcome.refusal)
    return [
        _refused_record(batch, index, Refusal(code), path)
        for index, code in zip(rows.tolist(), outcome.refusal[rows].tolist(), strict=True)
    ]


def _refused_record(batch: UsageBatch, index: int, refusal: Refusal, path: Callable[[int, str], str]) -> RefusedUsage:
    high, low = batch.event_id[index].tolist()
    return RefusedUsage(
        index=index,
        event_id="" if refusal is Refusal.EVENT_ID_MALFORMED else str(UUID(int=high << 64 | low)),
        reason=ErrorReason.Value(f"ERROR_REASON_{refusal.reason}"),
        field=path(index, refusal.field),
        message=refusal.message,
    )


async def list_usage(store: Store, request: pb.ListUsageRequest) -> pb.ListUsageResponse:
    """A page of an account's usage."""
    [after] = page_start(request, [""])
    async with reading(store) as read:
        events = await usage.list_usage(
            read,
            account_sid=request.account_sid,
            period=period_from_text(request.period, "period"),
            product_id=request.product_id or None,
            after=UUID(after) if after else None,
            limit=page_size(request.page_size),
        )
    return pb.ListUsageResponse(
        usage=[_recorded(event, request.account_sid, store.currency) for event in events],
        next_page_token=next_page_token(request, events, [str(events[-1].event_id)] if events else []),
    )


def _recorded(event: RecordedEvent, account_sid: str, currency: Currency) -> RecordedUsage:
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


async def get_usage_summary(store: Store, request: pb.GetUsageSummaryRequest) -> pb.GetUsageSummaryResponse:
    """Sums of an account's usage."""
    period = period_from_text(request.period, "period")
    as_of_time = moment_from_timestamp(request, "as_of_time")
    async with snapshot(store) as read:
        rows = await usage.summarize_usage(
            read,
            account_sid=request.account_sid,
            period=period,
            include_subaccounts=request.include_subaccounts,
            grouping=Grouping(request.by_account, request.by_product, request.by_day),
            as_of_time=as_of_time,
        )
    return pb.GetUsageSummaryResponse(rows=[_summary_row(row, store.currency) for row in rows])


def _summary_row(row: SummaryRow, currency: Currency) -> UsageSummaryRow:
    return UsageSummaryRow(
        account_sid=row.account_sid or "",
        product_id=row.product_id or "",
        day=date_from_day(row.day),
        record_count=row.event_count,
        quantity_micros=str(row.quantity_micros),
        unrated_quantity_micros=str(row.unrated_micros),
        rated_amount=money_from_nanos(row.rated_nanos, currency),
    )
