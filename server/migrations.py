"""Bringing the schema up to date: plain SQL, applied by dbmate."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit, urlunsplit

FOLDER = Path(__file__).resolve().parent.parent / "billing" / "store" / "migrations"


def migrate(database_url: str) -> int:
    """Apply the migrations that are missing; returns the exit code of dbmate."""
    return dbmate(database_url, "up")


def dbmate(database_url: str, command: str) -> int:
    """Run a command of dbmate, such as "up" or "rollback", on our migrations; returns its exit code.

    Where the store is goes into its environment, as everybody can read the arguments of a process.
    """
    program = Path(sys.executable).parent / "dbmate"
    options = ["--migrations-dir", str(FOLDER), "--no-dump-schema", "--wait"]
    environment = {**os.environ, **dbmate_environment(database_url)}
    return subprocess.run([str(program), *options, command], env=environment, check=False).returncode  # noqa: S603 - ours


def dbmate_environment(database_url: str) -> dict[str, str]:
    """The URL as dbmate's driver reads it: a socket folder as a parameter of its own, and no TLS on this machine.

    The password goes apart, as dbmate prints a URL that it can not read.
    """
    parts = urlsplit(database_url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None)
    port = query.pop("port", None)
    account, _, netloc = parts.netloc.rpartition("@")
    user, _, password = account.partition(":")
    password = query.pop("password", unquote(password))
    if host is not None and host.startswith("/"):
        query["socket"] = host
        netloc = f":{port or 5432}"
    if "socket" in query or parts.hostname in {"localhost", "127.0.0.1", "::1"}:
        query.setdefault("sslmode", "disable")
    netloc = f"{quote(unquote(user))}@{netloc}" if user else netloc
    url = urlunsplit(("postgres", netloc, parts.path, urlencode(query, quote_via=quote), ""))
    return {"DATABASE_URL": url, **({"PGPASSWORD": password} if password else {})}
