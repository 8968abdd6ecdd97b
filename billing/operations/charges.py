"""Reading charges, and acknowledging the feed (6.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billing.charge_columns import ChargeColumns
from billing.charges import RecordView
from billing.errors import BillingError, Reason
from billing.operations.accounts import get_account
from billing.operations.context import Reading, Writing
from billing.period import Period
from billing.store import charge_columns, charges, feed
from billing.store.charges import Head


async def get_charge(read: Reading, charge_id: bytes) -> RecordView:
    """The record of an id; CHARGE_NOT_FOUND when there is none."""
    record = await charges.by_id(read.connection, charge_id)
    if record is None:
        raise BillingError(Reason.CHARGE_NOT_FOUND, f"there is no charge record CH{charge_id.hex()}", "charge_id")
    return record


async def list_heads(
    read: Reading,
    *,
    payer_sid: str,
    period: Period | None,
    closing_period: Period | None,
    kind: int,
    as_of: datetime | None,
    after_position: int,
    limit: int,
) -> list[Head]:
    """Records by position, without their lines; as of a moment only those emitted up to then (3.9).

    Raises:
        BillingError: ACCOUNT_NOT_FOUND when the payer does not exist.
    """
    payer = await get_account(read.connection, payer_sid, "payer_account_sid") if payer_sid else None
    return await charges.list_heads(
        read.connection,
        after_position=after_position,
        payer_key=payer.account_key if payer else None,
        period=period,
        closing_period=closing_period,
        kind=kind,
        as_of_time=as_of,
        limit=limit,
    )


async def records_of(read: Reading, heads: Sequence[Head]) -> list[RecordView]:
    """The same with their lines. In the snapshot of the heads."""
    return await charges.records_of(read.connection, heads)


async def feed_start(read: Reading, *, after_position: int | None, consumer: str) -> int:
    """The position after which a replay begins; UNKNOWN_CURSOR when the feed has none such."""
    if consumer:
        position = await feed.consumer_position(read.connection, consumer)
        if position is None:
            raise BillingError(
                Reason.UNKNOWN_CURSOR,
                f"no consumer {consumer!r} has acknowledged anything: begin after_position 0",
                "consumer",
            )
        return position
    await _check_position(read, after_position or 0, "after_position")
    return after_position or 0


async def feed_after(read: Reading, position: int, limit: int) -> ChargeColumns | None:
    """The next records of the feed; None at its end."""
    return await charge_columns.columns_after(read.connection, position, limit)


async def acknowledge(write: Writing, *, consumer: str, position: int) -> int:
    """Note how far a consumer has come: forward only; UNKNOWN_CURSOR or CURSOR_BACKWARD otherwise."""
    await _check_position(write, position, "position")
    if not await feed.acknowledge(write.connection, consumer, position, write.now):
        reached = await feed.consumer_position(write.connection, consumer)
        raise BillingError(
            Reason.CURSOR_BACKWARD,
            f"{consumer} has acknowledged {reached} already: a consumer goes forward only",
            "position",
        )
    return position


async def _check_position(read: Reading, position: int, field: str) -> None:
    last = await feed.last_position(read.connection)
    if position > last:
        raise BillingError(
            Reason.UNKNOWN_CURSOR, f"the feed ends at {last}: {position} is not one of its positions", field
        )
