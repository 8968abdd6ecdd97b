"""Settings of TLS and of the credentials of callers, from the environment (PRORATA_…)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from pydantic import field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from billing.process.command import variable
from billing.process.settings import ProcessSettings
from server.security.certificates import check_authorities, check_pair, read_certificates
from server.security.peers import read_callers
from server.security.reread import content_of
from server.security.token_keys import read_token_keys

CHECKS: dict[str, Callable[[bytes], object]] = {
    "tls_certificate": read_certificates,
    "tls_client_ca": check_authorities,
    "callers": read_callers,
    "token_keys": read_token_keys,
}
TOGETHER = [  # what each needs
    ("tls_certificate", "tls_key"),
    ("tls_key", "tls_certificate"),
    ("tls_client_ca", "tls_certificate"),
    ("callers", "tls_client_ca"),
    ("token_keys", "token_issuer"),
    ("token_keys", "token_audience"),
    ("token_issuer", "token_keys"),
    ("token_audience", "token_keys"),
]


class SecuritySettings(ProcessSettings):
    """What it takes to know callers, and to talk with them in secret. Files may be replaced while the server runs."""

    tls_certificate: Path | None = None
    """file with the server's certificate and those that lead to its authority, PEM; plaintext without it"""
    tls_key: Path | None = None
    """file with the key of that certificate, PEM"""
    tls_client_ca: Path | None = None
    """file with the authorities of callers' certificates, PEM; callers must have one then (mTLS)"""
    callers: Path | None = None
    """file with the callers that are known by their certificates, JSON: role and scopes by the name in it"""
    token_keys: Path | None = None
    """file with the public keys of callers' tokens, JWKS; every call needs a token (JWT) then"""
    token_issuer: str = ""
    """the issuer (iss) of tokens"""
    token_audience: str = ""
    """the audience (aud) of tokens: what this server is to their issuer"""

    @property
    def knows_callers(self) -> bool:
        """Whether callers prove who they are."""
        return self.token_keys is not None or self.callers is not None

    @field_validator("tls_certificate", "tls_key", "tls_client_ca", "callers", "token_keys", mode="before")
    @classmethod
    def _take_empty_for_none(cls, path: Any) -> Any:
        return path or None

    @field_validator("tls_certificate", "tls_key", "tls_client_ca", "callers", "token_keys")
    @classmethod
    def _check_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        if path is not None:
            content = content_of(path)
            CHECKS.get(str(info.field_name), bytes)(content)
        return path

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        for name, needed in TOGETHER:
            if getattr(self, name) and not getattr(self, needed):
                raise ValueError(f"{variable(name)} needs {variable(needed)}: give both, or neither")
        if self.tls_client_ca and not self.knows_callers:
            raise ValueError(
                f"{variable('tls_client_ca')} alone does not say who may do what: give {variable('callers')}, "
                f"or {variable('token_keys')} with {variable('token_issuer')} and {variable('token_audience')}"
            )
        if self.callers and self.token_keys:
            raise ValueError(
                f"{variable('callers')} and {variable('token_keys')} both say who calls: give one of them "
                f"({variable('tls_client_ca')} goes with either)"
            )
        if self.tls_certificate and self.tls_key:
            try:
                check_pair(content_of(self.tls_certificate), content_of(self.tls_key))
            except ValueError as error:
                raise ValueError(f"{variable('tls_certificate')} and {variable('tls_key')}: {error}") from None
        return self
