"""Calls about charge records and their feed."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import datetime
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import BillingServiceCalls
from prorata.connection import request_id_text
from prorata.moments import moment_to_timestamp
from prorata.v1.billing_service_pb2 import (
    AcknowledgeChargesRequest,
    ExplainChargeRequest,
    GetChargeRequest,
    ListChargesRequest,
    ListChargesResponse,
    PreviewChargesRequest,
    PreviewChargesResponse,
    StreamChargesRequest,
    StreamChargesResponse,
)
from prorata.v1.charge_pb2 import CHARGE_KIND_UNSPECIFIED, ChargeExplanation, ChargeKind, ChargeRecord


class ChargeCalls(BillingServiceCalls):
    """Charge records (6.3 to 6.8)."""

    async def preview_charges(
        self,
        account_sid: str,
        *,
        period: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> PreviewChargesResponse:
        """A page of what a top-level account is charged for a period, the current one when empty, as a closing
        would (6.4); with the totals of all.

        Fails with ACCOUNT_NOT_FOUND, SUBACCOUNT_FOLLOWS_PARENT, PERIOD_IN_FUTURE or CALCULATION_FAILED, and with
        INVALID_PAGE_TOKEN where the record after which the page would begin is not charged any more.
        """
        request = PreviewChargesRequest(
            account_sid=account_sid, period=period, page_size=page_size, page_token=page_token
        )
        return await self._connection.call(self._stub.PreviewCharges, request, timeout_seconds)

    def iterate_preview(
        self, account_sid: str, *, period: str = "", page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[ChargeRecord]:
        """All records of a preview, as `preview_charges` pages them; each page is of the moment it is asked for."""
        fetch = partial(
            self.preview_charges,
            account_sid,
            period=period,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.records)

    async def list_charges(
        self,
        *,
        payer_account_sid: str = "",
        period: str = "",
        closing_period: str = "",
        kind: ChargeKind.ValueType = CHARGE_KIND_UNSPECIFIED,
        as_of_time: datetime | None = None,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListChargesResponse:
        """A page of charge records, by position in the feed; each filter that is set narrows it.

        As of a moment lists what was emitted up to then (3.9). Fails with ACCOUNT_NOT_FOUND.
        """
        request = ListChargesRequest(
            payer_account_sid=payer_account_sid,
            period=period,
            closing_period=closing_period,
            kind=kind,
            as_of_time=moment_to_timestamp(as_of_time),
            page_size=page_size,
            page_token=page_token,
        )
        return await self._connection.call(self._stub.ListCharges, request, timeout_seconds)

    def iterate_charges(
        self,
        *,
        payer_account_sid: str = "",
        period: str = "",
        closing_period: str = "",
        kind: ChargeKind.ValueType = CHARGE_KIND_UNSPECIFIED,
        as_of_time: datetime | None = None,
        page_size: int = 0,
        timeout_seconds: float | None = None,
    ) -> AsyncIterator[ChargeRecord]:
        """All charge records, as `list_charges` pages them."""
        fetch = partial(
            self.list_charges,
            payer_account_sid=payer_account_sid,
            period=period,
            closing_period=closing_period,
            kind=kind,
            as_of_time=as_of_time,
            page_size=page_size,
            timeout_seconds=timeout_seconds,
        )
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.records)

    async def get_charge(self, charge_id: str, *, timeout_seconds: float | None = None) -> ChargeRecord:
        """A charge record. Fails with CHARGE_NOT_FOUND."""
        request = GetChargeRequest(charge_id=charge_id)
        return (await self._connection.call(self._stub.GetCharge, request, timeout_seconds)).record

    async def explain_charge(self, charge_id: str, *, timeout_seconds: float | None = None) -> ChargeExplanation:
        """A charge record in words and numbers (6.7). Fails with CHARGE_NOT_FOUND."""
        request = ExplainChargeRequest(charge_id=charge_id)
        return (await self._connection.call(self._stub.ExplainCharge, request, timeout_seconds)).explanation

    async def stream_charges(
        self,
        *,
        after_position: int = 0,
        consumer: str = "",
        follow: bool = False,
        timeout_seconds: float | None = None,
    ) -> AsyncGenerator[ChargeRecord, None]:
        """The feed after a position, or after what a named consumer has acknowledged, in order and without
        gaps.

        With `follow` it stays and goes on live. A stream that breaks off is resumed after the last record
        received, with `follow` as often as it takes. There is no deadline unless one is given. Fails with
        UNKNOWN_CURSOR.
        """
        first = StreamChargesRequest(follow=follow)
        if consumer:
            first.consumer = consumer
        else:
            first.after_position = after_position

        def request_after(last: StreamChargesResponse | None) -> StreamChargesRequest:
            if last is None:
                return first
            return StreamChargesRequest(after_position=last.last_position, follow=follow)

        responses = self._connection.stream(self._stub.StreamCharges, request_after, timeout_seconds, follows=follow)
        async with aclosing(responses):  # so that leaving the feed ends the call
            async for response in responses:
                for record in response.records:
                    yield record

    async def acknowledge_charges(
        self,
        consumer: str,
        position: int,
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> int:
        """Note how far a named consumer has come in the feed; the position.

        Fails with UNKNOWN_CURSOR or CURSOR_BACKWARD.
        """
        request = AcknowledgeChargesRequest(
            request_id=request_id_text(request_id), consumer=consumer, position=position
        )
        return (await self._connection.call(self._stub.AcknowledgeCharges, request, timeout_seconds)).position
