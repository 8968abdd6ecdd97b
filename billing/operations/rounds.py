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
LONGEST_WAIT_SECONDS = 5e-3

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

        A question whose answer was lost with the connection is asked once more, on a new one.

        Raises:
            whatever asking raises; an error that `is_lost` where there is no connection to be had, or it took too long.
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
            answers = await self._asked(asked)
        except Exception as error:
            for each in asked:
                if not each.answer.done():
                    each.answer.set_exception(error)
            return
        for each, answer in zip(asked, answers, strict=True):
            if not each.answer.done():  # else the caller is gone
                each.answer.set_result(answer)

    async def _asked(self, asked: list[_Asked[Question, Answer]]) -> Sequence[Answer]:
        """Their answers; over a new connection where the one that was held turns out to be lost."""
        held = self._held.is_held
        try:
            return await self._once(asked)
        except Exception as error:
            if not (held and is_lost(error)) or isinstance(error, TimeoutError):
                raise
        return await self._once(asked)

    async def _once(self, asked: list[_Asked[Question, Answer]]) -> Sequence[Answer]:
        try:
            questions = [each.question for each in asked]
            return await self._held.asked(lambda connection: self._ask(connection, questions))
        except Exception as error:
            if is_lost(error):
                self._held.cut()
            raise


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
