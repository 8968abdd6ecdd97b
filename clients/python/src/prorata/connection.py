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

from prorata.credentials import Credentials
from prorata.errors import ProrataError

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
        self.credentials = credentials
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
            try:
                metadata = await self.credentials.metadata()
                return await method(request, timeout=deadline - time.monotonic(), metadata=metadata)
            except grpc.aio.AioRpcError as raised:
                failed_attempts += 1
                error = ProrataError.from_rpc(raised, getattr(request, "request_id", ""))
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
            metadata = await self.credentials.metadata()
            left = None if deadline is None else deadline - time.monotonic()
            call = method(next_request(last), timeout=left, metadata=metadata)
            try:
                async for response in call:
                    last, failed_attempts = response, 0
                    yield response
            except grpc.aio.AioRpcError as raised:
                failed_attempts += 1
                error = ProrataError.from_rpc(raised)
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

    def delay_seconds(self, error: ProrataError, failed_attempts: int, *, follows: bool = False) -> float | None:
        """The pause before the next attempt, as the retry policy says; None when there is to be none.

        A call whose token has expired is tried again where another token can be had.
        """
        renewed = error.reason == CREDENTIALS_EXPIRED and self.credentials.renewable
        return self.retry.delay_seconds(error, failed_attempts, follows=follows, renewed=renewed)


def request_id_text(request_id: str | UUID | None) -> str:
    """The request id to send: the caller's own, or a new one."""
    return str(request_id or uuid4())


def _open(address: str, tls: Tls | None) -> grpc.aio.Channel:
    if tls is None:
        return grpc.aio.insecure_channel(address, options=_OPTIONS)
    credentials = grpc.ssl_channel_credentials(tls.root_certificates, tls.private_key, tls.certificate_chain)
    return grpc.aio.secure_channel(address, credentials, options=_OPTIONS)
