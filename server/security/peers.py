"""Callers by their certificates (mTLS): a file says which certificate is whose, with which role and scopes."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID

from billing.errors import BillingError, Reason
from billing.operations.context import Caller
from server.access import granted, scopes_named
from server.security.admission import NAME_LENGTH, READ, ROLES, Admission, Context, Metadata, check_name, expired
from server.security.reread import Reread

CERTIFICATE = "x509_pem_cert"
UNREADABLE = (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
MOST_KEPT = 1_000
MOST_SHOWN = 5  # of the names of a certificate
PARTS = {"role", "scopes"}

Callers = dict[str, Caller]
"""By the name in their certificate."""


class Shown(NamedTuple):
    """What a caller's certificate says.

    Attributes:
        names: those that may be listed, in the order in which they count.
        until: seconds since 1970.
    """

    names: tuple[str, ...]
    until: float


class Peers:
    """Who calls by the certificate of the connection."""

    known_by = "certificates"

    def __init__(self, callers: Reread[Callers]) -> None:
        """The callers that are known."""
        self._callers = callers

    def admit(self, metadata: Metadata, context: Context) -> Admission:
        """The caller whose name is the first in the certificate that is known.

        Raises:
            BillingError: UNAUTHENTICATED when none is, or when the metadata say who calls as well;
                CREDENTIALS_EXPIRED once the certificate of the connection has expired.
        """
        if any(key in READ for key, _ in metadata):
            raise BillingError(
                Reason.UNAUTHENTICATED,
                "the certificate says who calls: leave out authorization, prorata-caller and prorata-role",
            )
        shown = read_shown(next(iter(context.auth_context()[CERTIFICATE])))
        callers = self._callers.current
        caller = next((callers[name] for name in shown.names if name in callers), None)
        if caller is None:
            raise BillingError(
                Reason.UNAUTHENTICATED,
                f"none of the names in the certificate ({_told(shown.names)}) is known: have one listed in the file of "
                "PRORATA_CALLERS",
            )
        admission = Admission(caller, shown.until)
        if admission.has_ended(time.time()):
            raise expired("certificate of this connection")
        return admission


def read_callers(content: bytes) -> Callers:
    """The callers of a file; ValueError says which one is no good, and what to do."""
    try:
        document = json.loads(content, object_pairs_hook=_without_repeats)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"it is no JSON ({error}): give a file such as {_EXAMPLE}") from None
    if not isinstance(document, dict) or not document:
        raise ValueError(f"it names no callers: give a file such as {_EXAMPLE}")
    return {name: _caller(name, parts) for name, parts in document.items()}


_EXAMPLE = '{"spiffe://example.org/console": {"role": "self-service", "scopes": ["plans.read", "usage.*"]}}'


def _caller(name: str, parts: Any) -> Caller:
    try:
        check_name(name)
    except ValueError as error:
        raise ValueError(f"{name[:NAME_LENGTH]!r} names a caller: {error}") from None
    if not isinstance(parts, dict) or parts.keys() != PARTS:
        raise ValueError(f"{name!r}: give its role and its scopes, and nothing else")
    role, names = parts["role"], parts["scopes"]
    if not isinstance(role, str) or role not in ROLES:
        raise ValueError(f"{name!r}: its role is staff or self-service")
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise ValueError(f"{name!r}: its scopes are a list of texts")
    unknown = [each for each in names if not scopes_named(each)]
    if unknown:
        raise ValueError(f"{name!r}: there is no scope {unknown[0]!r}, see the options of the contract's RPCs")
    return Caller(name, ROLES[role], granted(names))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, which by itself takes the last of what is there twice."""
    document = dict(pairs)
    if len(document) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is there twice: say once what it is")
    return document


@lru_cache(MOST_KEPT)
def read_shown(certificate: bytes) -> Shown:
    """What a certificate says, PEM: its URIs, such as those of SPIFFE, its DNS names, or without both its common names.

    It is read here, as what gRPC tells of it ends a name at a zero byte, and so takes one name for another.
    """
    try:
        read = x509.load_pem_x509_certificate(certificate)
        names = _other_names(read.extensions) or [
            str(each.value) for each in read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        ]
    except UNREADABLE:
        return Shown((), 0.0)  # nobody's
    return Shown(tuple(names), read.not_valid_after_utc.timestamp())


def _other_names(extensions: x509.Extensions) -> list[str]:
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [
        *names.get_values_for_type(x509.UniformResourceIdentifier),
        *names.get_values_for_type(x509.DNSName),
    ]


def _told(names: tuple[str, ...]) -> str:
    """Some names, for a message."""
    return ", ".join(repr(name[:NAME_LENGTH]) for name in names[:MOST_SHOWN]) or "it has none"
