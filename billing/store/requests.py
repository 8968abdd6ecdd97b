"""Requests kept so that a repeat answers the same, and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg


class Claim(NamedTuple):
    """A request by its id, and the hash of its content."""

    caller: str
    rpc: str
    request_id: UUID
    content_hash: bytes


class KeptRequest(NamedTuple):
    """A request that succeeded before."""

    content_hash: bytes
    response: bytes


CLAIM = """
INSERT INTO request (caller, rpc, request_id, content_hash) VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT request_key DO NOTHING RETURNING true
"""


async def claim(connection: asyncpg.Connection, request: Claim) -> bool:
    """Claim a request id for the transaction; waits for another that has claimed it, False when that one committed."""
    return bool(await connection.fetchval(CLAIM, *request))


# The lock first, then the claim. What follows is about few rows: it is planned once, whatever its arguments.
BEGIN_WRITE_ONCE = """
WITH begun AS MATERIALIZED (SELECT cutoff, test_time FROM begin_write()),
claimed AS (
    INSERT INTO request (caller, rpc, request_id, content_hash) SELECT $1, $2, $3::uuid, $4::bytea FROM begun
    ON CONFLICT ON CONSTRAINT request_key DO NOTHING RETURNING true
)
SELECT cutoff, test_time, EXISTS (SELECT FROM claimed), set_config('plan_cache_mode', 'force_generic_plan', true)
FROM begun
"""


async def begin_write_once(connection: asyncpg.Connection, request: Claim) -> tuple[int, datetime, bool]:
    """As `state.begin_write` and `claim`: the cut-off, the test time, and whether the request id was claimed."""
    cutoff, test_time, claimed, _ = await connection.fetchrow(BEGIN_WRITE_ONCE, *request)
    return cutoff, test_time, claimed


GET_KEPT = "SELECT content_hash, response FROM request WHERE caller = $1 AND rpc = $2 AND request_id = $3"


async def get_kept(connection: asyncpg.Connection, request: Claim) -> KeptRequest | None:
    """The request that was kept under an id; None when it is no longer there."""
    row = await connection.fetchrow(GET_KEPT, *request[:3])
    return row and KeptRequest(*row)


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
KEEP_RESPONSE = f"""
WITH kept AS (UPDATE request SET response = $9 WHERE caller = $3 AND rpc = $5 AND request_id = $7)
{INSERT_AUDIT_EVENT}
"""  # noqa: S608 - constants of this module


async def insert_audit_event(connection: asyncpg.Connection, event: AuditEvent, cutoff: int) -> None:
    """Record who wrote what; the event's number is given here."""
    await connection.execute(INSERT_AUDIT_EVENT, *_columns(event, cutoff))


async def keep_response(connection: asyncpg.Connection, event: AuditEvent, cutoff: int, response: bytes) -> None:
    """Keep the response of a claimed request, and record who wrote what."""
    await connection.execute(KEEP_RESPONSE, *_columns(event, cutoff), response)


def _columns(event: AuditEvent, cutoff: int) -> tuple[object, ...]:
    return (
        event.event_time,
        cutoff,
        event.caller,
        event.role,
        event.rpc,
        event.subject,
        event.request_id,
        event.request_json,
    )


AUDIT_EVENT = "event_number, event_time, caller, role, rpc, subject, request_id, request_json"


def _fitting(found: str) -> str:
    """A statement for those events that come first among found ones by their bytes, and one more; two in any case.

    The window is about lengths, which Postgres knows without reading what is long.
    """
    return f"""
    WITH found AS ({found})
    SELECT {AUDIT_EVENT}
    FROM (SELECT {AUDIT_EVENT}, row_number() OVER later AS place, sum(octet_length(request_json)) OVER later AS reached
          FROM found WINDOW later AS (ORDER BY event_number DESC ROWS UNBOUNDED PRECEDING)) f
    WHERE place <= 2 OR reached - octet_length(request_json) <= $3 ORDER BY event_number DESC
    """  # noqa: S608 - constants of this module


LIST_AUDIT_EVENTS = _fitting(
    f"SELECT {AUDIT_EVENT} FROM audit_event WHERE event_number < $1 ORDER BY event_number DESC LIMIT $2"  # noqa: S608
)
LIST_AUDIT_EVENTS_OF_SUBJECT = _fitting(
    f"""SELECT {AUDIT_EVENT} FROM audit_event WHERE event_number < $1 AND subject = $4
        ORDER BY event_number DESC LIMIT $2"""  # noqa: S608
)


async def list_audit_events(
    connection: asyncpg.Connection, before_number: int, limit: int, subject: str, most_bytes: int
) -> list[AuditEvent]:
    """Events, the latest first, before one: all, or those about a subject.

    They end with the first that leads beyond so many bytes of what was asked for, two are there in any case: so where
    fewer are returned than there are, the last does not fit.
    """
    if subject:
        rows = await connection.fetch(LIST_AUDIT_EVENTS_OF_SUBJECT, before_number, limit, most_bytes, subject)
    else:
        rows = await connection.fetch(LIST_AUDIT_EVENTS, before_number, limit, most_bytes)
    return [AuditEvent(*row) for row in rows]
