"""Child processes: started, waited for until they serve, watched, stopped; and the conditions to wait for."""

import atexit
import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import IO, BinaryIO, Self

from deploy.local.accounts import Account
from deploy.local.errors import ChildError
from deploy.local.guard import Guard

POLL_SECONDS = 0.01
TAIL_LINES = 20
TAIL_BYTES = 65_536


class ChildProcess:
    """One process with a log file, in a session of its own: Ctrl-C reaches only us, and we stop it in order.

    It ends with us: by `stop` or the context manager, at our exit of any kind, and by a guard if we are
    killed. It can be started again after it has ended.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        ready: Callable[["ChildProcess"], bool] | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        account: Account | None = None,
        echo: BinaryIO | None = None,
        stop_signal: Signals = SIGTERM,
        start_seconds: float = 30,
        grace_seconds: float = 10,
        temporary_folders: tuple[Path, ...] = (),
    ) -> None:
        """`environment` replaces ours if given; `echo` gets the output beside the log, which is appended to.

        `temporary_folders` are removed by the guard if we are killed; who made them removes them otherwise.
        """
        self.name = name
        self.command = tuple(command)
        self.log = log
        self._ready = ready
        self._environment = environment
        self._folder = folder
        self._account = account
        self._echo = echo
        self._stop_signal = stop_signal
        self._start_seconds = start_seconds
        self._grace_seconds = grace_seconds
        self._temporary_folders = temporary_folders
        self._log_start = 0
        self._asked = False  # to stop
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: Guard | None = None
        self._tee: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """The process id; `ChildError` before the start."""
        if self._process is None:
            raise ChildError(f"{self.name} is not started")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs (or was never started), a negative signal number if a signal ended it."""
        return None if self._process is None else self._process.returncode

    def has_logged(self, text: str) -> bool:
        """Whether the text is in what was logged since the last start."""
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            return text.encode() in file.read()

    def start(self) -> Self:
        """Start it and wait until it is ready; `ChildError` if it ends before or `start_seconds` are over."""
        self.launch()
        self.wait_until_ready()
        return self

    def launch(self) -> None:
        """Start it, and do not wait; `wait_until_ready` comes next, or `stop`."""
        if self._process is not None and not self.has_ended():
            raise ChildError(f"{self.name} is already started")
        self._spawn()
        atexit.unregister(self.stop)
        atexit.register(self.stop)

    def wait_until_ready(self) -> None:
        """Wait until what was launched is ready; it is stopped, with `ChildError`, if it ends before or is too slow."""
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def has_ended(self) -> bool:
        """Whether it has ended; then the guard goes at once, as the pid may be given to another process."""
        if self._process is None or self._process.poll() is None:
            return False
        self._release()
        return True

    def check(self) -> None:
        """`ChildError` with exit code and log tail if the process has ended without being stopped."""
        if self.has_ended():
            raise ChildError(self._report(f"ended unasked, {describe_exit(self.exit_code)}"))

    def ask_to_stop(self) -> None:
        """Ask it to stop, once, and do not wait; `stop` comes next."""
        if self._process is not None and not self.has_ended() and not self._asked:
            self._asked = True
            self._process.send_signal(self._stop_signal)

    def stop(self) -> int | None:
        """Ask it to stop, by force after `grace_seconds`; the exit code, None if it was never started."""
        atexit.unregister(self.stop)
        if self._process is None:
            return None
        if not self.has_ended():
            self.ask_to_stop()
            if not wait_until(self.has_ended, self._grace_seconds):
                # It leads the group of its own children, and is not reaped yet: the number is still its own.
                os.killpg(self._process.pid, SIGKILL)
                self._process.wait()
                self._release()
        return self.exit_code

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _spawn(self) -> None:
        account = self._account
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._asked = False
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log if self._echo is None else subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._folder,
                start_new_session=True,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else (),
            )
        self._guard = Guard(self._process.pid, self._stop_signal, self._temporary_folders)
        if self._echo is not None and self._process.stdout is not None:
            self._tee = threading.Thread(
                target=copy_output, args=(self._process.stdout, self.log, self._echo), daemon=True
            )
            self._tee.start()

    def _wait_until_ready(self) -> None:
        def ready() -> bool:
            self.check()
            return self._ready is None or self._ready(self)

        if not wait_until(ready, self._start_seconds):
            raise ChildError(self._report(f"is not ready after {self._start_seconds:g} s"))

    def _release(self) -> None:
        if self._guard is not None:
            self._guard.release()
            self._guard = None
        if self._tee is not None:
            self._tee.join(timeout=1)  # a grandchild may hold the pipe open for longer
            self._tee = None

    def _report(self, what: str) -> str:
        return f"{self.name} {what}; the end of {self.log}:\n{tail(self.log, self._log_start)}"


def copy_output(source: IO[bytes], log: Path, echo: BinaryIO) -> None:
    """Write each line to the log and to `echo`, until the source ends."""
    with source, log.open("ab", buffering=0) as file:
        for line in source:
            file.write(line)
            with suppress(OSError, ValueError):  # a closed terminal must not block the child
                echo.write(line)
                echo.flush()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask the condition every 10 ms until it holds (True) or the time is over (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def tail(log: Path, since: int = 0) -> str:
    """The last 20 lines of a log (of at most 64 KiB) from byte `since` on; a note if there are none."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError as error:
        return f"(no log: {error})"
    return "\n".join(text.splitlines()[-TAIL_LINES:]) or "(the log is empty)"


def describe_exit(code: int | None) -> str:
    """An exit code in words: a signal by its name."""
    if code is not None and code < 0:
        return f"by signal {Signals(-code).name}"
    return f"exit code {code}"
