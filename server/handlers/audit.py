"""BillingService: the audit trail."""

from __future__ import annotations

from billing.operations.context import reading
from billing.store import requests
from prorata.v1 import billing_service_pb2 as pb
from server.handlers import Context, Handlers
from server.pages import PAGE_BYTES, cut_page, page_limit, page_start
from server.resources import audit_event_message

LAST = 2**62


class AuditHandlers(Handlers):
    """Who wrote what."""

    async def ListAuditEvents(self, request: pb.ListAuditEventsRequest, context: Context) -> pb.ListAuditEventsResponse:
        [before_number] = page_start(request, [LAST])
        async with reading(self._store) as read:
            found = await requests.list_audit_events(
                read.connection, before_number, page_limit(request), request.subject, PAGE_BYTES
            )
        page, token = cut_page(request, found, lambda event: [event.event_number], audit_event_message)
        return pb.ListAuditEventsResponse(events=page, next_page_token=token)
