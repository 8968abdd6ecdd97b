"""The certificate of the server, and the authority of its callers' ones: read, checked, and replaced while it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from server.security.reread import Reread

Identity = grpc.ServerCertificateConfiguration


def read_certificates(content: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file; ValueError when there is none, or one that can not be read."""
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise ValueError("it has no certificate that can be read: give a PEM file (BEGIN CERTIFICATE)") from None


def check_authorities(content: bytes) -> None:
    """The file has an authority that is valid today; ValueError otherwise."""
    authorities = read_certificates(content)
    if not any(_is_valid(each) for each in authorities):
        raise ValueError(f"no authority in it is valid now, the first is {_validity(authorities[0])}: renew it")


def check_pair(certificate: bytes, key: bytes) -> None:
    """The key is that of the certificate, which is valid today; ValueError otherwise."""
    first = read_certificates(certificate)[0]
    try:
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError):  # the latter for a key with a password
        raise ValueError("the key can not be read: give a PEM file (BEGIN PRIVATE KEY) without a password") from None
    if _public(private.public_key()) != _public(first.public_key()):
        raise ValueError("the key is not that of the certificate, which must be the first in its file")
    if not _is_valid(first):
        raise ValueError(f"the certificate is {_validity(first)}, and not now: renew it")


def read_identity(certificate: bytes, key: bytes, authority: bytes | None = None) -> Identity:
    """What a connection is opened with; ValueError when the parts are no good or do not fit.

    Args:
        certificate, key: PEM; the certificate with those that lead to its authority.
        authority: PEM, of the certificates that callers must have; None when they need none.
    """
    check_pair(certificate, key)
    if authority is not None:
        check_authorities(authority)
    return grpc.ssl_server_certificate_configuration([(key, certificate)], root_certificates=authority)


def server_credentials(identity: Reread[Identity], *, with_callers: bool) -> grpc.ServerCredentials:
    """Credentials of a server whose new connections are opened with what was read last.

    Args:
        identity: what was read last.
        with_callers: whether callers must have certificates of their own (mTLS).
    """
    used = identity.current

    def newest() -> Identity | None:
        nonlocal used
        if used is identity.current:
            return None
        used = identity.current
        return used

    # As gRPC has it, None is for no change; its types do not know.
    fetch = cast("Callable[[], Identity]", newest)
    return grpc.dynamic_ssl_server_credentials(used, fetch, require_client_authentication=with_callers)


def _is_valid(certificate: x509.Certificate) -> bool:
    return certificate.not_valid_before_utc <= datetime.now(UTC) < certificate.not_valid_after_utc


def _validity(certificate: x509.Certificate) -> str:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return f"valid from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"


def _public(key: object) -> bytes:
    encoded: bytes = key.public_bytes(  # type: ignore[attr-defined]  # every kind of public key has it
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded
