"""Asks the store for a sign of life again and again, and has the health service tell when there is none."""

from __future__ import annotations

import asyncio

import structlog

from billing.operations.context import Store
from billing.operations.held_connection import UNANSWERED, HeldConnection
from billing.store.state import answers
from server.health import Health

log = structlog.get_logger()

PAUSE_SECONDS = 1.0
ANSWER_SECONDS = 3.0  # enough for a store that is busy


async def probe(store: Store, health: Health) -> None:
    """Have health say whether the store answers.

    It holds a connection of the pool, so that calls which wait for one do not make the store seem away.
    """
    connection = HeldConnection(store.pool, ANSWER_SECONDS)
    try:
        while True:
            try:
                await connection.asked(answers)
            except UNANSWERED as error:
                if health.set_serving(serving=False):
                    log.warning("not_serving", reason="the store does not answer", error=repr(error))
            else:
                if health.set_serving(serving=True):
                    log.info("serving_again")
            await asyncio.sleep(PAUSE_SECONDS)
    finally:
        await connection.drop()
