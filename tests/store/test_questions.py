"""Questions asked together: each is answered as it is by itself, whatever it is asked beside."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from billing.operations import kept_previews
from billing.operations.asking import Asking, answered, answered_by, answered_in_rounds, nothing, side_by_side
from billing.operations.kept_previews import Answered, KeptPreview
from billing.store.questions import Apart, Question, Together, ask, ask_together, first_column

NUMBERS = "SELECT n FROM generate_series($1::integer, $2::integer) AS n ORDER BY n DESC"
KINDS = """
WITH of_all AS (SELECT 7 AS id, 'it''s'::text AS word, date '2026-06-01' AS day, 1.50::numeric AS amount,
                       timestamptz '2026-06-01 12:00Z' AS moment, NULL::integer AS missing, true AS yes)
SELECT id, word, day, amount, moment, missing, yes FROM of_all WHERE id = $1
"""
LISTS = "SELECT ARRAY[1, 2] WHERE $1::integer = 1"


def numbers(first: int, last: int) -> Question[list[int]]:
    return Question(NUMBERS, (first, last), first_column)


def kinds(wanted: int) -> Question[list[tuple[Any, ...]]]:
    return Question(KINDS, (wanted,), lambda rows: [tuple(row) for row in rows])


async def test_each_is_answered_as_by_itself_and_in_its_order(connection: asyncpg.Connection) -> None:
    questions = [numbers(1, 4), kinds(7), kinds(8), numbers(10, 9), numbers(20, 20)]
    alone = [await ask(connection, question) for question in questions]
    assert await ask_together(connection, questions) == alone
    assert alone[0] == [4, 3, 2, 1]
    row = (7, "it's", date(2026, 6, 1), Decimal("1.50"), datetime(2026, 6, 1, 12, tzinfo=UTC), None, True)
    assert alone[1:] == [[row], [], [], [20]]


async def test_what_can_not_stand_beside_others_is_asked_after_them(connection: asyncpg.Connection) -> None:
    async def by_copy(connection: asyncpg.Connection) -> int:
        return int(await connection.fetchval("SELECT 42"))

    lists = Question(LISTS, (1,), lambda rows: rows[0][0], apart=True)
    assert await ask_together(connection, [lists, numbers(1, 2), Apart(by_copy), numbers(3, 3)]) == [
        [1, 2], [2, 1], 42, [3],
    ]  # fmt: skip
    assert await ask_together(connection, []) == []


def doubling(number: int, rounds: int) -> Asking[int]:
    """Doubles a number in so many rounds."""
    for _ in range(rounds):
        [[number]] = yield [Question("SELECT 2 * $1::integer", (number,), first_column)]
    return number


async def test_what_is_asked_side_by_side_shares_its_rounds(connection: asyncpg.Connection) -> None:
    await ask_together(connection, [numbers(1, 1), numbers(1, 1)])  # the connection learns about arrays of rows
    statements: list[str] = []
    connection.add_query_logger(lambda record: statements.append(record.query))
    found = await answered(connection, side_by_side(doubling(1, 3), nothing(), doubling(5, 1), doubling(7, 0)))
    assert found == [8, None, 10, 7]
    await asyncio.sleep(0)  # the logger is called soon
    assert len(statements) == 3
    assert await answered(connection, side_by_side(doubling(1, 2), doubling(3, 1)), joined=False) == [4, 6]
    await asyncio.sleep(0)
    assert len(statements) == 6


async def test_an_error_of_an_asking_is_told(connection: asyncpg.Connection) -> None:
    def failing() -> Asking[Sequence[int]]:
        yield [numbers(1, 1)]
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await answered(connection, side_by_side(doubling(1, 5), failing()))


async def test_what_was_expected_is_asked_at_once(connection: asyncpg.Connection) -> None:
    first = await answered_in_rounds(connection, side_by_side(doubling(1, 3), doubling(5, 1)))
    assert first.result == [8, 10]
    noted: list[Any] = first.asked
    assert [question.arguments for question in noted] == [(1,), (5,), (2,), (4,)]
    statements: list[str] = []
    connection.add_query_logger(lambda record: statements.append(record.query))
    together = Together(noted)
    rows = together.rows(await together.ask(connection))
    found = answered_by(rows, side_by_side(doubling(1, 2), doubling(5, 1)))
    assert (found.is_done, found.result) == (True, [4, 10])
    again: list[Any] = found.asked
    assert [question.arguments for question in again] == [(1,), (5,), (2,)]  # what it needed
    found = answered_by(rows, side_by_side(doubling(1, 4), doubling(5, 1)))
    assert not found.is_done
    [unexpected] = found.questions
    assert isinstance(unexpected, Question)
    assert unexpected.arguments == (8,)
    await asyncio.sleep(0)
    assert len(statements) == 1  # for both


async def test_what_stands_apart_is_never_expected(connection: asyncpg.Connection) -> None:
    def apart() -> Asking[Any]:
        [found] = yield [Question(LISTS, (1,), lambda rows: rows[0][0], apart=True)]
        return found

    together = Together([numbers(1, 1)])
    found = answered_by(together.rows(await together.ask(connection)), apart())
    assert not found.is_done


async def test_what_is_found_again_is_equal_until_it_changes(connection: asyncpg.Connection) -> None:
    await connection.execute("CREATE TABLE held (number integer, name text, day date)")
    together = Together([Question("SELECT * FROM held WHERE number < $1 ORDER BY number", (9,), list), numbers(1, 1)])
    for change in (
        "INSERT INTO held VALUES (1, 'a', '2026-07-01'), (2, NULL, NULL)",
        "UPDATE held SET name = 'b' WHERE number = 1",
        "UPDATE held SET day = '2026-07-02' WHERE number = 2",
        "DELETE FROM held WHERE number = 1",
    ):
        before = await together.ask(connection)
        assert await together.ask(connection) == before
        await connection.execute(change)
        assert await together.ask(connection) != before
    await connection.execute("INSERT INTO held VALUES (10, 'c', '2026-07-01')")  # which nobody asks about
    assert await together.ask(connection) == await together.ask(connection)


def test_only_so_many_previews_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_previews, "MOST_KEPT", 2)
    kept = kept_previews.KeptPreviews()
    for sid in ("a", "b", "a", "c"):
        kept.keep((sid, None), KeptPreview(Together([numbers(1, 1)])))
    assert [sid for sid in "abc" if kept.get((sid, None))] == ["a", "c"]
    kept.forget(("c", None))
    assert kept.get(("c", None)) is None


def test_only_so_many_bytes_of_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_previews, "MOST_BYTES", 10)
    kept = kept_previews.KeptPreviews()

    def keep(sid: str, size: int) -> None:
        answered = Answered((), date(2026, 7, 1), b"0" * size)
        kept.keep((sid, None), KeptPreview(Together([numbers(1, 1)]), answered))

    for sid, size in (("a", 6), ("b", 4), ("a", 5), ("b", 5)):
        keep(sid, size)
    assert [found.size for sid in "ab" if (found := kept.get((sid, None)))] == [5, 5]
    keep("c", 6)
    assert [sid for sid in "abc" if kept.get((sid, None))] == ["c"]
    keep("d", 11)  # its questions alone, beside what is there
    assert [found.size for sid in "cd" if (found := kept.get((sid, None)))] == [6, 0]
    keep("e", 4)
    assert [sid for sid in "cde" if kept.get((sid, None))] == ["c", "d", "e"]
