"""The lines in the log that the store is away: when it goes, each minute while it is, and when it is back."""

from __future__ import annotations

import time

import structlog

from billing.operations.held_connection import is_lost

log = structlog.get_logger()

TELL_SECONDS = 60.0


class Outage:
    """What a worker tells of a store that is away, of which every job of it has an error."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._told = 0.0

    def tells(self, error: BaseException) -> bool:
        """Whether an error means that the store is away, which is told then; others are for whoever has them."""
        if not is_lost(error):
            return False
        now = time.monotonic()
        if self._since is None:
            self._since = self._told = now
            log.warning("store_away", error=repr(error))
        elif now >= self._told + TELL_SECONDS:
            self._told = now
            log.warning("store_still_away", away_seconds=round(now - self._since), error=repr(error))
        return True

    def over(self) -> None:
        """The store has answered."""
        if self._since is not None:
            log.info("store_back", away_seconds=round(time.monotonic() - self._since))
            self._since = None
