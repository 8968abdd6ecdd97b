"""Inquiries for plans that are not self-service (3.7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg

from billing.inquiries import Contact, Inquiry, InquiryState

INQUIRIES = """
SELECT i.inquiry_number, i.inquiry_id, i.family_key, a.account_sid, i.plan_id, i.contact_name, i.contact_email,
       i.contact_phone, i.contact_message, i.state, i.record_time, i.resolve_time, i.start_day, i.note
FROM inquiry i JOIN account a ON a.family_key = i.family_key AND a.account_key = i.family_key
"""

GET_INQUIRY = f"{INQUIRIES} WHERE i.inquiry_id = $1"


async def get_inquiry(connection: asyncpg.Connection, inquiry_id: UUID) -> Inquiry | None:
    """The inquiry; None when there is none."""
    row = await connection.fetchrow(GET_INQUIRY, inquiry_id)
    return _inquiry(row) if row else None


LIST_INQUIRIES = f"""
{INQUIRIES}
WHERE i.inquiry_number < $1 AND ($2::integer IS NULL OR i.family_key = $2) AND ($3 = 0 OR i.state = $3)
ORDER BY i.inquiry_number DESC LIMIT $4
"""


async def list_inquiries(
    connection: asyncpg.Connection, before_number: int, family_key: int | None, state: int, limit: int
) -> list[Inquiry]:
    """Inquiries, the latest first, before one: of an account or of all, in a state or in any (0)."""
    rows = await connection.fetch(LIST_INQUIRIES, before_number, family_key, state, limit)
    return [_inquiry(row) for row in rows]


INSERT_INQUIRY = """
INSERT INTO inquiry (family_key, inquiry_id, plan_id, contact_name, contact_email, contact_phone, contact_message,
                     state, record_time, record_cutoff)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)
ON CONFLICT (family_key) WHERE state = 1 DO NOTHING RETURNING inquiry_number
"""


async def insert_inquiry(
    connection: asyncpg.Connection,
    family_key: int,
    inquiry_id: UUID,
    plan_id: str,
    contact: Contact,
    record_time: datetime,
    cutoff: int,
) -> int | None:
    """Record an open inquiry; returns its number, None when the account has an open one."""
    number: int | None = await connection.fetchval(
        INSERT_INQUIRY,
        family_key,
        inquiry_id,
        plan_id,
        contact.name,
        contact.email,
        contact.phone,
        contact.message,
        record_time,
        cutoff,
    )
    return number


RESOLVE_INQUIRY = """
UPDATE inquiry SET state = $3, resolve_time = $4, start_day = $5, note = $6, resolve_cutoff = $7
WHERE family_key = $1 AND inquiry_number = $2 AND state = 1
"""


async def resolve_inquiry(connection: asyncpg.Connection, resolved: Inquiry, cutoff: int) -> None:
    """Store how an open inquiry was resolved."""
    await connection.execute(
        RESOLVE_INQUIRY,
        resolved.family_key,
        resolved.number,
        int(resolved.state),
        resolved.resolve_time,
        resolved.start_day,
        resolved.note,
        cutoff,
    )


DECLINE_OPEN = """
UPDATE inquiry SET state = 3, resolve_time = $2, note = $3, resolve_cutoff = $4
WHERE family_key = $1 AND state = 1
"""


async def decline_open(
    connection: asyncpg.Connection, family_key: int, resolve_time: datetime, note: str, cutoff: int
) -> None:
    """Decline the open inquiry of an account, if it has one."""
    await connection.execute(DECLINE_OPEN, family_key, resolve_time, note, cutoff)


def _inquiry(row: asyncpg.Record) -> Inquiry:
    return Inquiry(
        number=row["inquiry_number"],
        inquiry_id=row["inquiry_id"],
        family_key=row["family_key"],
        account_sid=row["account_sid"],
        plan_id=row["plan_id"],
        contact=Contact(row["contact_name"], row["contact_email"], row["contact_phone"], row["contact_message"]),
        state=InquiryState(row["state"]),
        open_time=row["record_time"],
        resolve_time=row["resolve_time"],
        start_day=row["start_day"],
        note=row["note"],
    )
