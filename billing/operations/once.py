"""The one wrapper of writes: idempotency by request id, and the audit trail, in the transaction of the work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from billing.errors import BillingError, Reason
from billing.operations.context import Caller, Store, Writing, writing
from billing.store import requests
from billing.store.requests import AuditEvent

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Request:
    """A write as it was asked for.

    Attributes:
        rpc: its name.
        request_id: the caller's.
        content: what was asked, as bytes that are the same for the same content.
        subject: what it is about, for the audit trail.
        as_json: what was asked, for people.
    """

    rpc: str
    request_id: UUID
    content: bytes
    subject: str
    as_json: str


Open = Callable[[Store, Caller], AbstractAsyncContextManager[Writing]]


async def once(
    store: Store,
    caller: Caller,
    request: Request,
    work: Callable[[Writing], Awaitable[bytes]],
    opened_by: Open = writing,
) -> bytes:
    """Do the work, or answer as it was answered before; returns the serialized response.

    Only successes are kept: whatever the work raises undoes everything.

    Raises:
        BillingError: REQUEST_ID_REUSED when the id was used with other content, and whatever the work raises.
    """
    content_hash = sha256(request.content).digest()
    async with opened_by(store, caller) as write:
        key = caller.name, request.rpc, request.request_id
        if not await requests.claim(write.connection, *key, content_hash):
            kept = await requests.get_kept(write.connection, *key)
            if kept.content_hash != content_hash:
                raise BillingError(
                    Reason.REQUEST_ID_REUSED,
                    "the request id was used before with other content: make a new one",
                    "request_id",
                )
            return kept.response
        response = await work(write)
        await requests.keep_response(write.connection, *key, response)
        await record_event(write, request.rpc, request.subject, request.request_id, request.as_json)
    return response


async def record_event(
    write: Writing, rpc: str, subject: str, request_id: UUID | None = None, as_json: str = "{}"
) -> None:
    """Add a write to the audit trail, in its transaction."""
    caller = write.caller
    event = AuditEvent(0, write.now, caller.name, caller.role, rpc, subject, request_id, as_json)
    await requests.insert_audit_event(write.connection, event, write.cutoff)
