"""Bringing the schema up to date: plain SQL, applied by dbmate."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

FOLDER = Path(__file__).resolve().parent.parent / "billing" / "store" / "migrations"


def migrate(database_url: str) -> int:
    """Apply the migrations that are missing; returns the exit code of dbmate."""
    return dbmate(database_url, "up")


def dbmate(database_url: str, command: str) -> int:
    """Run a command of dbmate, such as "up" or "rollback", on our migrations; returns its exit code."""
    program = Path(sys.executable).parent / "dbmate"
    options = ["--url", dbmate_url(database_url), "--migrations-dir", str(FOLDER), "--no-dump-schema", "--wait"]
    return subprocess.run([str(program), *options, command], check=False).returncode  # noqa: S603 - our own command


def dbmate_url(database_url: str) -> str:
    """The URL as dbmate's driver reads it: a socket folder as a parameter of its own, and no TLS on this machine."""
    parts = urlsplit(database_url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None)
    port = query.pop("port", None)
    netloc = parts.netloc
    if host is not None and host.startswith("/"):
        query["socket"] = host
        netloc = f"{netloc.rpartition('@')[0]}@:{port or 5432}"
    if "socket" in query or parts.hostname in {"localhost", "127.0.0.1", "::1"}:
        query.setdefault("sslmode", "disable")
    return urlunsplit(("postgres", netloc, parts.path, urlencode(query, quote_via=quote), ""))
