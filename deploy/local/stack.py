"""All four parts on one machine: the store, the queue, the server and its workers."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self, TypeVar

from deploy.local.accounts import make_temporary_folder, remove
from deploy.local.errors import ChildError
from deploy.local.processes import ChildProcess, tail
from deploy.local.readiness import grpc_serving
from deploy.local.stores import NOTHING, Stores
from deploy.local.valkey import free_port

ROOT = Path(__file__).resolve().parents[2]
LISTEN_ADDRESS = "PRORATA_LISTEN_ADDRESS"
HEALTH_ADDRESS = "PRORATA_HEALTH_ADDRESS"
METRICS_ADDRESS = "PRORATA_METRICS_ADDRESS"
TEST_MODE = "PRORATA_TEST_MODE"
MIGRATION_SECONDS = 120
GRACE_SECONDS = 20  # a server that stops lets calls under way end for 10 s, and then has its parts to close
Part = TypeVar("Part")


def server_is_ready(child: ChildProcess, address: str) -> bool:
    """The server is ready when its health service says so."""
    del child
    return grpc_serving(address)


def worker_is_ready(child: ChildProcess) -> bool:
    """A worker is ready when it has logged its start: all workers share one health key in Redis."""
    return child.has_logged("worker_started")


class Stack:
    """The stores, migrated, with a server and `worker_count` workers; stopped in reverse order.

    With a `directory` data and logs last, else they go with `stop`. The server listens where the environment
    says (`PRORATA_LISTEN_ADDRESS`), by default on a free port of the loopback address: the preferred one, else any.
    """

    def __init__(
        self,
        directory: Path | None = None,
        *,
        worker_count: int = 1,
        test_mode: bool = False,
        preferred_port: int = 0,
        environment: Mapping[str, str] = NOTHING,
        postgres_settings: Mapping[str, str] = NOTHING,
        migrate_command: Sequence[str] | None = (sys.executable, "-m", "server", "migrate"),
        server_command: Sequence[str] = (sys.executable, "-m", "server"),
        worker_command: Sequence[str] = (sys.executable, "-m", "workers"),
        server_ready: Callable[[ChildProcess, str], bool] = server_is_ready,
        worker_ready: Callable[[ChildProcess], bool] = worker_is_ready,
    ) -> None:
        """`environment` goes over ours and the addresses; `migrate_command` None migrates nothing."""
        self._directory = directory
        self._worker_count = worker_count
        self._preferred_port = preferred_port
        self._settings = {TEST_MODE: "true" if test_mode else "false", "PYTHONUNBUFFERED": "1", **environment}
        self._migrate_command = migrate_command
        self._server_command = server_command
        self._worker_command = worker_command
        self._server_ready = server_ready
        self._worker_ready = worker_ready
        self._stores = Stores(directory, postgres_settings=postgres_settings)
        self._parts = ExitStack()
        self._address: str | None = None
        self._log_folder: Path | None = None
        self._server: ChildProcess | None = None
        self.workers: list[ChildProcess] = []

    @property
    def address(self) -> str:
        """The server's host:port."""
        return _started(self._address)

    @property
    def database_url(self) -> str:
        """The store's address."""
        return self._stores.database_url

    @property
    def redis_url(self) -> str:
        """The queue's address."""
        return self._stores.redis_url

    @property
    def metrics_addresses(self) -> list[str]:
        """Where server and workers tell their metrics, in this order; none unless the environment says where.

        It says so for the server; each worker takes the next port.
        """
        return [*filter(None, map(self._metrics_address, range(len(self.workers) + 1)))]

    def _metrics_address(self, number: int) -> str:
        """Where the server (0) or a worker tells its metrics; empty for nowhere."""
        address = self._settings.get(METRICS_ADDRESS, os.environ.get(METRICS_ADDRESS, ""))
        host, _, port = address.rpartition(":")
        return f"{host}:{int(port) + number}" if port.strip("0").isdecimal() else address

    @property
    def server(self) -> ChildProcess:
        """The server; after `stop` it can be started again, at the same address."""
        return _started(self._server)

    @property
    def log_folder(self) -> Path:
        """Where migrate.log, server.log and worker-N.log are."""
        return _started(self._log_folder)

    @property
    def environment(self) -> dict[str, str]:
        """The environment that server and workers get."""
        return {**self._stores.environment, LISTEN_ADDRESS: self.address, **self._settings}

    def start(self) -> Self:
        """Start everything, return when all is ready; `ChildError` with a log's tail if a part fails."""
        try:
            self._log_folder = self._open_log_folder()
            self._parts.enter_context(self._stores)
            self._address = os.environ.get(LISTEN_ADDRESS) or f"127.0.0.1:{free_port(self._preferred_port)}"
            self._migrate()
            self._server = self._launch(self._make_server(self._address))
            for _ in range(self._worker_count):  # while the server starts
                self._launch_worker()
            for process in (self._server, *self.workers):
                process.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def start_worker(self) -> ChildProcess:
        """Start one more worker, stopped together with the rest."""
        worker = self._launch_worker()
        worker.wait_until_ready()
        return worker

    def check(self) -> None:
        """`ChildError` with a log's tail if a part has ended unasked."""
        for process in (*self._stores.processes, self.server, *self.workers):
            process.check()

    def stop(self) -> None:
        """Stop everything, workers first."""
        for worker in self.workers:
            worker.ask_to_stop()
        self._parts.close()
        self.workers.clear()
        self._server = self._address = self._log_folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _open_log_folder(self) -> Path:
        if self._directory is not None:
            self._directory.mkdir(parents=True, exist_ok=True)
            return self._directory
        folder = make_temporary_folder(None, "prorata-logs-")
        self._parts.callback(remove, folder)
        return folder

    def _migrate(self) -> None:
        if self._migrate_command is None:
            return
        path = self.log_folder / "migrate.log"
        with path.open("ab") as log:
            done = subprocess.run(
                self._migrate_command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=ROOT,
                timeout=MIGRATION_SECONDS,
                check=False,
            )
        if done.returncode != 0:
            raise ChildError(f"the migration failed; the end of {path}:\n{tail(path)}")

    def _launch(self, process: ChildProcess) -> ChildProcess:
        """Launch a part, to be stopped with the rest."""
        process.launch()
        self._parts.callback(process.stop)
        return process

    def _launch_worker(self) -> ChildProcess:
        number = len(self.workers) + 1
        name = f"worker-{number}"
        told = {METRICS_ADDRESS: self._metrics_address(number)}
        worker = self._make("worker", name, self._worker_command, self._worker_ready, told)
        self.workers.append(self._launch(worker))
        return worker

    def _make_server(self, address: str) -> ChildProcess:
        asked = self.environment.get(HEALTH_ADDRESS) or address  # as that of a server with TLS is in plaintext
        return self._make("server", "server", self._server_command, lambda child: self._server_ready(child, asked))

    def _make(
        self,
        name: str,
        log_name: str,
        command: Sequence[str],
        ready: Callable[[ChildProcess], bool],
        environment: Mapping[str, str] = NOTHING,
    ) -> ChildProcess:
        return ChildProcess(
            name,
            command,
            log=self.log_folder / f"{log_name}.log",
            ready=ready,
            environment={**self.environment, **environment},
            folder=ROOT,
            grace_seconds=GRACE_SECONDS,
        )


def _started(part: Part | None) -> Part:
    if part is None:
        raise ChildError("the stack is not started")
    return part
