"""The proof: random histories, played to the service and to a model of the rules, agree in every answer.

The tests play the same histories each time, so that they tell of a change and not of chance; `make model` looks for new
ones, for as long as it is given. A history that once failed is kept here.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from random import SystemRandom

import pytest

from tests.model.commands import Command
from tests.model.generator import FEATURES, Generator
from tests.model.runs import Fresh, run_seed
from tests.model.shrink import Shrinker

MOST_SECONDS = 600  # of the histories that are always played
KEPT = (2136152627, 1525802356)
PLAYED = (*range(1, 41), *KEPT)

BUDGET_SECONDS = float(os.environ.get("PRORATA_MODEL_SECONDS", "0"))
SEEDS = [int(seed) for seed in os.environ.get("PRORATA_MODEL_SEED", "").split()] or ([] if BUDGET_SECONDS else PLAYED)
SHRINK = bool(os.environ.get("PRORATA_MODEL_SHRINK"))
AT_ONCE = 2  # histories: each often waits for a closing
SWITCHED_ON = frozenset(os.environ.get("PRORATA_MODEL_FEATURES", " ".join(FEATURES)).split())


@dataclass(frozen=True)
class Failure:
    """A history that failed at its last command."""

    seed: int
    played: list[Command]
    error: Exception


@pytest.mark.timeout((BUDGET_SECONDS or MOST_SECONDS) + (900 if SHRINK else 120))
async def test_6_5_records_sum_to_what_one_closing_with_full_knowledge_would_emit(fresh: Fresh) -> None:
    ends = time.monotonic() + BUDGET_SECONDS
    seeds = iter(SEEDS or range(SystemRandom().getrandbits(32), 2**63))
    told: Counter[str] = Counter()
    failures: list[Failure] = []

    async def play() -> None:
        for seed in seeds:
            played: list[Command] = []
            try:
                told.update(await _run(fresh, seed, played))
            except Exception as error:
                failures.append(Failure(seed, played, error))
            if failures or (time.monotonic() > ends and not SEEDS):
                break

    await asyncio.gather(*(play() for _ in range(AT_ONCE)))
    say(*(f"{count:6} {what}" for what, count in sorted(told.items())))
    for failure in failures:
        await _tell(fresh, failure)
        raise failure.error


async def _run(fresh: Fresh, seed: int, played: list[Command]) -> Counter[str]:
    started = time.monotonic()
    history = await run_seed(fresh, seed, played, SWITCHED_ON)
    closed, count = len(history.world.closed), len(history.emitted)
    took = time.monotonic() - started
    say(f"seed {seed}: {len(played)} commands, {closed} closings, {count} records, {took:.1f} s")
    return history.told


async def _tell(fresh: Fresh, failure: Failure) -> None:
    lines = [f"    {command!r}," for command in failure.played]
    say(f"PRORATA_MODEL_SEED={failure.seed} fails at its last command:", *lines, str(failure.error))
    if SHRINK:
        await _shrink(fresh, Generator(failure.seed), failure.played)


async def _shrink(fresh: Fresh, generator: Generator, played: list[Command]) -> None:
    shrinker = Shrinker(fresh, str(generator.zone), generator.start, say)
    commands, failure = await shrinker.shrink(played)
    lines = [f"    {command!r}," for command in commands]
    say(f"in {generator.zone} from {generator.start.isoformat()}", *lines, failure)


def say(*lines: str) -> None:
    """Tell who reads the output."""
    sys.stdout.write("\n".join(lines) + "\n")
