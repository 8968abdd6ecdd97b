"""Settings of the server, from the environment (PRORATA_…)."""

from __future__ import annotations

import ipaddress
from typing import Self

from pydantic import Field, field_validator, model_validator

from billing.process.settings import ProcessSettings

LAST_PORT = 65_535


class Settings(ProcessSettings):
    """What a server needs to know."""

    listen_address: str = "127.0.0.1:50051"
    """host:port where the server listens; without credentials configured it must be a loopback address"""
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

    @field_validator("listen_address")
    @classmethod
    def _check_listen_address(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if not is_loopback(host.strip("[]")):
            raise ValueError(
                "without credentials configured the server listens on loopback only, such as 127.0.0.1:50051"
            )
        if not (port.isdecimal() and int(port) <= LAST_PORT):
            raise ValueError(f"give a port up to {LAST_PORT}, such as 127.0.0.1:50051")
        return address

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
