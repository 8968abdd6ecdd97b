"""`python -m deploy.compose` makes the files with secrets that compose.yaml mounts, once."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.secure import DAYS, TOKEN_DAYS, make_secure_files

FOLDER = Path(__file__).with_name("secrets")
PASSWORD_BYTES = 24


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.compose", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="default: %(default)s")
    folder: Path = parser.parse_args(arguments).folder
    if folder.exists():
        print(
            f"{folder} is there already: its passwords are those of the volumes, nothing is overwritten",
            file=sys.stderr,
        )
        return 1
    make_secrets(folder)
    print(f"{folder} is made: passwords of Postgres and Valkey, a certificate for localhost ({DAYS} days),")
    print(f"keys for tokens, and a token of staff ({TOKEN_DAYS} days). Put your own in their place for other callers.")
    return 0


def make_secrets(folder: Path) -> None:
    """Passwords, the URLs with them, and credentials to try it out with.

    Containers read them as users of their own, so the files are readable to all and the folder to its owner alone.
    """
    files = make_secure_files(folder)
    postgres, valkey = (secrets.token_hex(PASSWORD_BYTES) for _ in range(2))
    for name, content in {
        "PRORATA_DATABASE_URL": f"postgresql://prorata:{postgres}@postgres:5432/prorata?sslmode=disable",
        "PRORATA_REDIS_URL": f"redis://:{valkey}@valkey:6379/0",
        "postgres-password": postgres,
        "valkey.conf": f"requirepass {valkey}\n",
    }.items():
        (folder / name).write_text(content, encoding="ascii")
    for path in folder.iterdir():
        path.chmod(0o600 if path == files.token else 0o644)


if __name__ == "__main__":
    sys.exit(main())
