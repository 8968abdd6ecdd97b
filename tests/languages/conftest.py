"""A server as it is in production: without a test clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from server.app import running_server
from server.settings import Settings


@pytest.fixture
async def address_without_clock(database: str, stores: tuple[str, str]) -> AsyncIterator[str]:
    """Where a server answers whose time is real."""
    settings = Settings(database_url=database, redis_url=stores[1], listen_address="127.0.0.1:0", drain_seconds=0)
    async with running_server(settings) as running:
        yield running.address
