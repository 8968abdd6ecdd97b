"""Recording usage: batches in, what became of them out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from billing.intake import UsageBatch
from billing.operations.ingest import Ingestor, Outcome
from billing.refusals import Refusal
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.error_pb2 import ErrorReason
from prorata.v1.usage_pb2 import RefusedUsage
from server.usage_columns import batch_from_columns
from server.usage_stream import answered

EventIds = npt.NDArray[np.uint64]

MOST_IN_WORDS = 10_000  # so that no answer outgrows what a client takes by default (4 MB)

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


async def stream_usage(
    ingestor: Ingestor, requests: AsyncIterator[pb.StreamUsageRequest]
) -> AsyncIterator[pb.StreamUsageResponse]:
    """Record batches of columns, several at a time; each is answered when it is durable.

    When a batch is malformed or can not be recorded, no further one is read, those under way are answered, and the
    stream ends with the error.
    """

    async def answer(request: pb.StreamUsageRequest) -> pb.StreamUsageResponse:
        batch = batch_from_columns(request.columns, ingestor.store.currency.code)
        outcome = await ingestor.record(batch, wait=True)
        return pb.StreamUsageResponse(
            batch_number=request.batch_number,
            new_count=outcome.new_count,
            repeated_count=outcome.repeated_count,
            refused_count=outcome.refused_count,
            refused=refused_records(batch.event_id, outcome, partial(_place, batch)),
        )

    async for response in answered(requests, answer, lambda: ingestor.congested):
        yield response


class Place(NamedTuple):
    """Where a refused record stands, and what it names.

    Attributes:
        path: that of a field by its name in a record.
        account_sid, product_id: as they were sent; empty where there are none.
    """

    path: Callable[[str], str]
    account_sid: str
    product_id: str


def _place(batch: UsageBatch, index: int) -> Place:
    return Place(
        lambda field: f"columns.{COLUMNS[field]}[{index}]",
        _entry(batch.account_sids, batch.account_index[index]),
        _entry(batch.product_ids, batch.product_index[index]),
    )


def _entry(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def refused_records(event_id: EventIds, outcome: Outcome, place: Callable[[int], Place]) -> list[RefusedUsage]:
    """The refused records, whose places are told by their indexes."""
    rows = np.flatnonzero(outcome.refusal)
    in_words = len(rows) <= MOST_IN_WORDS
    return [
        _refused_record(event_id[index].tolist(), index, Refusal(code), place(index) if in_words else None)
        for index, code in zip(rows.tolist(), outcome.refusal[rows].tolist(), strict=True)
    ]


def _refused_record(event_id: list[int], index: int, refusal: Refusal, place: Place | None) -> RefusedUsage:
    high, low = event_id
    return RefusedUsage(
        index=index,
        event_id="" if refusal is Refusal.EVENT_ID_MALFORMED else str(UUID(int=high << 64 | low)),
        reason=ErrorReason.Value(f"ERROR_REASON_{refusal.reason}"),
        field=place.path(refusal.field) if place else "",
        message=refusal.message(place.account_sid, place.product_id) if place else "",
    )
