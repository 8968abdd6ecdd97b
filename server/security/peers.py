"""Callers by their certificates (mTLS): a file says which certificate is whose, with which role and scopes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cryptography import x509

from billing.errors import BillingError, Reason
from billing.operations.context import Caller
from server.access import granted, scopes_named
from server.security.admission import NAME_LENGTH, READ, ROLES, Admission, Context, Metadata, expired
from server.security.reread import Reread

NAMES = ("peer_uri", "peer_dns")  # of a certificate, those of SPIFFE first
COMMON_NAME = "x509_common_name"  # for certificates without these
CERTIFICATE = "x509_pem_cert"
MOST_KEPT = 1_000
PARTS = {"role", "scopes"}

Callers = dict[str, Caller]
"""By the name in their certificate."""


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
        shown = context.auth_context()
        caller = next((self._callers.current[name] for name in _names(shown) if name in self._callers.current), None)
        if caller is None:
            raise BillingError(
                Reason.UNAUTHENTICATED,
                "none of the names in the certificate is known: have one listed in the file of PRORATA_CALLERS",
            )
        admission = Admission(caller, _expiry(next(iter(shown[CERTIFICATE]))))
        if admission.has_ended(time.time()):
            raise expired("certificate of this connection")
        return admission


def read_callers(content: bytes) -> Callers:
    """The callers of a file; ValueError says which one is no good, and what to do."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ValueError(f"it is no JSON ({error}): give a file such as {_EXAMPLE}") from None
    if not isinstance(document, dict) or not document:
        raise ValueError(f"it names no callers: give a file such as {_EXAMPLE}")
    return {name: _caller(name, parts) for name, parts in document.items()}


_EXAMPLE = '{"spiffe://example.org/console": {"role": "self-service", "scopes": ["plans.read", "usage.*"]}}'


def _caller(name: str, parts: Any) -> Caller:
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise ValueError(f"{name[:NAME_LENGTH]!r}: a name has 1 to {NAME_LENGTH} printable characters")
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


def _names(shown: Mapping[str, Any]) -> Iterator[str]:
    names = [name for kind in NAMES for name in shown.get(kind, ())] or shown.get(COMMON_NAME, ())
    return (name.decode(errors="replace") for name in names)


@lru_cache(MOST_KEPT)
def _expiry(certificate: bytes) -> float:
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc.timestamp()
