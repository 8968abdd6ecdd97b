"""Asking the store in rounds: what is loaded side by side shares the round trips.

An asking yields the questions it has now, is sent their answers, and may then have others; what it comes to is its
return value. So what is loaded is written down once, in order, whether it is asked alone or beside others.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

import asyncpg

from billing.store.questions import Asked, Name, Rows, answers_in, ask, ask_together

Result = TypeVar("Result")
Asking = Generator[Sequence[Asked], Sequence[Any], Result]


class Underway(Generic[Result]):
    """An asking that has begun.

    Attributes:
        asked: what it asked and was answered.
        questions: what it asks now.
        is_done: whether it asks nothing more.
        result: what it came to, when it is done.
    """

    result: Result

    def __init__(self, asking: Asking[Result]) -> None:
        self._asking = asking
        self.asked: list[Asked] = []
        self.questions: Sequence[Asked] = ()
        self.is_done = False
        self._go_on(lambda: next(asking))

    def answer(self, answers: Sequence[Any]) -> None:
        """Go on with the answers to its questions."""
        self.asked += self.questions
        self._go_on(lambda: self._asking.send(answers))

    def _go_on(self, step: Callable[[], Sequence[Asked]]) -> None:
        try:
            self.questions = step()
        except StopIteration as done:
            self.is_done, self.questions, self.result = True, (), done.value


async def answered(connection: asyncpg.Connection, asking: Asking[Result], *, joined: bool = True) -> Result:
    """What an asking comes to.

    Args:
        connection: in a snapshot, unless the asking has one round.
        asking: not begun yet.
        joined: whether the questions of a round go in one statement; else each by itself, which is better where an
            answer has many rows.
    """
    return (await answered_in_rounds(connection, asking, joined=joined)).result


async def answered_in_rounds(
    connection: asyncpg.Connection, asking: Asking[Result], *, joined: bool = True
) -> Underway[Result]:
    """The same, with what was asked."""
    under_way = Underway(asking)
    while not under_way.is_done:
        if joined:
            under_way.answer(await ask_together(connection, under_way.questions))
        else:
            under_way.answer([await ask(connection, question) for question in under_way.questions])
    return under_way


def answered_by(rows: Mapping[Name, Rows], asking: Asking[Result]) -> Underway[Result]:
    """The same with rows that are there already, all of one moment, as far as it asks for these.

    The asking goes on by them: once it is done, what it came to is right. If it is not, it asks something else too.
    """
    under_way = Underway(asking)
    while not under_way.is_done:
        answers = answers_in(rows, under_way.questions)
        if answers is None:
            break
        under_way.answer(answers)
    return under_way


def side_by_side(*askings: Asking[Any]) -> Asking[list[Any]]:
    """Several askings at once: each round has the questions of all that are not done; what they come to, in order."""
    results: list[Any] = [None] * len(askings)
    waiting: dict[int, Sequence[Asked]] = {}

    def go_on(place: int, answers: Sequence[Any] | None) -> None:
        try:
            questions = next(askings[place]) if answers is None else askings[place].send(answers)
            while not questions:  # nothing to wait for
                questions = askings[place].send(())
            waiting[place] = questions
        except StopIteration as done:
            waiting.pop(place, None)
            results[place] = done.value

    for place in range(len(askings)):
        go_on(place, None)
    while waiting:
        answers = iter((yield [question for questions in waiting.values() for question in questions]))
        for place, questions in list(waiting.items()):
            go_on(place, list(islice(answers, len(questions))))
    return results


def asking_for(*questions: Asked) -> Asking[Sequence[Any]]:
    """Questions that need one round; their answers."""
    return (yield questions)


def nothing() -> Asking[None]:
    """An asking of no question, beside others that may be wanted or not."""
    return
    yield  # what makes it an asking
