"""Settings of the server, from the environment (PRORATA_…)."""

from __future__ import annotations

import ipaddress
from typing import Self

from pydantic import Field, field_validator, model_validator

from billing.process.settings import checked_address
from server.security.settings import SecuritySettings


class Settings(SecuritySettings):
    """What a server needs to know."""

    listen_address: str = "127.0.0.1:50051"
    """host:port where the server listens; a loopback address unless TLS and tokens or callers are configured"""
    health_address: str = ""
    """host:port where health is answered besides, without TLS and nothing else, for probes; nowhere without it"""
    processes: int = Field(default=1, ge=1, le=64)
    """how many server processes share the address"""
    pool_size: int = Field(default=10, ge=2, le=100)
    """connections to Postgres, besides the four of the usage lanes, the health check's, and up to four for previews"""
    most_calls: int = Field(default=1_000, ge=1)
    """calls at once, above which a call is refused with OVERLOADED"""
    most_followers: int = Field(default=200, ge=1)
    """streams at once that follow the feed, a closing or a rehearsal, likewise; they do not count as calls"""
    drain_seconds: float = Field(default=10, ge=0)
    """how long calls under way may take when the server stops"""

    @field_validator("listen_address", "health_address")
    @classmethod
    def _check_address(cls, address: str) -> str:
        return checked_address(address, "127.0.0.1:50051")

    @model_validator(mode="after")
    def _check_exposure(self) -> Self:
        if is_loopback(self.listen_address.rpartition(":")[0].strip("[]")):
            return self
        missing = [
            what
            for what, there in (
                ("TLS (PRORATA_TLS_CERTIFICATE and PRORATA_TLS_KEY)", self.tls_certificate),
                ("tokens (PRORATA_TOKEN_KEYS) or callers with certificates (PRORATA_CALLERS)", self.knows_callers),
            )
            if not there
        ]
        if missing:
            raise ValueError(
                f"PRORATA_LISTEN_ADDRESS is {self.listen_address!r}, which others can reach: it needs "
                f"{' and '.join(missing)}; without, listen on loopback, such as 127.0.0.1:50051"
            )
        return self

    @model_validator(mode="after")
    def _check_shared_port(self) -> Self:
        if self.processes > 1 and int(self.listen_address.rpartition(":")[2]) == 0:
            raise ValueError(
                f"PRORATA_LISTEN_ADDRESS is {self.listen_address!r} and PRORATA_PROCESSES is {self.processes}: each "
                "process would listen on a port of its own, give one for them to share"
            )
        return self


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
