"""`python -m server` runs the server; `… migrate` brings the store's schema up to date, `… verify` checks the store."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from billing.process.command import asked, ended, read_settings
from billing.process.store_settings import StoreSettings
from server.migrations import migrate

ABOUT = "prorata's server; without a command it serves until it is stopped"
COMMANDS = {
    "migrate": "bring the schema of the store up to date (needs PRORATA_DATABASE_URL alone)",
    "verify": "derive anew whatever the store derived, and report every difference",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    command = asked("python -m server", ABOUT, COMMANDS, _settings, arguments)
    return ended(lambda: _act(command))


def _act(command: str | None) -> int:
    if command == "migrate":
        return migrate(read_settings(StoreSettings).database_url.get_secret_value())
    # A migration needs none of it, and it takes seconds.
    from billing.process.settings import OpeningSettings  # noqa: PLC0415
    from server.serving import run, run_processes  # noqa: PLC0415
    from server.settings import Settings  # noqa: PLC0415
    from server.verification import verify_store  # noqa: PLC0415

    if command == "verify":
        return verify_store(read_settings(OpeningSettings))
    settings = read_settings(Settings)
    return run_processes(settings) if settings.processes > 1 else run(settings)


def _settings() -> type[StoreSettings]:
    from server.settings import Settings  # noqa: PLC0415 - likewise

    return Settings


if __name__ == "__main__":
    sys.exit(main())
