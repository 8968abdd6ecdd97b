"""Child processes: readiness, unexpected ends, and stopping by force."""

import io
import os
import signal
import sys
from pathlib import Path

import pytest

from deploy.local import ChildError, ChildProcess
from deploy.local.processes import wait_until

SERVES = "import time; print('serving', flush=True); time.sleep(100)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SERVES
DYING = "import sys; print('cannot go on: out of paper'); sys.exit(7)"


def child(code: str, log: Path, **options: object) -> ChildProcess:
    def serving(process: ChildProcess) -> bool:
        return process.has_logged("serving")

    return ChildProcess("stand-in", (sys.executable, "-c", code), **{"log": log, "ready": serving, **options})  # type: ignore[arg-type]


def test_is_ready_before_start_returns_and_ends_by_sigterm(tmp_path: Path) -> None:
    process = child(SERVES, tmp_path / "log")
    with process:
        assert process.has_logged("serving")
        assert process.exit_code is None
        process.check()
    assert process.exit_code == -signal.SIGTERM


def test_an_end_before_it_is_ready_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(ChildError, match=r"(?s)ended unasked, exit code 7.*out of paper"):
        child(DYING, tmp_path / "log").start()


def test_an_end_in_service_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    with child(SERVES, tmp_path / "log") as process:
        os.kill(process.pid, signal.SIGKILL)
        assert wait_until(process.has_ended, 10)
        with pytest.raises(ChildError, match=r"(?s)by signal SIGKILL.*serving"):
            process.check()


def test_not_ready_in_time_is_an_error_and_ends_it(tmp_path: Path) -> None:
    process = child(SERVES, tmp_path / "log", ready=lambda _: False, start_seconds=0.2)
    with pytest.raises(ChildError, match="not ready after"):
        process.start()
    assert process.exit_code == -signal.SIGTERM


def test_one_that_does_not_stop_is_killed_after_the_grace(tmp_path: Path) -> None:
    process = child(STUBBORN, tmp_path / "log", grace_seconds=0.1).start()
    assert process.stop() == -signal.SIGKILL


def test_starts_again_and_reads_only_the_new_part_of_the_log(tmp_path: Path) -> None:
    process = child(SERVES, tmp_path / "log")
    first = process.start().pid
    process.stop()
    with process:
        assert process.pid != first
    assert (tmp_path / "log").read_text() == "serving\nserving\n"


def test_output_goes_to_the_log_and_to_the_echo(tmp_path: Path) -> None:
    echo = io.BytesIO()
    with child(SERVES, tmp_path / "log", echo=echo):
        pass
    assert echo.getvalue() == b"serving\n"
    assert (tmp_path / "log").read_bytes() == b"serving\n"


def test_gets_its_environment_and_folder(tmp_path: Path) -> None:
    code = "import os; print(os.environ['WORD'], os.getcwd());" + SERVES
    with child(code, tmp_path / "log", environment={"WORD": "hello"}, folder=tmp_path) as process:
        assert process.has_logged(f"hello {tmp_path}")
