"""The stack, with stand-ins for server and workers."""

import os
import signal
import sys
from pathlib import Path

import pytest
import redis

from deploy.local import ChildError, Stack
from deploy.local.readiness import grpc_serving
from deploy.local.stores import DATABASE_URL, REDIS_URL

SERVER = (sys.executable, str(Path(__file__).with_name("stand_in_server.py")))
WORKER = (
    sys.executable,
    "-c",
    "import os, redis, time; "
    "redis.Redis.from_url(os.environ['PRORATA_REDIS_URL']).set('arq:queue:health-check', 'up'); "
    "print('worker_started', os.environ['PRORATA_TEST_MODE'], flush=True); "
    "time.sleep(100)",
)
MIGRATE = (sys.executable, "-c", "import os; print('migrating', os.environ['PRORATA_DATABASE_URL'])")


def make_stack(directory: Path | None = None, **options: object) -> Stack:
    commands = {"migrate_command": MIGRATE, "server_command": SERVER, "worker_command": WORKER}
    return Stack(directory, **{**commands, **options})  # type: ignore[arg-type]


def test_all_parts_serve_and_end_together() -> None:
    with make_stack(worker_count=2, test_mode=True) as stack:
        address = stack.address
        assert grpc_serving(address)
        with redis.Redis.from_url(stack.redis_url) as queue:
            assert queue.exists("arq:queue:health-check")
        assert len(stack.workers) == 2
        assert stack.workers[1].has_logged("true")
        assert (stack.log_folder / "migrate.log").read_text() == f"migrating {stack.database_url}\n"
        stack.check()
        workers, server = list(stack.workers), stack.server
    assert not grpc_serving(address)
    assert server.exit_code == 0
    assert [worker.exit_code for worker in workers] == [-signal.SIGTERM] * 2


def test_a_part_may_take_longer_to_stop_than_the_server_lets_calls_end() -> None:
    """It is not killed: it ends by itself, 11 s after it was asked to."""
    slow = (
        sys.executable,
        "-c",
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(11), sys.exit(0))); "
        "print('worker_started', flush=True); time.sleep(100)",
    )
    with make_stack(worker_command=slow) as stack:
        [worker] = stack.workers
    assert worker.exit_code == 0


def test_the_server_starts_again_at_its_address() -> None:
    with make_stack(worker_count=0) as stack:
        os.kill(stack.server.pid, signal.SIGKILL)
        stack.server.stop()
        stack.server.start()
        assert grpc_serving(stack.address)


def test_a_failed_migration_is_told_with_the_end_of_its_log() -> None:
    with pytest.raises(ChildError, match=r"(?s)migration failed.*no such column"):
        make_stack(migrate_command=(sys.executable, "-c", "raise SystemExit('no such column')")).start()


def test_logs_and_data_last_in_a_directory(lasting_folder: Path) -> None:
    with make_stack(lasting_folder):
        pass
    found = {path.name for path in lasting_folder.iterdir()}
    assert found == {"server.log", "worker-1.log", "migrate.log", "postgres", "valkey"}


def test_stores_that_the_environment_names_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with make_stack() as outer:
        monkeypatch.setenv(DATABASE_URL, outer.database_url)
        monkeypatch.setenv(REDIS_URL, outer.redis_url)
        with make_stack() as inner:
            assert (inner.database_url, inner.redis_url) == (outer.database_url, outer.redis_url)
