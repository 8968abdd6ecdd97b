"""Commands of the service, run as processes of their own with an environment that a test makes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

COMMAND_SECONDS = 60


class Ended(NamedTuple):
    """A command that has ended: its exit code, and what it wrote."""

    code: int
    output: str
    errors: str


def run(*arguments: str, **settings: str) -> Ended:
    """Run `python -m …` with these settings (`DATABASE_URL` for PRORATA_DATABASE_URL) and no others."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def environment(**settings: str) -> dict[str, str]:
    """Our environment with these settings and no others."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("PRORATA_")}
    return {**rest, **{f"PRORATA_{name}": value for name, value in settings.items()}}


def with_password(url: str, password: str) -> tuple[str, str]:
    """The URL with a password, and that password: the one it has already, or else this one."""
    parts = urlsplit(url)
    if parts.password is not None:
        return url, parts.password
    account, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{account}:{password}{at or '@'}{host}")), password
