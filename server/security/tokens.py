"""Bearer tokens: JSON Web Tokens (RFC 7519, scopes as in RFC 9068) that say who calls, and until when."""

from __future__ import annotations

import math
import time
from hashlib import sha256
from typing import Any

import jwt
from jwt.exceptions import (
    DecodeError,
    ImmatureSignatureError,
    InvalidAlgorithmError,
    InvalidAudienceError,
    InvalidIssuerError,
    InvalidSignatureError,
    InvalidSubjectError,
    MissingRequiredClaimError,
    PyJWTError,
)

from billing.errors import BillingError, Reason
from billing.operations.context import Caller
from server.access import granted
from server.security.admission import ROLES, SAID_BY_METADATA, Admission, Context, Metadata, check_name, expired
from server.security.reread import Reread
from server.security.token_keys import TokenKeys

AUTHORIZATION = "authorization"
SCHEME = "bearer "
ROLE_CLAIM = "prorata_role"
LEEWAY_SECONDS = 30  # by which clocks may differ
LATEST = 253_402_300_800  # the end of the year 9999
MOST_KEPT = 10_000
REQUIRED = ["exp", "iss", "aud", "sub"]


class Tokens:
    """Who calls by the token of the call. Who it was is kept by its digest: a second call with one costs a look-up."""

    known_by = "tokens"

    def __init__(self, keys: Reread[TokenKeys], issuer: str, audience: str) -> None:
        """The keys that tokens are signed with, who issues them, and for whom."""
        self._keys = keys
        self._keys_of_kept = keys.current
        self._issuer = issuer
        self._audience = audience
        self._kept: dict[bytes, Admission] = {}

    def admit(self, metadata: Metadata, context: Context) -> Admission:  # noqa: ARG002 - the token says it all
        """The caller that the token names.

        Raises:
            BillingError: UNAUTHENTICATED without a good token; CREDENTIALS_EXPIRED once it has expired.
        """
        token = _token(metadata)
        if self._keys_of_kept is not self._keys.current:
            self._kept.clear()
            self._keys_of_kept = self._keys.current
        digest = sha256(token.encode()).digest()
        admission = self._kept.get(digest)
        if admission is None:
            admission = self._kept[digest] = self._checked(token)
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        if admission.has_ended(time.time()):
            self._kept.pop(digest, None)
            raise expired("token")
        return admission

    def _checked(self, token: str) -> Admission:
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.current.get(header.get("kid", ""))
            if key is None:
                raise _refused(
                    "it names no key (kid) that this server has: the keys are those of PRORATA_TOKEN_KEYS that are for "
                    "RS256, ES256 or EdDSA"
                )
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED, "verify_exp": False},  # which is looked at in every call
            )
        except PyJWTError as error:
            raise _refused(_why(error)) from None
        return _admission(claims)


def _token(metadata: Metadata) -> str:
    """The one token of a call that says nothing else about its caller."""
    given = [value for key, value in metadata if key == AUTHORIZATION]
    if not given:
        raise BillingError(
            Reason.UNAUTHENTICATED, "a token is needed: send it as the metadata authorization: Bearer TOKEN"
        )
    if any(key in SAID_BY_METADATA for key, _ in metadata):
        raise BillingError(
            Reason.UNAUTHENTICATED,
            "the token says who calls: leave out prorata-caller and prorata-role, which are for servers without tokens",
        )
    header = given[0]
    if len(given) > 1 or not isinstance(header, str) or header[: len(SCHEME)].lower() != SCHEME:
        raise BillingError(Reason.UNAUTHENTICATED, "send one token, as the metadata authorization: Bearer TOKEN")
    return header[len(SCHEME) :].strip()


def _admission(claims: dict[str, Any]) -> Admission:
    role, scope = claims.get(ROLE_CLAIM, "self-service"), claims.get("scope", "")
    try:
        name = check_name(claims["sub"])
    except ValueError as error:
        raise _refused(f"its sub names the caller: {error}") from None
    if not isinstance(role, str) or role not in ROLES:
        raise _refused(f"its {ROLE_CLAIM} must be staff or self-service")
    if not isinstance(scope, str):
        raise _refused("its scope must be a text, scopes separated by spaces")
    expiry = claims["exp"]
    if isinstance(expiry, bool) or not isinstance(expiry, int | float) or not expiry < math.inf:
        raise _refused("its exp must be a number, of seconds since 1970")
    until = float(min(expiry, LATEST)) + LEEWAY_SECONDS
    return Admission(Caller(name, ROLES[role], granted(scope.split())), until)


def _why(error: PyJWTError) -> str:
    """What is wrong with a token, without a part of it."""
    match error:
        case InvalidSignatureError():
            return "its signature is not that of the key it names"
        case ImmatureSignatureError():
            return "it is not valid yet: compare the clocks of its issuer and this server"
        case InvalidAudienceError():
            return "it is for another audience (aud)"
        case InvalidIssuerError():
            return "it is of another issuer (iss)"
        case MissingRequiredClaimError():
            return f"it has no {error.claim}"
        case DecodeError():
            return "it is no JSON Web Token that can be read"
        case InvalidAlgorithmError():
            return "it is not signed with the algorithm of its key"
        case InvalidSubjectError():
            return "its sub, which names the caller, must be a text"
    return "its header or its claims are not as they must be (RFC 7519)"


def _refused(why: str) -> BillingError:
    return BillingError(Reason.UNAUTHENTICATED, f"the token is refused: {why}; get a new one from its issuer")
