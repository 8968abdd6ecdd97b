"""Where the store is, from the environment: all that a migration needs to know."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class StoreSettings(BaseSettings):
    """Where the store is.

    Attributes:
        database_url: of Postgres, such as postgresql://user@host/name.
    """

    model_config = SettingsConfigDict(env_prefix="PRORATA_")

    database_url: str
