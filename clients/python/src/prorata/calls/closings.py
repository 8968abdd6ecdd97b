"""Calls about the closings of periods."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from functools import partial
from uuid import UUID

from prorata.calls.pages import iterate_pages
from prorata.calls.services import BillingServiceCalls
from prorata.connection import request_id_text
from prorata.v1.billing_service_pb2 import (
    GetClosingRequest,
    ListClosingsRequest,
    ListClosingsResponse,
    ReleaseClosingFailuresRequest,
    RetryClosingFailuresRequest,
    StartClosingRequest,
    WatchClosingRequest,
)
from prorata.v1.closing_pb2 import Closing


class ClosingCalls(BillingServiceCalls):
    """Closings (6.1, 6.2, 6.6)."""

    async def start_closing(
        self, period: str, *, request_id: str | UUID | None = None, timeout_seconds: float | None = None
    ) -> Closing:
        """Start the closing of a period that has ended; asked again, the first one answers.

        Fails with PERIOD_NOT_ENDED or PERIOD_OUT_OF_ORDER.
        """
        request = StartClosingRequest(request_id=request_id_text(request_id), period=period)
        return (await self._connection.call(self._stub.StartClosing, request, timeout_seconds)).closing

    async def get_closing(self, period: str, *, timeout_seconds: float | None = None) -> Closing:
        """The closing of a period. Fails with CLOSING_NOT_FOUND."""
        request = GetClosingRequest(period=period)
        return (await self._connection.call(self._stub.GetClosing, request, timeout_seconds)).closing

    async def watch_closing(
        self, period: str, *, timeout_seconds: float | None = None
    ) -> AsyncGenerator[Closing, None]:
        """The closing as it is now and after every step, until it is closed or blocked.

        A stream that breaks off is opened again, as often as it takes. There is no deadline unless one is given.
        Fails with CLOSING_NOT_FOUND.
        """
        request = WatchClosingRequest(period=period)
        responses = self._connection.stream(self._stub.WatchClosing, lambda _: request, timeout_seconds, follows=True)
        async with aclosing(responses):  # so that leaving the watch ends the call
            async for response in responses:
                yield response.closing

    async def list_closings(
        self, *, page_size: int = 0, page_token: str = "", timeout_seconds: float | None = None
    ) -> ListClosingsResponse:
        """A page of the closings, the latest first."""
        request = ListClosingsRequest(page_size=page_size, page_token=page_token)
        return await self._connection.call(self._stub.ListClosings, request, timeout_seconds)

    def iterate_closings(self, *, page_size: int = 0, timeout_seconds: float | None = None) -> AsyncIterator[Closing]:
        """All closings, as `list_closings` pages them."""
        fetch = partial(self.list_closings, page_size=page_size, timeout_seconds=timeout_seconds)
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.closings)

    async def retry_closing_failures(
        self, period: str, *, request_id: str | UUID | None = None, timeout_seconds: float | None = None
    ) -> Closing:
        """Calculate the owners set apart again, in the background (6.6).

        Fails with CLOSING_NOT_FOUND or NOTHING_SET_APART.
        """
        request = RetryClosingFailuresRequest(request_id=request_id_text(request_id), period=period)
        return (await self._connection.call(self._stub.RetryClosingFailures, request, timeout_seconds)).closing

    async def release_closing_failures(
        self,
        period: str,
        owner_sids: Iterable[str] = (),
        *,
        request_id: str | UUID | None = None,
        timeout_seconds: float | None = None,
    ) -> Closing:
        """Release owners set apart, all when none is named, so that the next period may close (6.6).

        Fails with CLOSING_NOT_FOUND or NOTHING_SET_APART.
        """
        request = ReleaseClosingFailuresRequest(
            request_id=request_id_text(request_id), period=period, owner_sids=owner_sids
        )
        return (await self._connection.call(self._stub.ReleaseClosingFailures, request, timeout_seconds)).closing
