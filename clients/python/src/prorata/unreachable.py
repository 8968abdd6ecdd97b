"""What may keep a client from a server that it can not connect to, besides that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import grpc

if TYPE_CHECKING:
    from prorata.connection import Tls
    from prorata.errors import ProrataError

_WITH_TLS = (  # by what gRPC says
    ("WRONG_VERSION_NUMBER", "the server does not answer in TLS: call it in plaintext, or at another port"),
    ("security handshaker", "a PEM text of the authorities, the key or the certificate is no good, or they do not fit"),
    ("handshake failed", "the server's certificate is of no authority that is trusted, has expired, or is for others"),
)


def hint(error: ProrataError, tls: Tls | None) -> str:
    """What to look at, to be put after the message of an error; empty when there is nothing to be said."""
    if error.code is not grpc.StatusCode.UNAVAILABLE or error.reason or "failed to connect" not in error.message:
        return ""
    if tls is not None:
        for words, meaning in _WITH_TLS:
            if words in error.message:
                return f" ({meaning})"
    if "Socket closed" not in error.message and "reset by peer" not in error.message:
        return ""
    if tls is None:
        return " (the server hung up: it may want TLS, and this client calls in plaintext)"
    if tls.certificate_chain is None:
        return " (the server hung up: it may want a certificate of the caller's own)"
    return " (the server hung up: it may not take the caller's certificate)"
