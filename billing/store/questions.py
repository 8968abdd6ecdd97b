"""Questions to the store: a statement, its arguments, and how its rows are read. Several can share one round trip.

A round trip costs more than most statements that are about one owner. Asked together, each is a sub-select of one
statement, its rows an array; and all see the same snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache, update_wrapper
from itertools import accumulate, chain
from typing import Any, Generic, NamedTuple, ParamSpec, TypeGuard, TypeVar

import asyncpg

Answer = TypeVar("Answer")
Asks = ParamSpec("Asks")

Rows = Sequence[Any]
"""Rows, each with its columns by position."""

Name = tuple[str, Hashable]
"""What tells a question from others."""

Found = tuple[Rows, ...]
"""The rows of several questions; equal if all of them are."""

PARAMETER = re.compile(r"\$(\d+)")


class Question(NamedTuple, Generic[Answer]):
    """What is asked of the store.

    Attributes:
        statement: a SELECT with parameters from $1 on.
        arguments: of these.
        read: makes the answer of the rows.
        apart: whether it is always asked by itself, as a column of its rows can not stand in an array (an array).
    """

    statement: str
    arguments: tuple[Any, ...]
    read: Callable[[Rows], Answer]
    apart: bool = False


class Apart(NamedTuple, Generic[Answer]):
    """What is asked in a way of its own, as by COPY: never together with anything."""

    ask: Callable[[asyncpg.Connection], Awaitable[Answer]]


Asked = Question[Any] | Apart[Any]


class asked(Generic[Asks, Answer]):  # noqa: N801 - a decorator
    """Makes of a function that gives a question one that asks it by itself; the question is there as `question`."""

    def __init__(self, question: Callable[Asks, Question[Answer]]) -> None:
        self.question = question
        update_wrapper(self, question)  # for its name and docstring

    def __call__(
        self, connection: asyncpg.Connection, *args: Asks.args, **kwargs: Asks.kwargs
    ) -> Coroutine[Any, Any, Answer]:
        """Ask it over a connection."""
        return ask(connection, self.question(*args, **kwargs))


def first_column(rows: Rows) -> list[Any]:
    """Reads rows of one column."""
    return [row[0] for row in rows]


async def ask(connection: asyncpg.Connection, question: Question[Answer] | Apart[Answer]) -> Answer:
    """Ask a question by itself."""
    if isinstance(question, Apart):
        answer: Answer = await question.ask(connection)
        return answer
    return question.read(await connection.fetch(question.statement, *question.arguments))


async def ask_together(connection: asyncpg.Connection, questions: Sequence[Asked]) -> list[Any]:
    """Ask questions in one statement, those that stand apart after it; their answers in their order.

    Args:
        connection: in a snapshot, where any stands apart and the answers must be of one moment.
        questions: what is asked.
    """
    side_by_side = joined(questions)
    if len(side_by_side) < 2:
        return [await ask(connection, question) for question in questions]
    together = Together(side_by_side)
    rows = together.rows(await together.ask(connection))
    return [
        question.read(rows[name_of(question)]) if is_joined(question) else await ask(connection, question)
        for question in questions
    ]


def joined(questions: Iterable[Asked]) -> list[Question[Any]]:
    """Those that are asked in one statement with others."""
    return [question for question in questions if is_joined(question)]


def is_joined(question: Asked) -> TypeGuard[Question[Any]]:
    """Whether it is asked in one statement with others."""
    return isinstance(question, Question) and not question.apart


class Together:
    """Questions as one statement, equal ones once; it may be asked again and again."""

    def __init__(self, questions: Iterable[Question[Any]]) -> None:
        each = {name_of(question): question for question in questions}
        self._names = tuple(each)
        self._statement = _joined(tuple((question.statement, len(question.arguments)) for question in each.values()))
        self._arguments = tuple(chain.from_iterable(question.arguments for question in each.values()))

    async def ask(self, connection: asyncpg.Connection) -> Found:
        """What the store holds of it, as of one moment."""
        return tuple(await connection.fetchrow(self._statement, *self._arguments))

    def rows(self, found: Found) -> Mapping[Name, Rows]:
        """The rows of each question, by its name."""
        return dict(zip(self._names, found, strict=True))


def answers_in(rows: Mapping[Name, Rows], questions: Iterable[Asked]) -> list[Any] | None:
    """The answers to questions of which the rows are there, in order; None where those of one are not."""
    answers = []
    for question in questions:
        if is_joined(question) and (found := rows.get(name_of(question))) is not None:
            answers.append(question.read(found))
        else:
            return None
    return answers


def name_of(question: Question[Any]) -> Name:
    """What tells it from others: the statement and the arguments."""
    return question.statement, _hashable(question.arguments)


def _hashable(value: Any) -> Hashable:
    return tuple([_hashable(each) for each in value]) if isinstance(value, list | tuple) else value


@lru_cache(maxsize=1_000)
def _joined(statements: tuple[tuple[str, int], ...]) -> str:
    """Statements, each with how many parameters it has, as one: a column each, of its rows."""
    before = accumulate((count for _, count in statements), initial=0)
    columns = [
        f"ARRAY(SELECT ROW(q.*) FROM ({_shifted(statement, shift)}) q)"  # noqa: S608 - statements of the store
        for (statement, _), shift in zip(statements, before, strict=False)
    ]
    return f"SELECT {', '.join(columns)}"


def _shifted(statement: str, shift: int) -> str:
    """The statement with its parameters numbered from further on."""
    return PARAMETER.sub(lambda found: f"${int(found[1]) + shift}", statement)
