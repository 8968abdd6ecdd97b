"""Sending the feed to the stream again, on an operator's demand."""

from __future__ import annotations

from billing.errors import invalid
from billing.operations.context import Store
from billing.store import feed


async def relay_from(store: Store, position: int) -> int:
    """Have the workers send the records from a position on again; returns the last position sent so far.

    Raises:
        BillingError: INVALID_FIELD where the record at that position has not been sent yet.
    """
    async with store.pool.acquire() as connection:
        while True:
            relayed, _ = await feed.relayed(connection)
            if not 1 <= position <= relayed:
                raise invalid(
                    "position",
                    f"{position} has not been sent: give one from 1 to {relayed}; what follows is sent anyway",
                )
            if await feed.move_mark(connection, relayed, position - 1):  # else the relay has come further
                return relayed
