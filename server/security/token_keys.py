"""The public keys that tokens are checked with: a JWKS file (RFC 7517)."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWK
from jwt.exceptions import PyJWTError

LEAST_RSA_BITS = 2048
VERIFY = "verify"
PRIVATE_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})

TokenKeys = dict[str, PyJWK]
"""Keys by their ids; the algorithm of each is the only one it is taken for."""


class _OtherUseError(ValueError):
    """A key is for something else than tokens."""


def read_token_keys(content: bytes) -> TokenKeys:
    """The keys of a JWKS file that are for tokens. Others are passed over, as issuers put theirs into one file.

    Raises:
        ValueError: a key is no good, or there is none for tokens; which one it is, and what to do.
    """
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ValueError(f"it is no JSON ({error}): give a JWKS file, {{'keys': [...]}}") from None
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not keys:
        raise ValueError("it has no keys: give a JWKS file, {'keys': [...]}, with a public key at least")
    found: TokenKeys = {}
    passed_over: list[str] = []
    for number, key in enumerate(keys):
        try:
            key_id, read = _read(key)
        except _OtherUseError as error:
            passed_over.append(f"keys[{number}]: {error}")
            continue
        except ValueError as error:
            raise ValueError(f"keys[{number}]: {error}") from None
        if key_id in found:
            raise ValueError(f"keys[{number}]: there is another key with the kid {key_id!r}: give each its own")
        found[key_id] = read
    if not found:
        raise ValueError(f"none of its keys is for tokens ({passed_over[0]})")
    return found


def _read(key: Any) -> tuple[str, PyJWK]:
    if not isinstance(key, dict):
        raise ValueError("it is no key: give a JSON object (RFC 7517)")  # noqa: TRY004 - of the file's content
    if PRIVATE_PARTS & key.keys():
        raise ValueError("it is a private or a secret key: give the public key alone")
    algorithm = _algorithm(key)
    if not isinstance(key.get("kid"), str) or not key["kid"]:
        raise ValueError("it has no kid: give each key one, by which its tokens name it")
    try:
        read = PyJWK.from_dict(key, algorithm)
    except (PyJWTError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"it can not be read ({error or type(error).__name__})") from None
    _check(read)
    return key["kid"], read


def _algorithm(key: dict[str, Any]) -> str:
    """The one algorithm for a key of its kind."""
    operations = key.get("key_ops", [VERIFY])
    if key.get("use", "sig") != "sig" or not isinstance(operations, list) or VERIFY not in operations:
        raise _OtherUseError("it is not for signatures: leave it out, or give it the use 'sig'")
    match key.get("kty"), key.get("crv"):
        case "RSA", None:
            algorithm = "RS256"
        case "EC", "P-256":
            algorithm = "ES256"
        case "OKP", "Ed25519":
            algorithm = "EdDSA"
        case _:
            raise _OtherUseError("keys are RSA, EC on P-256, or OKP on Ed25519, for RS256, ES256 and EdDSA")
    if key.get("alg", algorithm) != algorithm:
        raise _OtherUseError(f"its alg is {key['alg']!r}: such a key is taken for {algorithm} alone")
    return algorithm


def _check(read: PyJWK) -> None:
    if not isinstance(read.key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        raise ValueError("it is no public key")  # noqa: TRY004 - of the file's content
    if isinstance(read.key, rsa.RSAPublicKey) and read.key.key_size < LEAST_RSA_BITS:
        raise ValueError(f"it has {read.key.key_size} bits: RSA keys have {LEAST_RSA_BITS} at least")
