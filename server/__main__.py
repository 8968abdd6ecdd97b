"""`python -m server` runs the server; `… migrate` brings the store's schema up to date, `… verify` checks the store."""

from __future__ import annotations

import sys

from server.migrations import migrate
from server.store_settings import StoreSettings


def main() -> int:
    """The command; returns the exit code."""
    command = sys.argv[1:]
    if command not in ([], ["migrate"], ["verify"]):
        sys.stderr.write(f"not a command: {' '.join(command)}; give migrate, verify or nothing\n")
        return 2
    if command == ["migrate"]:
        return migrate(StoreSettings().database_url)  # type: ignore[call-arg]  # from the environment
    # A migration needs none of it, and it takes seconds.
    from server.serving import run, run_processes  # noqa: PLC0415
    from server.settings import OpeningSettings, Settings  # noqa: PLC0415
    from server.verification import verify_store  # noqa: PLC0415

    if command == ["verify"]:
        return verify_store(OpeningSettings())  # type: ignore[call-arg]  # from the environment
    settings = Settings()  # type: ignore[call-arg]  # from the environment
    if settings.processes > 1:
        return run_processes(settings)
    run(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
