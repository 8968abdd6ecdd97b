"""The one interceptor: admits the caller, checks access and limits, bounds the calls at once, and maps errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

import asyncpg
import grpc
import structlog
from google.protobuf.message import DecodeError

from billing.errors import BillingError, Reason
from billing.operations.context import Caller
from billing.operations.held_connection import is_lost
from server.access import access_by_method, check_access
from server.limits import check_limits
from server.room import RETRY_SECONDS, Refusals, Room
from server.security.admission import Admission, Context, Gate, expired
from server.status import status_of

log = structlog.get_logger()

current_caller: ContextVar[Caller] = ContextVar("current_caller")

LOGGED = (Reason.OVERLOADED, Reason.UNAUTHENTICATED, Reason.CREDENTIALS_EXPIRED, Reason.NOT_PERMITTED)

AGAIN_SECONDS = 5.0  # as keys and callers are read again

Admit = Callable[[Context], Admission]


class Guard(grpc.aio.ServerInterceptor):
    """What every call to the three services goes through. Health and reflection pass."""

    def __init__(self, gate: Gate, most_calls: int, most_followers: int) -> None:
        """What tells who calls; how many calls may be under way at once, and how many streams may follow besides."""
        self._gate = gate
        self._calls = Room(most_calls, "too many calls are under way: try again later")
        self._followers = Room(
            most_followers, f"{most_followers} streams follow already, which is all that may: try again later"
        )
        self._refusals = {reason: Refusals(reason.lower()) for reason in LOGGED}

    @property
    def calls_under_way(self) -> int:
        """How many calls are under way, without the streams that follow."""
        return self._calls.taken

    @property
    def follower_count(self) -> int:
        """How many streams follow."""
        return self._followers.taken

    def close(self) -> None:
        """Log the refusals that were not yet; no more calls come."""
        for refusals in self._refusals.values():
            refusals.close()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Wrap the handler of an RPC."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        access = access_by_method().get(method)
        if handler is None or access is None:
            return handler
        metadata = handler_call_details.invocation_metadata

        def admit(context: Context) -> Admission:
            admission = self._gate.admit(metadata, context)
            current_caller.set(admission.caller)
            check_access(admission.caller, access)
            return admission

        return self._wrapped(handler, method, admit)

    def _admitted(self, admit: Admit, method: str, context: Context) -> Admission:
        """The caller admitted; a refusal is logged with a count."""
        try:
            return admit(context)
        except BillingError as error:
            self._refusals[error.reason].add(error, **_about(method))
            raise

    def _wrapped(self, handler: Any, method: str, admit: Admit) -> Any:
        decode = handler.request_deserializer

        async def unary(encoded: bytes, context: Context) -> Any:
            async def answer() -> Any:
                with self._calls:
                    self._admitted(admit, method, context)
                    request = _decoded(decode, encoded)
                    check_limits(request)
                    return await handler.unary_unary(request, context)

            return await self._guarded(answer, method, context)

        async def streaming(encoded: Any, context: Context) -> None:
            async def answer() -> None:
                admission = self._admitted(admit, method, context)
                if handler.request_streaming:
                    room, responses = self._calls, handler.stream_stream(_all_decoded(decode, encoded), context)
                else:
                    request = _decoded(decode, encoded)
                    check_limits(request)
                    room = self._followers if _follows(request) else self._calls
                    responses = handler.unary_stream(request, context)
                with room:
                    await _write_all(responses, context, admission, admit)

            await self._guarded(answer, method, context)

        # Requests come as bytes: one that gRPC can not decode it answers itself, as UNKNOWN and without details.
        parts = {"response_serializer": _unless_written(handler.response_serializer)}
        if not handler.response_streaming:
            return grpc.unary_unary_rpc_method_handler(unary, **parts)
        if handler.request_streaming:
            return grpc.stream_stream_rpc_method_handler(streaming, **parts)
        return grpc.unary_stream_rpc_method_handler(streaming, **parts)

    async def _guarded(self, answer: Callable[[], Awaitable[Any]], method: str, context: Context) -> Any:
        try:
            return await answer()
        except BillingError as error:
            if error.reason is Reason.OVERLOADED:
                self._refusals[error.reason].add(error, **_about(method))
            await _refuse(context, error)
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            if context.done():  # the client is gone, and so is the stream that was written to
                return None
            if not is_lost(error) and not isinstance(error, asyncpg.DeadlockDetectedError):
                await _refuse_unexpected(context, method)
            log.warning("store_away", **_about(method), error=repr(error))
            await _refuse(
                context,
                BillingError(
                    Reason.UNAVAILABLE, "the store is away for the moment: try again", retry_seconds=RETRY_SECONDS
                ),
            )


def _about(method: str) -> dict[str, str]:
    """A call, for the log: its RPC and, once it is known, its caller."""
    caller = current_caller.get(None)
    return {"method": method} if caller is None else {"method": method, "caller": caller.name}


async def _write_all(responses: AsyncIterator[Any], context: Context, admission: Admission, admit: Admit) -> None:
    """Answer with a stream, as long as the caller's credentials hold: CREDENTIALS_EXPIRED then."""
    left = None if admission.until is None else admission.until - time.time()
    try:
        async with asyncio.timeout(left) as allowed, _looked_at_again(context, admission, admit, allowed):
            async for response in responses:
                await context.write(response)
    except TimeoutError:
        if not allowed.expired():
            raise
        raise expired("credential of the caller") from None


@asynccontextmanager
async def _looked_at_again(
    context: Context, admission: Admission, admit: Admit, allowed: asyncio.Timeout
) -> AsyncIterator[None]:
    """End the time of a stream whose caller would not be admitted any more: it, or its key, was taken out."""

    async def look() -> None:
        while not allowed.expired():
            await asyncio.sleep(AGAIN_SECONDS)
            try:
                admit(context)
            except BillingError:
                break
        if not allowed.expired():
            allowed.reschedule(asyncio.get_running_loop().time())

    looking = None if admission.until is None else asyncio.create_task(look())
    try:
        yield
    finally:
        if looking is not None:
            looking.cancel()


def _unless_written(serialize: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Responses that a handler has written itself, by columns, are sent as they are."""

    def serialized(response: Any) -> bytes:
        return response if isinstance(response, bytes) else serialize(response)

    return serialized


def _follows(request: Any) -> bool:
    """Whether a stream of answers stays to tell what comes: those that need not are asked to."""
    return getattr(request, "follow", True)


def _decoded(decode: Callable[[bytes], Any], encoded: bytes) -> Any:
    """The request; INVALID_FIELD, without a field as none can be told, when it is no encoded message."""
    try:
        return decode(encoded)
    except DecodeError as error:
        raise BillingError(
            Reason.INVALID_FIELD,
            f"the request can not be decoded: {error}; encode the message that the contract names, texts in UTF-8",
        ) from error


async def _all_decoded(decode: Callable[[bytes], Any], encoded: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    async for each in encoded:
        request = _decoded(decode, each)
        check_limits(request)
        yield request


async def _refuse_unexpected(context: Context, method: str) -> None:
    error_id = uuid4().hex
    log.exception("unexpected_error", **_about(method), error_id=error_id)
    await _refuse(context, BillingError(Reason.INTERNAL, f"unexpected error {error_id}: see the server's log"))


async def _refuse(context: Context, error: BillingError) -> None:
    code, status = status_of(error)
    await context.abort(code, error.message, (("grpc-status-details-bin", status.SerializeToString()),))
