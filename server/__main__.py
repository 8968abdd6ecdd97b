"""`python -m server` runs the server; `… migrate` brings the store's schema up to date, `… verify` checks the store;
`… relay-from POSITION` has the stream of charges sent again from a position; `… health` asks whether a server serves.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from billing.process.command import Command, asked, ended, read_settings
from billing.process.store_settings import StoreSettings
from server.migrations import migrate

ABOUT = "prorata's server; without a command it serves until it is stopped"
RELAY_FROM = "relay-from"
COMMANDS = {
    "migrate": "bring the schema of the store up to date (needs PRORATA_DATABASE_URL alone)",
    "verify": "derive anew what the store derived, and report every difference",
    "health": "ask the server at PRORATA_HEALTH_ADDRESS whether it serves: 0 if it does, else 1 (needs nothing else)",
    RELAY_FROM: "have the workers send the stream `charges` again from a POSITION of the feed",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    command = asked("python -m server", ABOUT, COMMANDS, _settings, arguments, with_position=RELAY_FROM)
    return ended(lambda: _act(command))


def _act(command: Command) -> int:
    if command.name == "migrate":
        return migrate(read_settings(StoreSettings).database_url.get_secret_value())
    if command.name == "health":
        from server.health_check import HealthSettings, check_health  # noqa: PLC0415 - a migration needs no gRPC

        return check_health(read_settings(HealthSettings))
    # A migration and a health check need none of it, and it takes seconds.
    from billing.process.settings import OpeningSettings  # noqa: PLC0415
    from server.relaying import relay_again  # noqa: PLC0415
    from server.serving import run, run_processes  # noqa: PLC0415
    from server.settings import Settings  # noqa: PLC0415
    from server.verification import verify_store  # noqa: PLC0415

    if command.name == "verify":
        return verify_store(read_settings(OpeningSettings))
    if command.position is not None:
        return relay_again(read_settings(OpeningSettings), command.position)
    settings = read_settings(Settings)
    return run_processes(settings) if settings.processes > 1 else run(settings)


def _settings() -> type[StoreSettings]:
    from server.settings import Settings  # noqa: PLC0415 - likewise

    return Settings


if __name__ == "__main__":
    sys.exit(main())
