"""`python -m deploy.local up` and `python -m deploy.local run -- COMMAND ...`."""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from deploy.local.accounts import Account, make_shared_folder
from deploy.local.errors import LocalError
from deploy.local.secure import SecureFiles, make_secure_files
from deploy.local.stack import HEALTH_ADDRESS, ROOT, Stack
from deploy.local.stores import DATABASE_URL, NOTHING, REDIS_URL, Stores
from deploy.local.valkey import free_port

CHECK_SECONDS = 0.5
USUAL_PORT = 50_051  # where clients look for the server by themselves
MINIMUM_WIDTH = 120  # so that addresses can be copied whole
COMMAND_NOT_FOUND = 127
PRORATA = Path(sys.executable).with_name("prorata")  # the client's command, in the same environment


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command of the command line; its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.action == "up":
            return up(worker_count=options.workers, test_mode=options.test_mode, secure=options.secure)
        return run(options.command)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1


def up(*, worker_count: int, test_mode: bool, secure: bool) -> int:
    """Keep all parts running until Ctrl-C or SIGTERM; raises `ChildError` if a part ends unasked."""
    console = Console()
    console = Console(width=max(console.width, MINIMUM_WIDTH))
    _exit_on_signals()
    directory = run_directory(console)
    files = make_secure_files(directory / "secure") if secure else None
    with Stack(
        directory,
        worker_count=worker_count,
        test_mode=test_mode,
        preferred_port=USUAL_PORT,
        environment={**files.environment, HEALTH_ADDRESS: f"127.0.0.1:{free_port()}"} if files else NOTHING,
    ) as stack:
        show(console, stack, files, test_mode=test_mode)
        never = threading.Event()
        while not never.wait(CHECK_SECONDS):
            stack.check()
    return 0


def run(command: Sequence[str]) -> int:
    """Run a command beside a Postgres and a Valkey of its own; its exit code, 128 + n for signal n."""
    _exit_on_signals()
    # In memory, as tests make and drop many small databases: on a disk half of their time goes into files.
    with Stores(in_memory=True) as stores:
        # Ctrl-C reaches the command as well, by the terminal: it decides how to end, and we end after it.
        signal.signal(signal.SIGINT, _ignore)
        try:
            child = subprocess.Popen(command, env=stores.environment)
        except OSError as error:
            print(f"{command[0]}: {error.strerror}", file=sys.stderr)
            return COMMAND_NOT_FOUND
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        code = child.wait()
    return code if code >= 0 else 128 - code


def run_directory(console: Console) -> Path:
    """Where `up` keeps its data: `.run` of the checkout, for root a temporary folder that lasts."""
    account = Account.for_postgres()
    if account is None:
        return ROOT / ".run"
    name = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]
    folder = make_shared_folder(Path("/var/tmp") / f"prorata-run-{name}")  # noqa: S108  (its owner is checked)
    console.print(f"Started by root, Postgres runs as {account.name}: data are kept in {folder} instead of .run")
    return folder


def show(console: Console, stack: Stack, files: SecureFiles | None, *, test_mode: bool) -> None:
    """Print where the parts are and what to do with them."""
    table = Table(title="prorata, test mode" if test_mode else "prorata", title_justify="left")
    table.add_column("part")
    table.add_column("address", no_wrap=True)
    table.add_column("process")
    table.add_row("server (gRPC)", stack.address, str(stack.server.pid))
    table.add_row("store (Postgres)", stack.database_url, "")
    table.add_row("queue (Valkey)", stack.redis_url, "")
    table.add_row("workers", f"{len(stack.workers)}", ", ".join(str(worker.pid) for worker in stack.workers))
    for part, address in zip(("server", *["worker"] * len(stack.workers)), stack.metrics_addresses, strict=False):
        table.add_row(f"metrics ({part})", f"http://{address}/metrics", "")
    console.print(table)
    exports, grpcurl = f"PRORATA_ADDRESS={stack.address}", "-plaintext"
    if files is not None:
        exports += f" PRORATA_CA_FILE={files.authority} PRORATA_TOKEN_FILE={files.token}"
        grpcurl = f"-cacert {files.authority}"
    for line in (
        f"Call it:   export {exports}",
        f"           {PRORATA} plans list",
        f"           grpcurl {grpcurl} {stack.address} list",
        f"Look in:   export {DATABASE_URL}='{stack.database_url}' {REDIS_URL}='{stack.redis_url}'",
        f"Logs:      {stack.log_folder}/*.log",
        f"Stop it:   Ctrl-C, or kill {os.getpid()}",
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Do nothing, and unlike SIG_IGN not pass that on to the processes that we start."""


def _exit_on_signals() -> None:
    """Turn Ctrl-C and SIGTERM into an exit that unwinds; a second one does not disturb the first."""

    def leave(number: int, frame: FrameType | None) -> None:
        _ignore(number, frame)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, _ignore)
        raise SystemExit(0)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, leave)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="prorata's parts on this machine")
    actions = parser.add_subparsers(dest="action", required=True)
    up_parser = actions.add_parser("up", help="keep all parts running until Ctrl-C")
    up_parser.add_argument("--workers", type=int, default=1, metavar="N", help="how many workers (1)")
    up_parser.add_argument("--test-mode", action="store_true", help="with the test clock")
    up_parser.add_argument("--secure", action="store_true", help="with TLS and tokens, of an authority of its own")
    run_parser = actions.add_parser("run", help="lend an empty database and queue to a command")
    run_parser.add_argument("command", nargs="+", metavar="COMMAND", help="after --, with its arguments")
    return parser


if __name__ == "__main__":
    sys.exit(main())
