"""The one wrapper of writes: idempotency by request id, and the audit trail, in the transaction of the work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from billing.errors import BillingError, Reason
from billing.operations.context import Caller, Store, Writing, closing_write
from billing.store import requests
from billing.store.requests import AuditEvent, Claim, KeptRequest

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


Open = Callable[[Store, Caller, Claim], AbstractAsyncContextManager[tuple[Writing, bool]]]
"""Begins a write and claims its request id; yields with it whether it was claimed, or has succeeded before."""


@asynccontextmanager
async def writing_once(store: Store, caller: Caller, claim: Claim) -> AsyncIterator[tuple[Writing, bool]]:
    """As `writing`, with the claim in one round trip."""
    async with store.pool.acquire() as connection, connection.transaction():
        cutoff, test_time, claimed = await requests.begin_write_once(connection, claim)
        yield Writing(store, connection, store.moment(test_time), cutoff, caller), claimed


@asynccontextmanager
async def closing_write_once(store: Store, caller: Caller, claim: Claim) -> AsyncIterator[tuple[Writing, bool]]:
    """As `closing_write`."""
    async with closing_write(store, caller) as write:
        yield write, await requests.claim(write.connection, claim)


async def once(
    store: Store,
    caller: Caller,
    request: Request,
    work: Callable[[Writing], Awaitable[bytes]],
    opened_by: Open = writing_once,
) -> bytes:
    """Do the work, or answer as it was answered before; returns the serialized response.

    Only successes are kept: whatever the work raises undoes everything.

    Raises:
        BillingError: REQUEST_ID_REUSED when the id was used with other content, and whatever the work raises.
    """
    claim = Claim(caller.name, request.rpc, request.request_id, sha256(request.content).digest())
    async with opened_by(store, caller, claim) as (write, first):
        claimed = first
        while not claimed:
            kept = await requests.get_kept(write.connection, claim)
            if kept is not None:
                return _kept_response(kept, claim)
            claimed = await requests.claim(write.connection, claim)  # it was dropped in between, as it was old
        response = await work(write)
        event = _event(write, request.rpc, request.subject, request.request_id, request.as_json)
        await requests.keep_response(write.connection, event, write.cutoff, response)
    return response


def _kept_response(kept: KeptRequest, claim: Claim) -> bytes:
    if kept.content_hash != claim.content_hash:
        raise BillingError(
            Reason.REQUEST_ID_REUSED, "the request id was used before with other content: make a new one", "request_id"
        )
    return kept.response


async def record_event(write: Writing, rpc: str, subject: str) -> None:
    """Add a write that nobody asked for by a request id to the audit trail, in its transaction."""
    await requests.insert_audit_event(write.connection, _event(write, rpc, subject), write.cutoff)


def _event(write: Writing, rpc: str, subject: str, request_id: UUID | None = None, as_json: str = "{}") -> AuditEvent:
    caller = write.caller
    return AuditEvent(0, write.now, caller.name, caller.role, rpc, subject, request_id, as_json)
