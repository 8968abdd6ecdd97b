"""Servers with TLS, tokens or callers' certificates, on a store of their own, and channels to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import pytest

from deploy.local.secure import Authority, Identity
from prorata.v1.billing_service_pb2_grpc import BillingServiceStub
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from prorata.v1.test_clock_service_pb2_grpc import TestClockServiceStub
from server import interceptors
from server.app import running_server
from server.security import reread
from tests.security.makers import AUDIENCE, ISSUER, Signer, ed_signer, jwks
from tests.server.conftest import settings_for


class Secured(NamedTuple):
    """A secured server, and what it was made with.

    Attributes:
        address: host:port.
        folder: with its files, named as its settings.
        authority: of its certificate, and of its callers' ones.
        signer: of tokens that it takes.
    """

    address: str
    folder: Path
    authority: Authority
    signer: Signer

    def channel(self, caller: Identity | None = None) -> grpc.aio.Channel:
        """A connection of its own, with a caller's certificate or none."""
        credentials = grpc.ssl_channel_credentials(
            self.authority.certificate, caller and caller.key, caller and caller.certificate
        )
        return grpc.aio.secure_channel(self.address, credentials, options=(("grpc.use_local_subchannel_pool", 1),))


class Stubs:
    """The three services over one channel."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.plans = PlanServiceStub(channel)
        self.billing = BillingServiceStub(channel)
        self.clock = TestClockServiceStub(channel)


def replaced(path: Path, content: bytes) -> None:
    """Put a new file in the place of one, at once, as those do who renew certificates."""
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.rename(path)


MakeSecured = Callable[..., Awaitable[Secured]]


@pytest.fixture
async def make_secured(
    database: str, stores: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeSecured]:
    """Starts servers with TLS, that know callers by tokens, or by certificates where callers are given.

    They look at their files, and at callers whose streams are under way, again a hundred times a second.
    """
    monkeypatch.setattr(reread, "REREAD_SECONDS", 0.01)
    monkeypatch.setattr(interceptors, "AGAIN_SECONDS", 0.01)
    async with AsyncExitStack() as parts:

        async def make(callers: bytes | None = None, *, tls: bool = True, **changes: Any) -> Secured:
            authority, signer = Authority(), ed_signer("own")
            server = authority.issue("server", hosts=("localhost", "127.0.0.1"))
            files = {"token_keys": jwks(signer)}
            given: dict[str, Any] = {"token_issuer": ISSUER, "token_audience": AUDIENCE}
            if callers is not None:
                files, given = {"callers": callers, "tls_client_ca": authority.certificate}, {}
            if tls:
                files |= {"tls_certificate": server.certificate, "tls_key": server.key}
            for name, content in files.items():
                given[name] = tmp_path / name
                given[name].write_bytes(content)
            settings = settings_for(database, stores[1], **given, **changes)
            running = await parts.enter_async_context(running_server(settings))
            return Secured(running.address, tmp_path, authority, signer)

        yield make


@pytest.fixture
async def secured(make_secured: MakeSecured) -> Secured:
    """A server with TLS and tokens."""
    return await make_secured()


@pytest.fixture
async def stubs(secured: Secured) -> AsyncIterator[Stubs]:
    """Stubs over a connection to it."""
    async with secured.channel() as channel:
        yield Stubs(channel)
