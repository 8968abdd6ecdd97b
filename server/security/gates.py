"""What of a server knows callers and talks with them in secret, as its settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import grpc

from server.security.admission import Gate, OpenGate
from server.security.certificates import read_identity, server_credentials
from server.security.peers import Peers, read_callers
from server.security.reread import Reread, followed
from server.security.settings import SecuritySettings
from server.security.token_keys import read_token_keys
from server.security.tokens import Tokens


class Security(NamedTuple):
    """What a server has of it.

    Attributes:
        gate: tells who calls.
        credentials: of its port; None for plaintext.
    """

    gate: Gate
    credentials: grpc.ServerCredentials | None


@asynccontextmanager
async def secured(settings: SecuritySettings) -> AsyncIterator[Security]:
    """The files read, and read again when they are replaced, while the body runs."""
    files: list[Reread[Any]] = []
    gate: Gate = OpenGate()
    if settings.token_keys is not None:
        keys = Reread("PRORATA_TOKEN_KEYS", [settings.token_keys], read_token_keys)
        files.append(keys)
        gate = Tokens(keys, settings.token_issuer, settings.token_audience)
    elif settings.callers is not None:
        callers = Reread("PRORATA_CALLERS", [settings.callers], read_callers)
        files.append(callers)
        gate = Peers(callers)
    credentials = None
    if settings.tls_certificate is not None and settings.tls_key is not None:
        paths = [settings.tls_certificate, settings.tls_key]
        if settings.tls_client_ca is not None:
            paths.append(settings.tls_client_ca)
        identity = Reread("PRORATA_TLS_CERTIFICATE", paths, read_identity)
        files.append(identity)
        credentials = server_credentials(identity, with_callers=settings.tls_client_ca is not None)
    async with followed(*files):
        yield Security(gate, credentials)
