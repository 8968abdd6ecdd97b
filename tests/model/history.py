"""A history: commands played to the model and to the service side by side, every answer compared."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import grpc

from prorata.v1.closing_pb2 import CLOSING_STATE_CLOSED, Closing
from tests.model import wire
from tests.model.agreement import agree, agree_parts, agree_records
from tests.model.closing import parts_of, records_of
from tests.model.commands import Command, carry_out
from tests.model.days import first_day, later, start_of
from tests.model.driver import Driver, fates
from tests.model.reading import Reader, totals
from tests.model.records import Record
from tests.model.views import view
from tests.model.world import Refused, World
from tests.service import Service

GRACE = timedelta(hours=6)  # 6.1
CLOSING_SECONDS = 60


class History:
    """What happens to a store of its own, and to the model of it."""

    def __init__(self, service: Service, zone: Any, start: datetime) -> None:
        self.service = service
        self.driver = Driver(service)
        self.world = World(zone, start)
        self.reader = Reader(service, self.world, self._known)
        self.before: list[tuple[datetime, World]] = []  # what was known at earlier moments
        self.emitted: list[Record] = []  # the feed so far
        self.position = 0
        self.told: Counter[str] = Counter()  # what was answered, and what was emitted: how much a history tries

    async def play(self, command: Command) -> None:
        """One command more."""
        reading = getattr(Reader, command.name, None)
        if command.name == "repeat":
            await self.driver.repeat()
        elif reading is not None:
            await reading(self.reader, **command.arguments)
        else:
            await self._carry_out(command)
        await self._settle()

    def _known(self, as_of: datetime | None) -> World:
        """The world as it was known at a moment, or is known now."""
        if as_of is None or as_of >= self.world.now:
            return self.world
        known = [world for moment, world in self.before if moment <= as_of]
        asked = (known[-1] if known else World(self.world.zone, self.world.start)).copy()
        asked.now = as_of
        return asked

    async def _carry_out(self, command: Command) -> None:
        if command.name == "advance":
            self.before.append((self.world.now, self.world.copy()))
        if command.name not in {"advance", "close"}:
            self.reader.rehearsed = None
        answer = carry_out(self.world, command)
        got = await self.driver.send(command)
        if command.name == "close" and not isinstance(answer, Refused):
            agree(command, None, got)
            if answer is not None:
                await self._closed(command.arguments["period"], answer)
            return
        if command.name in {"record_usage", "record_activity"}:
            answer = fates(answer)
        if command.name in {"request_plan", "create_account"} or not isinstance(got, Refused):
            answer = view(self.world, answer)
        agree(command, answer, got)
        self.told[f"{command.name} {got.reason if isinstance(got, Refused) else 'accepted'}"] += 1

    # Closings --------------------------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Wait for the closings that start by themselves (6.1)."""
        while (period := self._due()) is not None:
            answer = carry_out(self.world, Command("close", {"period": period}))
            await self._closed(period, answer)

    def _due(self) -> str | None:
        period = self.world.next_to_close
        if period is None or start_of(first_day(later(period)), self.world.zone) + GRACE > self.world.now:
            return None
        return period

    async def _closed(self, period: str, expected: list[Record]) -> None:
        """Compare what a closing emitted, and all periods closed so far with what they come to now (6.5)."""
        closing = await self._watch(period)
        agree(f"the state of {period}", (CLOSING_STATE_CLOSED, True), (closing.state, closing.digest_final))
        messages = await self.service.feed(self.position)
        assert [message.position for message in messages] == [
            self.position + number for number in range(1, len(messages) + 1)
        ], "positions in the feed have gaps"
        self.position += len(messages)
        charge_day = first_day(later(period))
        assert all(wire.day_in(message, "charge_day") == charge_day for message in messages)
        emitted = [wire.record_in(message) for message in messages]
        agree_records(f"the closing of {period}", expected, emitted)
        agree(f"the totals of {period}", totals(emitted), wire.totals_in(closing.totals))
        rehearsed, self.reader.rehearsed = self.reader.rehearsed, None
        if rehearsed is not None:
            agree(f"the digest of {period}, and rehearsed", rehearsed.digest, closing.digest)
        self.emitted += emitted
        for record in emitted:
            owner = " of a contract" if record.party in self.world.contracts else ""
            self.told[f"{record.kind}{owner}{', an adjustment' if record.period != period else ''}"] += 1
        for closed in self.world.closed:
            of_it = [record for record in self.emitted if record.period == closed]
            agree_parts(f"after the closing of {period}, {closed}", parts_of(records_of(self.world, closed)), of_it)

    async def _watch(self, period: str) -> Closing:
        async with asyncio.timeout(CLOSING_SECONDS):
            while True:
                try:
                    return await self.service.watch(period)
                except grpc.aio.AioRpcError as error:
                    if error.code() is not grpc.StatusCode.NOT_FOUND:
                        raise
                await asyncio.sleep(0.02)  # it starts by itself within a second
