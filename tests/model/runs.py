"""Runs histories against fresh services: made of a seed, or written down."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.model.commands import Command, do
from tests.model.days import first_day, later, start_of
from tests.model.generator import FEATURES, Generator
from tests.model.history import History
from tests.service import Service

MOST_PERIODS = 5

Fresh = Callable[[str, datetime], AbstractAsyncContextManager[Service]]  # a service in a zone, its clock at a moment


async def run_seed(
    fresh: Fresh, seed: int, played: list[Command], features: frozenset[str] = frozenset(FEATURES)
) -> History:
    """A history made of a seed; what was played is noted as it goes."""
    generator = Generator(seed, features)
    async with fresh(str(generator.zone), generator.start) as service:
        history = History(service, generator.zone, generator.start)
        for command in generator.opening():
            played.append(command)
            await history.play(command)
        for _ in range(generator.rng.randint(70, 140)):
            command = generator.command(history.world)
            played.append(command)
            await history.play(command)
            if len(history.world.closed) >= MOST_PERIODS:
                break
        for command in last_commands(history):
            played.append(command)
            await history.play(command)
        return history


def last_commands(history: History) -> list[Command]:
    """The period that is open is closed, and one more, so that everything late is settled."""
    period = history.world.next_to_close
    if period is None:
        return []
    commands = []
    for closing in (period, later(period)):
        ends = start_of(first_day(later(closing)), history.world.zone)
        commands += [do("advance", moment=max(ends, history.world.now)), do("close", period=closing)]
    return commands


async def run_commands(
    fresh: Fresh, zone: str, start: datetime, commands: list[Command], played: list[Command]
) -> History:
    """A history that was written down; what was played is noted as it goes."""
    async with fresh(zone, start) as service:
        history = History(service, ZoneInfo(zone), start)
        for command in commands:
            played.append(command)
            await history.play(command)
        return history
