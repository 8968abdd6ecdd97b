"""A server that listens tells once that it can not, and when it can again."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from server import signals
from server.signals import Signals
from tests.process.gate import gate_before
from tests.process.test_away import first, names

WAIT_SECONDS = 30


async def test_listening_that_is_lost_is_told_once_and_when_it_goes_on(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "LOOK_AGAIN_SECONDS", 0.02)
    tried: asyncio.Queue[None] = asyncio.Queue()

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        tried.put_nowait(None)

    async with gate_before(database) as gate, asyncio.timeout(WAIT_SECONDS):
        gate.shut()
        listening = Signals(gate.url, "prorata test")
        with capture_logs() as events:
            async with await asyncio.start_server(refuse, "127.0.0.1", gate.port):
                await listening.start()
                for _ in range(4):
                    await tried.get()
            await gate.open()
            await first(events, "listening_again")
            await listening.stop()
        assert names(events) == ["listening_lost", "listening_again"]
