"""A gate before Postgres, which a test shuts and opens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit, urlunsplit


class Gate:
    """Passes connections on to Postgres while it is open; those it has passed on end when it is shut.

    Attributes:
        url: of the database, through the gate.
        port: of the gate.
    """

    def __init__(self, url: str) -> None:
        """`url` is that of the database."""
        self._parts = urlsplit(url)
        self._server: asyncio.Server | None = None
        self.port = 0
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        user = self._parts.netloc.rpartition("@")[0]
        return urlunsplit(self._parts._replace(netloc=f"{user}@127.0.0.1:{self.port}", query=""))

    async def open(self) -> None:
        """Let connections through, at the same port as before."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Let none through, and end those that are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in self._ends:
            end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await self._beyond()
        self._ends |= {writer, back}
        await asyncio.gather(_copied(reader, back), _copied(there, writer), return_exceptions=True)  # until either ends
        self._ends -= {writer, back}

    async def _beyond(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        asked = parse_qs(self._parts.query)
        host, port = (asked.get(name, [""])[0] for name in ("host", "port"))
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port or 5432}")
        return await asyncio.open_connection(self._parts.hostname, self._parts.port or 5432)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while content := await reader.read(2**16):
            writer.write(content)
            await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def gate_before(url: str) -> AsyncIterator[Gate]:
    """An open gate before a database while the body runs."""
    gate = Gate(url)
    await gate.open()
    try:
        yield gate
    finally:
        gate.shut()
