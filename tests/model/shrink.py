"""Makes a failing history small: drops commands, and records of batches, while it fails at the same command."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from tests.model.commands import Command
from tests.model.runs import Fresh, run_commands

BATCHES = {"record_usage": "records", "record_activity": "events", "record_cases": "cases", "publish_prices": "prices"}


class Shrinker:
    """Shrinks the commands of one store."""

    def __init__(self, fresh: Fresh, zone: str, start: datetime, say: Callable[[str], object]) -> None:
        self._fresh = fresh
        self._zone = zone
        self._start = start
        self._say = say

    async def shrink(self, commands: list[Command]) -> tuple[list[Command], str]:
        """Fewer commands that fail at the same one, which is the last; and what they fail with."""
        failed = await self._fails(commands, None)
        if failed is None:
            return commands, "it does not fail when it is played again"
        kept, said = failed
        failing = _kind(said)
        size = len(commands) // 2
        while size:
            position = max(len(kept) - 1 - size, 0)
            while True:
                fewer = kept[:position] + kept[position + size :]
                failed = await self._fails(fewer, failing) if position + size < len(kept) else None
                if failed is not None:
                    kept, said = failed
                    self._say(f"{len(kept)} commands")
                if position == 0:
                    break
                position = max(min(position, len(kept) - 1) - size, 0)
            size //= 2
        return await self._smaller_batches(kept, failing, said)

    async def _smaller_batches(self, kept: list[Command], failing: str, said: str) -> tuple[list[Command], str]:
        for position in range(len(kept)):
            field = BATCHES.get(kept[position].name, "")
            for index in reversed(range(len(kept[position].arguments.get(field) or ()))):
                command = kept[position]
                batch = command.arguments[field]
                fewer = Command(command.name, {**command.arguments, field: batch[:index] + batch[index + 1 :]})
                if len(batch) == 1:
                    continue
                failed = await self._fails([*kept[:position], fewer, *kept[position + 1 :]], failing)
                if failed is not None and len(failed[0]) == len(kept):
                    kept, said = failed
        return kept, said

    async def _fails(self, commands: list[Command], failing: str | None) -> tuple[list[Command], str] | None:
        """The commands up to the one that fails, if it is as before; and what it fails with."""
        played: list[Command] = []
        try:
            await run_commands(self._fresh, self._zone, self._start, commands, played)
        except AssertionError as error:
            return (played, str(error)) if failing in {None, _kind(str(error))} else None
        return None


def _kind(said: str) -> str:
    """What a failure says, without the values: enough to tell it from another."""
    answers = said[said.index("the model says") :] if "the model says" in said else said.split("\n", maxsplit=1)[0]
    return re.sub(r"(AC|CT)[0-9a-f]+|[0-9]+", "#", answers)[:200]
