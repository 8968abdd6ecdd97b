"""Where the store is, from the environment: all that a migration needs to know."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PRORATA_"
ENVIRONMENT = SettingsConfigDict(env_prefix=PREFIX, hide_input_in_errors=True, use_attribute_docstrings=True)
HOST_AND_PORT = re.compile(r"(\[[^\[\]\s]+\]|[^:\[\]\s]*)(:\d*)?")


class StoreSettings(BaseSettings):
    """Where the store is. What each setting means stands below it, and in `--help`."""

    model_config = ENVIRONMENT

    database_url: SecretStr
    """of Postgres, such as postgresql://user@host/name; it may have a password"""
    secrets_folder: Path | None = None
    """folder with settings that are not in the environment, a file for each, named as its variable"""

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, url: SecretStr) -> SecretStr:
        if not is_postgres_url(url.get_secret_value()):
            raise ValueError(
                "is no URL of Postgres: give one such as postgresql://user:password@host:5432/name, "
                "with what is special in a password as %-codes (%2F for /)"
            )
        return url


def is_postgres_url(url: str) -> bool:
    """Whether a URL can be read as one of Postgres, of one or more hosts.

    The drivers would take a part of a password that has a "/", "?" or "#" in it for a host, a port or a name, and show
    it when they fail.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    hosts = parts.netloc.rpartition("@")[2].split(",")
    ports = ",".join(parse_qs(parts.query).get("port", []))
    return (
        parts.scheme in {"postgresql", "postgres"}
        and all(HOST_AND_PORT.fullmatch(host) for host in hosts)
        and re.fullmatch(r"[\d,]*", ports) is not None
        and not {"/", "@"} & {*parts.path[1:]}
        and not parts.fragment
    )
