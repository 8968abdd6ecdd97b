"""Calls about rehearsals of closings."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import BillingServiceCalls
from prorata.connection import request_id_text
from prorata.v1.billing_service_pb2 import (
    GetRehearsalRequest,
    ListRehearsalsRequest,
    ListRehearsalsResponse,
    RehearseClosingRequest,
    WatchRehearsalRequest,
)
from prorata.v1.rehearsal_pb2 import Rehearsal


class RehearsalCalls(BillingServiceCalls):
    """Rehearsals: the whole month-end, of which only a report is stored."""

    async def rehearse_closing(
        self, period: str, *, request_id: str | UUID | None = None, timeout_seconds: float | None = None
    ) -> Rehearsal:
        """Start a rehearsal of the period that closes next, which need not have ended.

        Fails with PERIOD_OUT_OF_ORDER.
        """
        request = RehearseClosingRequest(request_id=request_id_text(request_id), period=period)
        return (await self._connection.call(self._stub.RehearseClosing, request, timeout_seconds)).rehearsal

    async def get_rehearsal(self, rehearsal_number: int, *, timeout_seconds: float | None = None) -> Rehearsal:
        """The report of a rehearsal. Fails with REHEARSAL_NOT_FOUND."""
        request = GetRehearsalRequest(rehearsal_number=rehearsal_number)
        return (await self._connection.call(self._stub.GetRehearsal, request, timeout_seconds)).rehearsal

    async def watch_rehearsal(
        self, rehearsal_number: int, *, timeout_seconds: float | None = None
    ) -> AsyncGenerator[Rehearsal, None]:
        """The rehearsal as it is now and after every step, until it is complete.

        A stream that breaks off is opened again, as often as it takes. There is no deadline unless one is given.
        Fails with REHEARSAL_NOT_FOUND.
        """
        request = WatchRehearsalRequest(rehearsal_number=rehearsal_number)
        responses = self._connection.stream(self._stub.WatchRehearsal, lambda _: request, timeout_seconds, follows=True)
        async with aclosing(responses):  # so that leaving the watch ends the call
            async for response in responses:
                yield response.rehearsal

    async def list_rehearsals(
        self, *, period: str = "", page_size: int = 0, page_token: str = "", timeout_seconds: float | None = None
    ) -> ListRehearsalsResponse:
        """A page of the rehearsals, the latest first: of a period, or all."""
        request = ListRehearsalsRequest(period=period, page_size=page_size, page_token=page_token)
        return await self._connection.call(self._stub.ListRehearsals, request, timeout_seconds)

    def iterate_rehearsals(
        self, *, period: str = "", page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[Rehearsal]:
        """All rehearsals, as `list_rehearsals` pages them."""
        fetch = partial(self.list_rehearsals, period=period, page_size=page_size, timeout_seconds=timeout_seconds)
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.rehearsals)
