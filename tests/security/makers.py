"""Tokens with whatever claims, signed with keys of every kind, and the file of their public keys."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://issuer.example.org", "prorata"


class Signer(NamedTuple):
    """A key that tokens are signed with: its id, its algorithm, and its public half as in a JWKS document."""

    key_id: str
    algorithm: str
    private: Any
    public: dict[str, Any]

    def token(self, *, headers: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """A good token of a member of staff, with some claims changed; None leaves one out."""
        claims = {
            "sub": "console",
            "prorata_role": "staff",
            "scope": "*",
            "iss": ISSUER,
            "aud": AUDIENCE,
            "exp": time.time() + 600,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.private, self.algorithm, headers={"kid": self.key_id, **(headers or {})})


def rsa_signer(key_id: str = "rsa", bits: int = 2048) -> Signer:
    """One for RS256."""
    key = rsa.generate_private_key(65_537, bits)
    return Signer(key_id, "RS256", key, {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id})


def ec_signer(key_id: str = "ec", curve: ec.EllipticCurve | None = None) -> Signer:
    """One for ES256."""
    key = ec.generate_private_key(curve or ec.SECP256R1())
    return Signer(key_id, "ES256", key, {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id})


def ed_signer(key_id: str = "ed") -> Signer:
    """One for EdDSA."""
    key = ed25519.Ed25519PrivateKey.generate()
    return Signer(key_id, "EdDSA", key, {**OKPAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id})


def jwks(*signers: Signer) -> bytes:
    """The file of their public keys."""
    return json.dumps({"keys": [signer.public for signer in signers]}).encode()


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """The metadata of a call with a token."""
    return (("authorization", f"Bearer {token}"),)
