"""What of a server knows callers and talks with them in secret, as its settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import grpc

from billing.operations.background import beside
from billing.process.command import variable
from billing.starting import CanNotStart
from server.security.admission import Gate, OpenGate
from server.security.certificates import read_identity, server_credentials
from server.security.peers import Peers, read_callers
from server.security.reread import Made, Reread, follow
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
    """The files read, and read again when they are replaced, while the body runs.

    Raises:
        CanNotStart: a file is no good any more, that was when the settings were read.
    """
    files: list[Reread[Any]] = []

    def read(name: str, make: Callable[..., Made], *paths: Path) -> Reread[Made]:
        try:
            made = Reread(variable(name), paths, make)
        except ValueError as error:
            raise CanNotStart(f"{variable(name)}: {error}") from None
        files.append(made)
        return made

    gate: Gate = OpenGate()
    if settings.token_keys is not None:
        keys = read("token_keys", read_token_keys, settings.token_keys)
        gate = Tokens(keys, settings.token_issuer, settings.token_audience)
    elif settings.callers is not None:
        gate = Peers(read("callers", read_callers, settings.callers))
    credentials = None
    if settings.tls_certificate is not None and settings.tls_key is not None:
        authority = [] if settings.tls_client_ca is None else [settings.tls_client_ca]
        identity = read("tls_certificate", read_identity, settings.tls_certificate, settings.tls_key, *authority)
        credentials = server_credentials(identity, with_callers=bool(authority))
    async with beside(follow(files)):
        yield Security(gate, credentials)
