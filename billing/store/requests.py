"""Requests kept so that a repeat answers the same, and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg


class KeptRequest(NamedTuple):
    """A request that succeeded before."""

    content_hash: bytes
    response: bytes


CLAIM = """
INSERT INTO request (caller, rpc, request_id, content_hash) VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT request_key DO NOTHING RETURNING true
"""


async def claim(connection: asyncpg.Connection, caller: str, rpc: str, request_id: UUID, content_hash: bytes) -> bool:
    """Claim a request id for the transaction; waits for another that has claimed it, False when that one committed."""
    return bool(await connection.fetchval(CLAIM, caller, rpc, request_id, content_hash))


GET_KEPT = "SELECT content_hash, response FROM request WHERE caller = $1 AND rpc = $2 AND request_id = $3"


async def get_kept(connection: asyncpg.Connection, caller: str, rpc: str, request_id: UUID) -> KeptRequest:
    """The request that was kept under an id."""
    return KeptRequest(*await connection.fetchrow(GET_KEPT, caller, rpc, request_id))


KEEP_RESPONSE = "UPDATE request SET response = $4 WHERE caller = $1 AND rpc = $2 AND request_id = $3"


async def keep_response(
    connection: asyncpg.Connection, caller: str, rpc: str, request_id: UUID, response: bytes
) -> None:
    """Keep the response of a claimed request."""
    await connection.execute(KEEP_RESPONSE, caller, rpc, request_id, response)


DROP_OLD = """
DELETE FROM request WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM request WHERE keep_time < clock_timestamp() - make_interval(days => $1) LIMIT $2))
"""


async def drop_old(connection: asyncpg.Connection, kept_days: int, limit: int) -> int:
    """Drop requests kept longer than so many days, at most so many at once; returns how many."""
    status: str = await connection.execute(DROP_OLD, kept_days, limit)
    return int(status.rpartition(" ")[2])


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One write, and who made it."""

    event_number: int
    event_time: datetime
    caller: str
    role: str
    rpc: str
    subject: str
    request_id: UUID | None
    request_json: str


INSERT_AUDIT_EVENT = """
INSERT INTO audit_event (event_time, cutoff, caller, role, rpc, subject, request_id, request_json)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def insert_audit_event(connection: asyncpg.Connection, event: AuditEvent, cutoff: int) -> None:
    """Record who wrote what; the event's number is given here."""
    await connection.execute(
        INSERT_AUDIT_EVENT,
        event.event_time,
        cutoff,
        event.caller,
        event.role,
        event.rpc,
        event.subject,
        event.request_id,
        event.request_json,
    )


LIST_AUDIT_EVENTS = """
SELECT event_number, event_time, caller, role, rpc, subject, request_id, request_json FROM audit_event
WHERE event_number < $1 ORDER BY event_number DESC LIMIT $2
"""
LIST_AUDIT_EVENTS_OF_SUBJECT = """
SELECT event_number, event_time, caller, role, rpc, subject, request_id, request_json FROM audit_event
WHERE event_number < $1 AND subject = $3 ORDER BY event_number DESC LIMIT $2
"""


async def list_audit_events(
    connection: asyncpg.Connection, before_number: int, limit: int, subject: str
) -> list[AuditEvent]:
    """Events, the latest first, before one: all, or those about a subject."""
    if subject:
        rows = await connection.fetch(LIST_AUDIT_EVENTS_OF_SUBJECT, before_number, limit, subject)
    else:
        rows = await connection.fetch(LIST_AUDIT_EVENTS, before_number, limit)
    return [AuditEvent(*row) for row in rows]
