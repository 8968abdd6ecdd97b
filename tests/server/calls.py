"""Short ways to make calls, and to look at refusals with all their details."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalText
from grpc_status import rpc_status

from prorata.v1 import billing_service_pb2 as b
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.product_pb2 import (
    PRODUCT_FAMILY_PLATFORM,
    PRODUCT_STAGE_GENERALLY_AVAILABLE,
    PerUnitPricing,
    ProductPrice,
)
from tests.service import STAFF, day

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
EXISTS = grpc.StatusCode.ALREADY_EXISTS
PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
OUT_OF_RANGE = grpc.StatusCode.OUT_OF_RANGE

WAIT_SECONDS = 20


@dataclass(frozen=True)
class Refused:
    """A refused call: its status, the message, the details of google.rpc, and the metadata they came in."""

    code: grpc.StatusCode
    message: str
    reason: str
    fields: tuple[str, ...]
    retry_seconds: float | None
    metadata: str


def refusal_of(error: grpc.aio.AioRpcError) -> Refused:
    """The details of a refused call, of which there must be exactly one ErrorInfo of our domain."""
    status = rpc_status.from_call(error)  # fails where code and message differ from those of the status
    assert status is not None, f"no details: {error!r}"
    infos, fields, retries = [], [], []
    for detail in status.details:
        info, bad, retry = ErrorInfo(), BadRequest(), RetryInfo()
        if detail.Unpack(info):
            infos.append(info)
        elif detail.Unpack(bad):
            fields += [violation.field for violation in bad.field_violations]
            assert all(violation.description for violation in bad.field_violations)
        elif detail.Unpack(retry):
            retries.append(retry.retry_delay.ToMilliseconds() / 1_000)
        else:
            raise AssertionError(f"an unknown detail: {detail}")
    assert [info.domain for info in infos] == ["prorata"]
    assert status.message
    retry_seconds = retries[0] if retries else None
    metadata = repr(tuple(error.trailing_metadata() or ()))
    return Refused(error.code(), status.message, infos[0].reason, tuple(fields), retry_seconds, metadata)


async def refused(call: Any) -> Refused:
    """The refusal of a call that must be refused; of a stream, at its first answer."""
    try:
        response = await (call.read() if hasattr(call, "read") else call)
    except grpc.aio.AioRpcError as error:
        return refusal_of(error)
    raise AssertionError(f"not refused: {response}")


async def refuses(call: Any, code: grpc.StatusCode, reason: str, *fields: str) -> Refused:
    """Check why a call is refused, and which fields are named."""
    found = await refused(call)
    assert (found.code, found.reason, found.fields) == (code, reason, fields), found
    return found


async def outcome(call: Any) -> Any:
    """The response of a call, or its refusal."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        return refusal_of(error)


def sid(number: int) -> str:
    """The SID of an account of the test."""
    return f"AC{number:032x}"


def new_id() -> str:
    """A request id."""
    return str(uuid4())


def day_in(value: Date) -> date:
    """A day from the contract."""
    return date(value.year, value.month, value.day)


def optional_day(message: Any, field: str) -> date | None:
    """A day from a field of the contract; None when it is not set."""
    return day_in(getattr(message, field)) if message.HasField(field) else None


def moment_in(value: Timestamp) -> datetime:
    """A moment from the contract."""
    return value.ToDatetime(UTC)


def create_request(account_sid: str = "", **fields: Any) -> p.CreateAccountRequest:
    """Asks for an account, under a new request id."""
    return p.CreateAccountRequest(**{"request_id": new_id(), "account_sid": account_sid, **fields})


def close_request(account_sid: str, closing_day: date | None = None) -> p.CloseAccountRequest:
    """Asks for an account to be closed, under a new request id."""
    return p.CloseAccountRequest(
        request_id=new_id(), account_sid=account_sid, closing_day=day(closing_day) if closing_day else None
    )


def change_request(
    account_sid: str, plan_id: str, start: date | None = None, *, replace: bool = False
) -> p.ChangePlanRequest:
    """Asks for a change of plan, under a new request id."""
    return p.ChangePlanRequest(
        request_id=new_id(),
        account_sid=account_sid,
        plan_id=plan_id,
        start_day=day(start) if start else None,
        replace_pending=replace,
    )


def preview_request(change: p.ChangePlanRequest) -> p.PreviewPlanChangeRequest:
    """Asks for the preview of a change."""
    return p.PreviewPlanChangeRequest(
        account_sid=change.account_sid,
        plan_id=change.plan_id,
        start_day=change.start_day if change.HasField("start_day") else None,
        replace_pending=change.replace_pending,
    )


def withdraw_request(account_sid: str) -> p.WithdrawPlanChangeRequest:
    """Asks for the pending change to be withdrawn, under a new request id."""
    return p.WithdrawPlanChangeRequest(request_id=new_id(), account_sid=account_sid)


def product_request(product_id: str, **fields: Any) -> b.PutProductRequest:
    """Asks for a covered product, under a new request id."""
    given = {
        "request_id": new_id(),
        "product_id": product_id,
        "display_name": product_id,
        "unit": "unit",
        "stage": PRODUCT_STAGE_GENERALLY_AVAILABLE,
        "family": PRODUCT_FAMILY_PLATFORM,
    }
    return b.PutProductRequest(**{**given, **fields})


def price(product_id: str, unit_price: str, start: str = "2026-06") -> ProductPrice:
    """A price per unit."""
    per_unit = PerUnitPricing(unit_price=DecimalText(value=unit_price))
    return ProductPrice(product_id=product_id, effective_period=start, per_unit=per_unit)


def prices_request(*prices: ProductPrice) -> b.PublishPricesRequest:
    """Asks for prices to be published, under a new request id."""
    return b.PublishPricesRequest(request_id=new_id(), prices=prices)


async def start_closing(service: Any, period: str) -> None:
    """Start a closing, without following it."""
    request = b.StartClosingRequest(request_id=new_id(), period=period)
    await service.billing.StartClosing(request, metadata=STAFF)


async def audit_events(service: Any, subject: str = "") -> list[Any]:
    """The audit trail, the latest first."""
    response = await service.billing.ListAuditEvents(
        b.ListAuditEventsRequest(subject=subject, page_size=1_000), metadata=STAFF
    )
    return list(response.events)


@asynccontextmanager
async def locked(database_url: str, table: str) -> AsyncIterator[asyncpg.Connection]:
    """Hold off whoever reads or writes a table, while the body runs; another connection is given to watch them."""
    holder, watcher = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    try:
        async with holder.transaction():
            await holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield watcher
    finally:
        await watcher.close()
        await holder.close()


WAITING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND backend_type = 'client backend'
"""


async def waiting_backends(watcher: asyncpg.Connection, count: int) -> list[int]:
    """The backends that wait for a lock, once there are so many."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            pids = [row["pid"] for row in await watcher.fetch(WAITING)]
            if len(pids) == count:
                return pids
