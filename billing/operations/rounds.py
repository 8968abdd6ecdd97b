"""Rounds: questions that come while others are being asked go together in the next statement."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

import asyncpg

from billing.operations.held_connection import HeldConnection, is_lost

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST_QUESTIONS = 100
ROUND_SECONDS = 30.0

# A loop with nothing else to do is round again in a few microseconds. One that takes longer serves others meanwhile,
# whose questions are likely to come next: worth waiting for, as a statement costs more than a question.
BUSY_SECONDS = 30e-6
LONGEST_WAIT_SECONDS = 2e-3

Ask = Callable[[asyncpg.Connection, Sequence[Question]], Awaitable[Sequence[Answer]]]
"""Asks questions in one statement, begun after all of them came; as many answers, in their order."""


class Rounds(Generic[Question, Answer]):
    """Asks the store over a connection of its own, one round after the other.

    While the process has nothing else to do, a question is asked at once. When many callers keep it busy, a round takes
    all their questions together, and they share its cost.
    """

    def __init__(self, pool: asyncpg.Pool, ask: Ask[Question, Answer]) -> None:
        self._ask = ask
        self._held = HeldConnection(pool, ROUND_SECONDS)
        self._waiting: deque[_Asked[Question, Answer]] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def answer(self, question: Question) -> Answer:
        """The answer, as of a moment after this was called.

        Raises:
            whatever asking raises; where it took too long, that the connection is gone.
        """
        asked = _Asked(question, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._asking is None:
            self._asking = asyncio.create_task(self._go())
        answer: Answer = await asked.answer
        return answer

    async def close(self) -> None:
        """Answer what waits, and give the connection back."""
        if self._asking is not None:
            await self._asking
        await self._held.drop()

    async def _go(self) -> None:
        """Ask rounds until nobody waits."""
        try:
            while self._waiting:
                await _quiet_moment()
                await self._round([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_QUESTIONS))])
        finally:
            self._asking = None

    async def _round(self, asked: list[_Asked[Question, Answer]]) -> None:
        try:
            async with self._held.used() as connection:
                answers = await self._ask(connection, [each.question for each in asked])
        except Exception as error:
            if is_lost(error):
                self._held.cut()
            for each in asked:
                if not each.answer.done():
                    each.answer.set_exception(error)
            return
        for each, answer in zip(asked, answers, strict=True):
            if not each.answer.done():  # else the caller is gone
                each.answer.set_result(answer)


class _Asked(NamedTuple, Generic[Question, Answer]):
    question: Question
    answer: asyncio.Future[Answer]


async def _quiet_moment() -> None:
    """Wait until the loop has nothing else to do; not for long."""
    now = time.perf_counter()
    longest = now + LONGEST_WAIT_SECONDS
    while now < longest:
        before = now
        await asyncio.sleep(0)
        now = time.perf_counter()
        if now - before < BUSY_SECONDS:
            return
