"""The embedded Postgres: it serves, ends when it should, and starts again whatever happened to it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from deploy.local import ChildError, EmbeddedPostgres
from deploy.local.processes import wait_until
from deploy.local.stores import DATABASE_URL

# A process that starts Postgres, prints pid, address and data folder, and then does as `ending` says.
OWNER = """
import os, signal, sys
from pathlib import Path
from deploy.local import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]) if sys.argv[1] else None).start()
print(postgres.process.pid, postgres.url, postgres.process.command[2], flush=True)
{ending}
"""


async def ask(url: str, statement: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def own(ending: str, directory: Path | None = None) -> tuple[int, str, Path]:
    done = subprocess.run(
        (sys.executable, "-c", OWNER.format(ending=ending), str(directory or "")),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    pid, url, data = done.stdout.split()
    return int(pid), url, Path(data)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


async def test_answers_and_leaves_nothing_behind() -> None:
    with EmbeddedPostgres() as postgres:
        url, data = postgres.url, Path(postgres.process.command[2])
        assert await ask(url, "select 1") == 1
        assert socket_folder(url).stat().st_mode & 0o777 == 0o700
    assert not data.parent.exists()
    assert not socket_folder(url).exists()


async def test_settings_go_over_the_defaults() -> None:
    with EmbeddedPostgres(settings={"max_connections": "33"}) as postgres:
        assert await ask(postgres.url, "show max_connections") == "33"
        assert await ask(postgres.url, "show synchronous_commit") == "on"
        assert await ask(postgres.url, "show timezone") == "UTC"
        assert await ask(postgres.url, "select current_user") == "prorata"


async def test_another_database_has_its_own_address() -> None:
    with EmbeddedPostgres() as postgres:
        await ask(postgres.url, 'create database "a b"')
        assert await ask(postgres.database_url("a b"), "select current_database()") == "a b"


async def test_data_last_in_a_directory(lasting_folder: Path) -> None:
    postgres = EmbeddedPostgres(lasting_folder)
    with postgres:
        await ask(postgres.url, "create table kept as select 42 as answer")
    with postgres:
        assert await ask(postgres.url, "select answer from kept") == 42


async def test_starts_again_after_the_server_was_killed(lasting_folder: Path) -> None:
    with EmbeddedPostgres(lasting_folder) as postgres:
        await ask(postgres.url, "create table kept as select 42 as answer")
        os.kill(postgres.process.pid, signal.SIGKILL)
        assert wait_until(postgres.process.has_ended, 10)
        with pytest.raises(ChildError, match="SIGKILL"):
            postgres.process.check()
    with EmbeddedPostgres(lasting_folder) as postgres:
        assert await ask(postgres.url, "select answer from kept") == 42


def test_one_server_for_a_directory(lasting_folder: Path) -> None:
    with EmbeddedPostgres(lasting_folder) as first:
        with pytest.raises(ChildError, match="another process"):
            EmbeddedPostgres(lasting_folder).start()
        first.process.check()


def test_bad_settings_are_told_with_the_end_of_the_log() -> None:
    with pytest.raises(ChildError, match="invalid value for parameter"):
        EmbeddedPostgres(settings={"max_connections": "many"}).start()


@pytest.mark.parametrize("ending", ["", "raise SystemExit(3)", "raise ValueError", "os._exit(0)"])
def test_ends_with_its_owner(ending: str) -> None:
    pid, url, data = own(ending)
    assert wait_until(lambda: is_gone(pid), 10)
    assert wait_until(lambda: not data.exists() and not socket_folder(url).exists(), 10)


def test_ends_with_its_killed_owner() -> None:
    pid, url, data = own("os.kill(os.getpid(), signal.SIGKILL)")
    assert wait_until(lambda: is_gone(pid), 10)
    assert wait_until(lambda: not data.exists() and not socket_folder(url).exists(), 10)


async def test_takes_over_from_a_killed_owner_whose_guard_was_killed_too(lasting_folder: Path) -> None:
    guard_first = "postgres.process._guard._shell.kill(); os.kill(os.getpid(), signal.SIGKILL)"
    pid, url, _ = own(guard_first, lasting_folder)
    try:
        assert await ask(url, "select 1") == 1
        with EmbeddedPostgres(lasting_folder) as postgres:
            assert is_gone(pid)
            assert await ask(postgres.url, "select 1") == 1
    finally:
        shutil.rmtree(socket_folder(url))


async def test_a_note_with_the_number_of_another_process_is_no_hindrance(lasting_folder: Path) -> None:
    with EmbeddedPostgres(lasting_folder):
        pass
    (lasting_folder / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{lasting_folder / 'data'}\n")
    with EmbeddedPostgres(lasting_folder) as postgres:
        assert await ask(postgres.url, "select 1") == 1


def test_starts_at_the_same_time_share_one_copy() -> None:
    code = "from deploy.local import EmbeddedPostgres\nwith EmbeddedPostgres() as p: p.process.check()"
    starts = [subprocess.Popen((sys.executable, "-c", code)) for _ in range(3)]
    assert [start.wait() for start in starts] == [0, 0, 0]


def test_variables_of_clients_do_not_disturb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv(DATABASE_URL, "postgresql://elsewhere/")
    with EmbeddedPostgres() as postgres:
        postgres.process.check()
