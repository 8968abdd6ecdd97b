"""BillingService: charges and their feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from billing.charge_columns import FIRST_RECORDS, ChargeColumns
from billing.errors import invalid
from billing.explanation import explain
from billing.messages.basic import (
    charge_id_from_text,
    moment_from_timestamp,
    optional_period,
)
from billing.messages.charge_columns import stream_messages
from billing.messages.charges import charge_message
from billing.operations import charges, previews
from billing.operations.context import Writing, reading, snapshot
from billing.store.charges import Head
from prorata.v1 import billing_service_pb2 as pb
from prorata.v1.charge_pb2 import ChargeRecord
from server.charge_messages import explanation_message
from server.handlers import Context, Handlers
from server.pages import fill_page, page_limit, page_start
from server.preview_messages import written_preview


class ChargeHandlers(Handlers):
    """Previews, records and the feed."""

    async def PreviewCharges(
        self, request: pb.PreviewChargesRequest, context: Context
    ) -> Any:  # an answer that is written already
        period = optional_period(request.period, "period")
        [after] = page_start(request, [""])

        async def write(records: previews.Records) -> bytes:
            if isinstance(records, ChargeColumns):
                return await asyncio.to_thread(written_preview, request, after, records, self._store.currency)
            return written_preview(request, after, records, self._store.currency)

        return await previews.preview_charges(
            self._store,
            account_sid=request.account_sid,
            period=period,
            write=write,
            keep=not (request.page_token or request.page_size),
        )

    async def ListCharges(self, request: pb.ListChargesRequest, context: Context) -> pb.ListChargesResponse:
        [after_position] = page_start(request, [0])
        period = optional_period(request.period, "period")
        closing_period = optional_period(request.closing_period, "closing_period")
        as_of = moment_from_timestamp(request, "as_of_time")
        async with snapshot(self._store) as read:
            heads = await charges.list_heads(
                read,
                payer_sid=request.payer_account_sid,
                period=period,
                closing_period=closing_period,
                kind=request.kind,
                as_of=as_of,
                after_position=after_position,
                limit=page_limit(request),
            )

            async def fill(some: Sequence[Head]) -> list[ChargeRecord]:
                found = await charges.records_of(read, some)
                return [charge_message(record, self._store.currency) for record in found]

            page, token = await fill_page(request, heads, fill, lambda record: [record.position])
        return pb.ListChargesResponse(records=page, next_page_token=token)

    async def GetCharge(self, request: pb.GetChargeRequest, context: Context) -> pb.GetChargeResponse:
        async with snapshot(self._store) as read:
            record = await charges.get_charge(read, charge_id_from_text(request.charge_id))
        return pb.GetChargeResponse(record=charge_message(record, self._store.currency))

    async def ExplainCharge(self, request: pb.ExplainChargeRequest, context: Context) -> pb.ExplainChargeResponse:
        async with snapshot(self._store) as read:
            record = await charges.get_charge(read, charge_id_from_text(request.charge_id))
        currency = self._store.currency
        return pb.ExplainChargeResponse(explanation=explanation_message(explain(record, currency), currency))

    async def StreamCharges(
        self, request: pb.StreamChargesRequest, context: Context
    ) -> AsyncIterator[Any]:  # of answers that are written already
        if request.WhichOneof("start") == "consumer" and not request.consumer:
            raise invalid("consumer", "consumer is empty: name it, or begin with after_position")
        async with reading(self._store) as read:
            position = await charges.feed_start(read, after_position=request.after_position, consumer=request.consumer)
        looking = asyncio.create_task(self._look(request, position, FIRST_RECORDS))
        try:
            while True:
                signal, found = await looking
                if found is not None:
                    assert found.first_position == position + 1, "the feed has a gap"
                    position = found.last_position
                    more = self._look(request, position, found.next_limit)
                    looking = asyncio.create_task(more)  # while these are sent
                    for message in await asyncio.to_thread(stream_messages, found, self._store.currency):
                        yield message
                elif signal is not None:
                    await self._desk.signals.wait(signal)
                    looking = asyncio.create_task(self._look(request, position, FIRST_RECORDS))
                else:
                    return
        finally:
            looking.cancel()

    async def _look(
        self, request: pb.StreamChargesRequest, position: int, limit: int
    ) -> tuple[asyncio.Event | None, ChargeColumns | None]:
        """The next records of the feed, which never change, and for a follower what signals that there may be more."""
        signal = self._desk.signals.expect() if request.follow else None
        async with reading(self._store) as read:
            return signal, await charges.feed_after(read, position, limit)

    async def AcknowledgeCharges(
        self, request: pb.AcknowledgeChargesRequest, context: Context
    ) -> pb.AcknowledgeChargesResponse:
        async def work(write: Writing) -> pb.AcknowledgeChargesResponse:
            position = await charges.acknowledge(write, consumer=request.consumer, position=request.position)
            return pb.AcknowledgeChargesResponse(position=position)

        return await self._desk.write(request, pb.AcknowledgeChargesResponse, request.consumer, work)
