"""Calls about the audit trail."""

from collections.abc import AsyncIterator
from functools import partial

from prorata.calls.pages import iterate_pages
from prorata.calls.services import BillingServiceCalls
from prorata.v1.audit_pb2 import AuditEvent
from prorata.v1.billing_service_pb2 import ListAuditEventsRequest, ListAuditEventsResponse


class AuditCalls(BillingServiceCalls):
    """Who wrote what."""

    async def list_audit_events(
        self,
        *,
        subject: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> ListAuditEventsResponse:
        """A page of the audit trail, the latest first, of all or of an account, product or period."""
        request = ListAuditEventsRequest(subject=subject, page_size=page_size, page_token=page_token)
        return await self._connection.call(self._stub.ListAuditEvents, request, timeout_seconds)

    def iterate_audit_events(
        self, *, subject: str = "", page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[AuditEvent]:
        """All events, as `list_audit_events` pages them."""
        fetch = partial(self.list_audit_events, subject=subject, page_size=page_size, timeout_seconds=timeout_seconds)
        return iterate_pages(lambda token: fetch(page_token=token), lambda page: page.events)
