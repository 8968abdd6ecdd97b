"""Every statement of the store prepares against the schema that the migrations make from nothing."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import asyncpg
import pytest

import billing.store
from server.migrations import dbmate

VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
FEWEST = 90  # so that the search for statements can not come to nothing


def statements() -> Iterator[tuple[str, str]]:
    """Module and name, and text, of every constant that is a whole statement; those with a partition to fill in are
    tried by the tests of usage."""
    for module in pkgutil.iter_modules(billing.store.__path__):
        for name, value in vars(importlib.import_module(f"billing.store.{module.name}")).items():
            if name.isupper() and isinstance(value, str) and value.split(maxsplit=1)[0] in VERBS and "{" not in value:
                yield f"{module.name}.{name}", value


async def test_every_statement_prepares(connection: asyncpg.Connection, subtests: pytest.Subtests) -> None:
    for name, statement in statements():
        with subtests.test(name):
            assert (await connection.prepare(statement)).get_query() == statement


def test_the_statements_are_found() -> None:
    assert len(list(statements())) >= FEWEST


async def test_migrations_are_undone_and_made_again(database: str) -> None:
    for command in ("rollback", "rollback", "up"):
        assert dbmate(database, command) == 0
