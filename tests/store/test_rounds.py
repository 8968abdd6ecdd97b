"""Questions that share a statement: answered each for itself, whatever becomes of the connection or of a caller."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from billing.operations.rounds import MOST_QUESTIONS, Rounds

DOUBLED = "SELECT 2 * asked FROM unnest($1::integer[]) WITH ORDINALITY AS q (asked, place) ORDER BY place"


class Asking:
    """Doubles numbers in the store, and notes what was asked together."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.pids: list[int] = []
        self.lost = 0  # how many rounds after the first lose the connection

    async def __call__(self, connection: asyncpg.Connection, questions: Sequence[int]) -> list[int]:
        self.rounds.append(list(questions))
        self.pids.append(connection.get_server_pid())
        if self.lost and len(self.rounds) > 1:
            self.lost -= 1
            raise asyncpg.ConnectionDoesNotExistError
        if 13 in questions:
            raise ValueError("thirteen")
        return [row[0] for row in await connection.fetch(DOUBLED, questions)]


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1, max_size=2) as made:
        yield made


@pytest.fixture
def asking() -> Asking:
    return Asking()


@pytest.fixture
async def rounds(pool: asyncpg.Pool, asking: Asking) -> AsyncIterator[Rounds[int, int]]:
    made: Rounds[int, int] = Rounds(pool, asking)
    yield made
    await made.close()


async def test_questions_at_once_are_asked_together_and_answered_each_for_itself(
    rounds: Rounds[int, int], asking: Asking
) -> None:
    numbers = [number for number in range(MOST_QUESTIONS + 20) if number != 13]
    assert await asyncio.gather(*map(rounds.answer, numbers)) == [2 * number for number in numbers]
    assert [len(asked) for asked in asking.rounds] == [MOST_QUESTIONS, 19]
    assert await rounds.answer(7) == 14


async def test_a_round_that_fails_is_told_to_its_callers_and_the_next_is_asked(rounds: Rounds[int, int]) -> None:
    failed = await asyncio.gather(rounds.answer(13), rounds.answer(1), return_exceptions=True)
    assert [type(answer) for answer in failed] == [ValueError, ValueError]
    assert await rounds.answer(1) == 2


async def test_a_caller_that_is_gone_holds_up_no_other(rounds: Rounds[int, int]) -> None:
    tasks = [asyncio.create_task(rounds.answer(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == [2, 4, 6]


async def test_a_connection_that_is_lost_is_replaced(
    rounds: Rounds[int, int], asking: Asking, connection: asyncpg.Connection
) -> None:
    assert await rounds.answer(1) == 2
    await connection.execute("SELECT pg_terminate_backend($1)", asking.pids[0])
    answers = await asyncio.gather(*map(rounds.answer, range(20, 40)))
    assert answers == [2 * number for number in range(20, 40)]
    assert len(set(asking.pids)) == 2
    assert all(len(asked) == 20 for asked in asking.rounds[1:])  # one that may notice, and once more


async def test_a_store_that_is_away_is_told_at_once(rounds: Rounds[int, int], asking: Asking) -> None:
    asking.lost = 2
    assert await rounds.answer(1) == 2
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await rounds.answer(2)
    assert len(asking.rounds) == 3
    assert await rounds.answer(3) == 6


async def test_a_round_that_takes_too_long_is_given_up_and_the_next_has_another_connection(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.operations.rounds.ROUND_SECONDS", 0.2)
    pids: list[int] = []

    async def sleep(connection: asyncpg.Connection, questions: Sequence[int]) -> list[int]:
        pids.append(connection.get_server_pid())
        return [await connection.fetchval("SELECT $1::integer FROM pg_sleep($1)", seconds) for seconds in questions]

    rounds: Rounds[int, int] = Rounds(pool, sleep)
    with pytest.raises(TimeoutError):
        await rounds.answer(60)
    assert len(pids) == 1  # once more would take as long
    assert await rounds.answer(0) == 0
    assert len(set(pids)) == 2
    await rounds.close()


async def test_it_is_closed_after_what_waits_is_answered(pool: asyncpg.Pool, asking: Asking) -> None:
    rounds: Rounds[int, int] = Rounds(pool, asking)
    waiting = asyncio.create_task(rounds.answer(5))
    await asyncio.sleep(0)
    await rounds.close()
    assert await waiting == 10
