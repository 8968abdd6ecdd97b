"""What declines the open inquiry of an account: closing it, or its joining a contract (3.7)."""

from __future__ import annotations

from billing.operations.context import Writing
from billing.store import inquiries


async def decline_open_inquiry(write: Writing, family_key: int, note: str) -> None:
    """Decline the open inquiry of an account, if it has one. The family is locked."""
    await inquiries.decline_open(write.connection, family_key, write.now, note, write.cutoff)
