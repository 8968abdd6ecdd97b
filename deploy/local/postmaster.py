"""The note that a Postgres server keeps in its data folder, and the environment its programs run in."""

import os
import subprocess
from pathlib import Path

NOTE = "postmaster.pid"  # line 1 is the pid, line 8 the state
STATE_LINE = 7


def is_ready(data: Path, pid: int) -> bool:
    """Whether the server of this pid accepts connections, by its own note (as `pg_ctl` reads it)."""
    lines = read_lines(data / NOTE)
    return len(lines) > STATE_LINE and int(lines[0]) == pid and lines[STATE_LINE].strip() == "ready"


def read_lines(note: Path) -> list[str]:
    """The lines of a file, none if it is not there."""
    try:
        return note.read_text().splitlines()
    except FileNotFoundError:
        return []


def works_in(pid: int, data: Path) -> bool:
    """Whether this process is the server of the data folder and not another that got its number."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == data
        except OSError:
            return False
    listing = subprocess.run(("ps", "-p", str(pid), "-o", "command="), capture_output=True, text=True, check=False)
    return str(data) in listing.stdout


def clean_environment() -> dict[str, str]:
    """Our environment without what would change the behaviour of Postgres' programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C"}
