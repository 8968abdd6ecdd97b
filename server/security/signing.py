"""Making keys and tokens, where there is no other issuer of tokens: for development, tests and small installations."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from server.security.tokens import ROLE_CLAIM

ALGORITHM = "EdDSA"


class KeyPair(NamedTuple):
    """A new key: the private one as PEM, the public one as a JWKS document with it alone."""

    private: bytes
    public: bytes


class Claims(NamedTuple):
    """What a token says.

    Attributes:
        subject: the caller's name.
        role: staff or self-service.
        scopes: names of scopes, as in the contract, or with *.
        issuer, audience: as the server is configured.
        lifetime_seconds: how long it is valid.
    """

    subject: str
    role: str
    scopes: Sequence[str]
    issuer: str
    audience: str
    lifetime_seconds: float


def new_key() -> KeyPair:
    """A new key on Ed25519, with an id that no other has."""
    key = Ed25519PrivateKey.generate()
    public = {**OKPAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": uuid4().hex, "use": "sig"}
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(private, json.dumps({"keys": [public]}, indent=2).encode() + b"\n")


def sign(claims: Claims, private: bytes, public: bytes) -> str:
    """A token that a key signs.

    Raises:
        ValueError: the private key can not be read, or is not that of one of the public ones.
    """
    try:
        key = serialization.load_pem_private_key(private, password=None)
    except (ValueError, TypeError):
        raise ValueError("the private key can not be read: give the PEM file that new-key made") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the private key is not on Ed25519: give the PEM file that new-key made")  # noqa: TRY004
    now = time.time()
    payload = {
        "sub": claims.subject,
        ROLE_CLAIM: claims.role,
        "scope": " ".join(claims.scopes),
        "iss": claims.issuer,
        "aud": claims.audience,
        "iat": int(now),
        "exp": int(now + claims.lifetime_seconds),
        "jti": uuid4().hex,
    }
    return jwt.encode(payload, key, ALGORITHM, headers={"kid": _id_of(key, public)})


def _id_of(key: Ed25519PrivateKey, public: bytes) -> str:
    mine = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)["x"]
    for each in json.loads(public)["keys"]:
        if each.get("x") == mine:
            return str(each["kid"])
    raise ValueError("the private key is that of none of the public keys: give the files that new-key made together")
