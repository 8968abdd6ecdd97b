"""Asking the store in rounds: what is loaded side by side shares the round trips.

An asking yields the questions it has now, is sent their answers, and may then have others; what it comes to is its
return value. So what is loaded is written down once, in order, whether it is asked alone or beside others.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import islice
from typing import Any, TypeVar

import asyncpg

from billing.store.questions import Asked, ask, ask_together

Result = TypeVar("Result")
Asking = Generator[Sequence[Asked], Sequence[Any], Result]


async def answered(connection: asyncpg.Connection, asking: Asking[Result], *, joined: bool = True) -> Result:
    """What an asking comes to.

    Args:
        connection: in a snapshot, unless the asking has one round.
        asking: not begun yet.
        joined: whether the questions of a round go in one statement; else each by itself, which is better where an
            answer has many rows.
    """
    try:
        questions = next(asking)
        while True:
            if joined:
                answers = await ask_together(connection, questions)
            else:
                answers = [await ask(connection, question) for question in questions]
            questions = asking.send(answers)
    except StopIteration as done:
        result: Result = done.value
        return result


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
