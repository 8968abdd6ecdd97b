"""`python -m server` runs the server; `… migrate` brings the store's schema up to date, `… verify` checks the store."""

from __future__ import annotations

import sys

from server.migrations import migrate
from server.serving import run, run_processes
from server.settings import Settings
from server.verification import verify_store


def main() -> int:
    """The command; returns the exit code."""
    settings = Settings()  # type: ignore[call-arg]  # from the environment
    if sys.argv[1:] == ["migrate"]:
        return migrate(settings.database_url)
    if sys.argv[1:] == ["verify"]:
        return verify_store(settings)
    if settings.processes > 1:
        return run_processes(settings)
    run(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
