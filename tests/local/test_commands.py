"""The two commands, `up` with stand-ins for server and workers."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from deploy.local.stores import DATABASE_URL, REDIS_URL
from deploy.local.valkey import free_port

UP = """
import functools, pathlib, sys
import deploy.local.__main__ as commands
stand_in = [sys.executable, sys.argv[1]]
commands.Stack = functools.partial(
    commands.Stack, migrate_command=None, server_command=stand_in, worker_command=stand_in,
    worker_ready=lambda worker: True,
)
commands.run_directory = lambda console: pathlib.Path(sys.argv[2])
commands.USUAL_PORT = int(sys.argv[3])
sys.exit(commands.main(["up", "--test-mode"]))
"""


def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (sys.executable, "-m", "deploy.local", "run", "--", *command),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def up(directory: Path, usual_port: int, **environment: str) -> "subprocess.Popen[str]":
    """The command, with a usual port of the test's own: other tests have theirs at the same time."""
    stand_in = str(Path(__file__).with_name("stand_in_server.py"))
    command = (sys.executable, "-c", UP, stand_in, str(directory), str(usual_port))
    return subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def read_table(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("Stop it:"):
        line = process.stdout.readline()
        assert line, "".join(lines) + process.communicate()[1]
        lines.append(line)
    return "".join(lines)


def test_up_prints_the_addresses_and_ends_in_order_when_told_to(lasting_folder: Path) -> None:
    port = free_port()
    with up(lasting_folder, port) as process:
        table = read_table(process)
        process.terminate()
        assert process.wait() == 0
    assert "postgresql://prorata@/postgres?host=" in table
    assert "metrics" not in table
    assert "redis://127.0.0.1:" in table
    assert f"export PRORATA_ADDRESS=127.0.0.1:{port}\n" in table
    assert "/prorata plans list\n" in table
    assert "database system is shut down" in (lasting_folder / "postgres" / "log").read_text()


def test_up_tells_where_metrics_are_of_the_server_and_each_worker(lasting_folder: Path) -> None:
    with up(lasting_folder, free_port(), PRORATA_METRICS_ADDRESS="127.0.0.1:9464") as process:
        table = read_table(process)
        process.terminate()
        assert process.wait() == 0
    lines = [line.split("│")[1:3] for line in table.splitlines() if "metrics (" in line]
    assert [[cell.strip() for cell in line] for line in lines] == [
        ["metrics (server)", "http://127.0.0.1:9464/metrics"],
        ["metrics (worker)", "http://127.0.0.1:9465/metrics"],
    ]


def test_up_takes_another_port_where_the_usual_one_is_taken(lasting_folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with up(lasting_folder, port) as process:
            table = read_table(process)
            process.terminate()
            assert process.wait() == 0
    assert "export PRORATA_ADDRESS=127.0.0.1:" in table
    assert f"127.0.0.1:{port}\n" not in table


def test_up_ends_with_an_error_when_a_part_does(lasting_folder: Path) -> None:
    with up(lasting_folder, free_port()) as process:
        table = read_table(process)
        server = next(line for line in table.splitlines() if "server (gRPC)" in line)
        os.kill(int(server.split("│")[3]), signal.SIGKILL)
        assert process.wait() == 1
        assert "server ended unasked, by signal SIGKILL" in process.communicate()[1]


def test_run_lends_both_stores_to_a_command_and_returns_its_exit_code() -> None:
    code = f"import os, sys; print(os.environ['{DATABASE_URL}'], os.environ['{REDIS_URL}']); sys.exit(5)"
    done = run(sys.executable, "-c", code, "--", "--flag")
    assert done.returncode == 5
    assert "postgresql://prorata@/postgres?host=" in done.stdout
    assert "redis://127.0.0.1:" in done.stdout


def test_run_tells_of_signals_and_missing_commands() -> None:
    assert run("sh", "-c", "kill -TERM $$").returncode == 128 + signal.SIGTERM
    done = run("no-such-command")
    assert (done.returncode, done.stderr) == (127, "no-such-command: No such file or directory\n")
