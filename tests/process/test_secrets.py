"""Passwords of the store and the queue are nowhere to be read: no output, no log, no arguments of a process."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
import grpc
import psutil
import pytest

from deploy.local import ChildProcess
from deploy.local.readiness import grpc_serving
from deploy.local.valkey import free_port
from prorata.v1 import plan_service_pb2 as p
from prorata.v1.plan_service_pb2_grpc import PlanServiceStub
from server.migrations import dbmate_environment
from tests.conftest import cloned
from tests.process.commands import environment, run, with_password
from tests.service import STAFF, refusal

SECRET = "s3cret"
WAIT_SECONDS = 30


@pytest.mark.parametrize("command", [("server",), ("server", "verify"), ("workers",)])
def test_a_missing_setting_shows_none_of_the_others(command: tuple[str, ...]) -> None:
    ended = run(*command, DATABASE_URL=f"postgresql://u:{SECRET}@h/db")
    assert ended.code != 0
    assert SECRET not in ended.output + ended.errors


async def test_a_migration_is_told_the_password_but_not_in_its_arguments() -> None:
    """It waits for a store that is not there, as long as we look at it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "migrate",
        env=environment(DATABASE_URL=f"postgresql://u:{SECRET}@127.0.0.1:{free_port()}/db"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(WAIT_SECONDS):
        first = await process.stdout.readuntil(b".")  # Waiting for database.
    [child] = psutil.Process(process.pid).children()
    arguments, given = child.cmdline(), child.environ()
    child.terminate()
    printed, _ = await asyncio.wait_for(process.communicate(), WAIT_SECONDS)
    assert arguments[-1] == "up"
    assert SECRET not in " ".join(arguments)
    assert SECRET not in (first + printed).decode()
    assert given["PGPASSWORD"] == SECRET
    assert given["DATABASE_URL"].startswith("postgres://u@127.0.0.1:")


def test_a_url_that_dbmate_can_not_read_is_printed_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBMATE_WAIT_TIMEOUT", "1ms")
    ended = run("server", "migrate", DATABASE_URL=f"postgresql://u:{SECRET}@h h/db")
    assert ended.code != 0
    assert SECRET not in ended.output + ended.errors


@pytest.mark.parametrize("password", [SECRET, "p@s:s w/r%d"])
def test_a_migration_has_the_password_apart_from_the_url(password: str) -> None:
    quoted = quote(password, safe="")
    expected = {"DATABASE_URL": "postgres://u@h/db", "PGPASSWORD": password}
    assert dbmate_environment(f"postgresql://u:{quoted}@h/db") == expected
    assert dbmate_environment(f"postgresql://u@h/db?password={quoted}") == expected


def test_a_socket_folder_is_a_parameter_and_no_password_is_none() -> None:
    assert dbmate_environment("postgresql://u@/db?host=/run/p&port=5433") == {
        "DATABASE_URL": "postgres://u@:5433/db?socket=%2Frun%2Fp&sslmode=disable"
    }


async def test_an_unexpected_error_is_logged_without_the_values_at_hand(
    stores: tuple[str, str], template: str, tmp_path: Path
) -> None:
    """The store refuses a new connection, in which the password is at hand, in a way that nobody expects."""
    async with cloned(stores[0], template) as plain_url:
        url, secret = with_password(plain_url, SECRET)
        address = f"127.0.0.1:{free_port()}"
        server = ChildProcess(
            "server",
            [sys.executable, "-m", "server"],
            log=tmp_path / "server.log",
            ready=lambda _: grpc_serving(address),
            environment=environment(DATABASE_URL=url, REDIS_URL=stores[1], LISTEN_ADDRESS=address),
        )
        with server:
            await _shut(stores[0], urlsplit(url).path.removeprefix("/"))
            async with grpc.aio.insecure_channel(address) as channel:
                assert await _refused(PlanServiceStub(channel)) == "INTERNAL"
        log = server.log.read_text()
    assert "not currently accepting connections" in log
    assert secret not in log


async def _shut(url: str, database: str) -> None:
    """Let nobody connect to a database, and those who are go."""
    connection = await asyncpg.connect(url)
    await connection.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    await connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1", database
    )
    await connection.close()


async def _refused(plans: PlanServiceStub) -> str:
    """The reason why a call is refused, once it no longer is that the connection was lost."""
    reason = "UNAVAILABLE"
    async with asyncio.timeout(WAIT_SECONDS):
        while reason == "UNAVAILABLE":
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await plans.GetAccount(p.GetAccountRequest(account_sid="AC" + 32 * "0"), metadata=STAFF)
            reason = refusal(refused.value).reason
    return reason
