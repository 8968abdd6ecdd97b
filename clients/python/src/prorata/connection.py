"""The channel to a server, who calls, and the two ways of calling: once, or as a stream that resumes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid4

import grpc
import grpc.aio

from prorata.credentials import Credentials, Metadata, is_loopback
from prorata.errors import ProrataError
from prorata.unreachable import hint

if TYPE_CHECKING:
    from prorata.retry import RetryPolicy

CREDENTIALS_EXPIRED = "CREDENTIALS_EXPIRED"

_Request = TypeVar("_Request")
_Response = TypeVar("_Response")

# A single record with a part for each of very many accounts exceeds grpc's 4 MB for what is received.
_OPTIONS = (
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5_000),
)


@dataclass(frozen=True, kw_only=True)
class Tls:
    """How the channel is secured; the default trusts the well-known authorities."""

    root_certificates: bytes | None = None
    """The authorities to trust instead, PEM."""
    private_key: bytes | None = None
    """The caller's own key, PEM, where the server asks for one (mTLS)."""
    certificate_chain: bytes | None = None
    """The certificate of that key, PEM."""


class Connection:
    """An open channel; the calls of a client share it. It belongs to the event loop it was made in."""

    def __init__(
        self,
        address: str,
        credentials: Credentials,
        tls: Tls | None,
        retry: RetryPolicy,
        timeout_seconds: float,
    ) -> None:
        self.channel = _open(address, tls)
        self._tls = tls
        self._credentials = credentials
        self.retry = retry
        self.timeout_seconds = timeout_seconds

    async def close(self) -> None:
        """Close the channel; calls under way end."""
        await self.channel.close()

    async def call(
        self,
        method: grpc.aio.UnaryUnaryMultiCallable[_Request, _Response],
        request: _Request,
        timeout_seconds: float | None,
    ) -> _Response:
        """The response; the same request is sent again as the retry policy says, until the deadline.

        Raises `ProrataError`.
        """
        deadline = time.monotonic() + (self.timeout_seconds if timeout_seconds is None else timeout_seconds)
        failed_attempts = 0
        while True:
            metadata = await self.metadata(deadline)
            try:
                return await method(request, timeout=deadline - time.monotonic(), metadata=metadata)
            except grpc.aio.AioRpcError as raised:
                failed_attempts += 1
                error = self.error(raised, metadata, getattr(request, "request_id", ""))
                delay = self.delay_seconds(error, failed_attempts)
                if delay is None or time.monotonic() + delay >= deadline:
                    raise error from raised
            await asyncio.sleep(delay)

    async def stream(
        self,
        method: grpc.aio.UnaryStreamMultiCallable[_Request, _Response],
        next_request: Callable[[_Response | None], _Request],
        timeout_seconds: float | None = None,
        *,
        follows: bool,
    ) -> AsyncGenerator[_Response, None]:
        """The responses of a stream; one that breaks off is opened again with the request after the last one.

        One that follows is opened again as often as it takes, as it may wait for as long as a server is away. It has no
        deadline unless one is given. Raises `ProrataError`.
        """
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        last: _Response | None = None
        failed_attempts = 0
        while True:
            metadata = await self.metadata(deadline)
            left = None if deadline is None else deadline - time.monotonic()
            call = method(next_request(last), timeout=left, metadata=metadata)
            try:
                async for response in call:
                    last, failed_attempts = response, 0
                    yield response
            except grpc.aio.AioRpcError as raised:
                failed_attempts += 1
                error = self.error(raised, metadata)
                delay = self.delay_seconds(error, failed_attempts, follows=follows)
                if delay is None or (deadline is not None and time.monotonic() + delay >= deadline):
                    raise error from raised
                if follows and self.retry.on_follow_again is not None:
                    self.retry.on_follow_again(error, delay)
            else:
                return
            finally:
                call.cancel()
            await asyncio.sleep(delay)

    async def metadata(self, deadline: float | None = None) -> Metadata:
        """The metadata of the next call. Raises `ProrataError` when there are none by the deadline (monotonic)."""
        if deadline is None or not self._credentials.renewable:
            return await self._credentials.metadata()
        try:
            async with asyncio.timeout(deadline - time.monotonic()) as timeout:
                return await self._credentials.metadata()
        except TimeoutError:
            if not timeout.expired():
                raise
            code = grpc.StatusCode.DEADLINE_EXCEEDED
            raise ProrataError(code, "the source of the token gave none before the deadline") from None

    def error(self, raised: grpc.aio.AioRpcError, metadata: Metadata, request_id: str = "") -> ProrataError:
        """What a call with these metadata failed with."""
        error = ProrataError.from_rpc(raised, request_id)
        if error.code is grpc.StatusCode.UNAUTHENTICATED:
            self._credentials.refused(metadata)
        looked_at = hint(error, self._tls)
        return ProrataError(error.code, error.message + looked_at, request_id=request_id) if looked_at else error

    def delay_seconds(self, error: ProrataError, failed_attempts: int, *, follows: bool = False) -> float | None:
        """The pause before the next attempt, as the retry policy says; None when there is to be none.

        A call whose token has expired is tried again where another token can be had.
        """
        renewed = error.reason == CREDENTIALS_EXPIRED and self._credentials.renewable
        return self.retry.delay_seconds(error, failed_attempts, follows=follows, renewed=renewed)


def request_id_text(request_id: str | UUID | None) -> str:
    """The request id to send: the caller's own, or a new one."""
    return str(request_id or uuid4())


def _open(address: str, tls: Tls | None) -> grpc.aio.Channel:
    if tls is None:
        # A proxy, which the environment may name, would read what is for this machine.
        proxy = (("grpc.enable_http_proxy", 0),) if is_loopback(address) else ()
        return grpc.aio.insecure_channel(address, options=(*_OPTIONS, *proxy))
    credentials = grpc.ssl_channel_credentials(tls.root_certificates, tls.private_key, tls.certificate_chain)
    return grpc.aio.secure_channel(address, credentials, options=_OPTIONS)
