"""Credentials to try out a secured server with: an authority, certificates, a key for tokens, and a token."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.security.signing import Claims, new_key, sign

ISSUER = AUDIENCE = "prorata-local"
DAYS = 30
TOKEN_DAYS = 7
EARLIER = timedelta(minutes=5)  # clocks may differ


class Identity(NamedTuple):
    """A certificate and its key, PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """Issues certificates. Its own key lives as long as the object, and nowhere else."""

    def __init__(self, name: str = "prorata, for trying out") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        whole = x509.BasicConstraints(ca=True, path_length=0)
        self.certificate = _pem(_builder(self._name, self._key, timedelta(days=DAYS), self._name), self._key, whole)

    def issue(
        self, name: str, *, hosts: Sequence[str] = (), uris: Sequence[str] = (), valid: timedelta = timedelta(days=DAYS)
    ) -> Identity:
        """A certificate for hosts (names or addresses) and URIs, with a new key; `valid` is from now on."""
        key = ec.generate_private_key(ec.SECP256R1())
        others = [*(_host(each) for each in hosts), *(x509.UniformResourceIdentifier(each) for each in uris)]
        extensions: list[x509.ExtensionType] = [x509.SubjectAlternativeName(others)] if others else []
        certificate = _pem(_builder(_named(name), key, valid, self._name), self._key, *extensions)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Identity(certificate, private)


class SecureFiles(NamedTuple):
    """Files for a secured server and a caller of it."""

    authority: Path
    certificate: Path
    key: Path
    token_keys: Path
    token: Path

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the server."""
        return {
            "PRORATA_TLS_CERTIFICATE": str(self.certificate),
            "PRORATA_TLS_KEY": str(self.key),
            "PRORATA_TOKEN_KEYS": str(self.token_keys),
            "PRORATA_TOKEN_ISSUER": ISSUER,
            "PRORATA_TOKEN_AUDIENCE": AUDIENCE,
        }


def make_secure_files(folder: Path) -> SecureFiles:
    """New ones in a folder, for a server on this machine and a member of staff that may do everything."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    files = SecureFiles(
        *(folder / name for name in ("authority.pem", "server.pem", "server-key.pem", "token-keys.json", "token"))
    )
    authority = Authority()
    server = authority.issue("prorata server", hosts=("localhost", "127.0.0.1", "::1"))
    key = new_key()
    claims = Claims("developer", "staff", ["*"], ISSUER, AUDIENCE, timedelta(days=TOKEN_DAYS).total_seconds())
    for path, content in zip(
        files,
        (authority.certificate, server.certificate, server.key, key.public, sign(claims, *key).encode()),
        strict=True,
    ):
        with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
    return files


def _builder(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, valid: timedelta, issuer: x509.Name
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + valid) - EARLIER)
        .not_valid_after(now + valid)
    )


def _pem(
    builder: x509.CertificateBuilder, signer: ec.EllipticCurvePrivateKey, *extensions: x509.ExtensionType
) -> bytes:
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
