"""The public keys that tokens are checked with: a JWKS file (RFC 7517)."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWK
from jwt.exceptions import PyJWTError

LEAST_RSA_BITS = 2048
PRIVATE_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})

TokenKeys = dict[str, PyJWK]
"""Keys by their ids; the algorithm of each is the only one it is taken for."""


def read_token_keys(content: bytes) -> TokenKeys:
    """The keys of a JWKS file; ValueError says which one is no good, and what to do."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ValueError(f"it is no JSON ({error}): give a JWKS file, {{'keys': [...]}}") from None
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not keys:
        raise ValueError("it has no keys: give a JWKS file, {'keys': [...]}, with a public key at least")
    found: TokenKeys = {}
    for number, key in enumerate(keys):
        try:
            key_id, read = _read(key)
        except ValueError as error:
            raise ValueError(f"keys[{number}]: {error}") from None
        if key_id in found:
            raise ValueError(f"keys[{number}]: there is another key with the kid {key_id!r}: give each its own")
        found[key_id] = read
    return found


def _read(key: Any) -> tuple[str, PyJWK]:
    if not isinstance(key, dict) or not isinstance(key.get("kid"), str) or not key["kid"]:
        raise ValueError("it has no kid: give each key one, by which its tokens name it")
    if PRIVATE_PARTS & key.keys():
        raise ValueError("it is a private or a secret key: give the public key alone")
    if key.get("use", "sig") != "sig":
        raise ValueError("it is not for signatures: leave it out, or give it the use 'sig'")
    algorithm = _algorithm(key)
    try:
        read = PyJWK.from_dict(key, algorithm)
    except (PyJWTError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"it can not be read ({error or type(error).__name__})") from None
    _check(read)
    if key.get("alg", read.algorithm_name) != read.algorithm_name:
        raise ValueError(f"its alg is {key['alg']!r}, which this key is not for: {read.algorithm_name} is")
    return key["kid"], read


def _algorithm(key: dict[str, Any]) -> str:
    """The one algorithm for a key of its kind."""
    kind = key.get("kty"), key.get("crv")
    match kind:
        case ("RSA", None):
            return "RS256"
        case ("EC", "P-256"):
            return "ES256"
        case ("OKP", "Ed25519"):
            return "EdDSA"
    raise ValueError("keys are RSA, EC on P-256, or OKP on Ed25519, for RS256, ES256 and EdDSA")


def _check(read: PyJWK) -> None:
    if not isinstance(read.key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        raise ValueError("it is no public key")  # noqa: TRY004 - of the file's content
    if isinstance(read.key, rsa.RSAPublicKey) and read.key.key_size < LEAST_RSA_BITS:
        raise ValueError(f"it has {read.key.key_size} bits: RSA keys have {LEAST_RSA_BITS} at least")
