"""The store and the queue on one machine."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Self

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.processes import ChildProcess
from deploy.local.valkey import EmbeddedValkey

DATABASE_URL = "PRORATA_DATABASE_URL"
REDIS_URL = "PRORATA_REDIS_URL"
NOTHING: Mapping[str, str] = MappingProxyType({})


class Stores:
    """Postgres and Valkey: those that the environment names, embedded ones for what it does not name.

    With a `directory` the data last, else they go with `stop`, and may be kept `in_memory`.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        postgres_settings: Mapping[str, str] = NOTHING,
        in_memory: bool = False,
    ) -> None:
        self._postgres: EmbeddedPostgres | None = None
        self._valkey: EmbeddedValkey | None = None
        if DATABASE_URL not in os.environ:
            self._postgres = EmbeddedPostgres(
                directory and directory / "postgres", postgres_settings, in_memory=in_memory
            )
        if REDIS_URL not in os.environ:
            # Where rows last, the stream does too: one that is lost is sent again, and consumers see it twice.
            settings = {"appendonly": "yes"} if directory else {}
            self._valkey = EmbeddedValkey(directory and directory / "valkey", settings)
        self._parts = ExitStack()

    @property
    def database_url(self) -> str:
        """The address of the database `postgres`, or of the one that the environment names."""
        return os.environ[DATABASE_URL] if self._postgres is None else self._postgres.url

    @property
    def redis_url(self) -> str:
        """The address of Valkey or Redis."""
        return os.environ[REDIS_URL] if self._valkey is None else self._valkey.url

    @property
    def environment(self) -> dict[str, str]:
        """Our environment together with both addresses."""
        return {**os.environ, DATABASE_URL: self.database_url, REDIS_URL: self.redis_url}

    @property
    def processes(self) -> list[ChildProcess]:
        """The embedded servers that run."""
        return [part.process for part in (self._postgres, self._valkey) if part is not None]

    def start(self) -> Self:
        """Start what is embedded; raises as `EmbeddedPostgres.start` and `EmbeddedValkey.start` do."""
        with ExitStack() as parts:
            for part in (self._postgres, self._valkey):
                if part is not None:
                    parts.enter_context(part)
            self._parts = parts.pop_all()
        return self

    def stop(self) -> None:
        """Stop what is embedded."""
        self._parts.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
