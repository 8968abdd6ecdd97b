"""How much may be under way at once, and the log of calls that were refused for what callers see and operators must."""

from __future__ import annotations

import asyncio
from types import TracebackType

import structlog

from billing.errors import BillingError, Reason

log = structlog.get_logger()

RETRY_SECONDS = 1.0
LOG_SECONDS = 1.0


class Room:
    """Room for so many calls at once; a call is in it as a context manager."""

    def __init__(self, most: int, full: str) -> None:
        """`full` says what there is too much of, and what to do."""
        self._most = most
        self._full = full
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self._taken

    def __enter__(self) -> None:
        """Take a place; OVERLOADED when there is none."""
        if self._taken >= self._most:
            raise BillingError(Reason.OVERLOADED, self._full, retry_seconds=RETRY_SECONDS)
        self._taken += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave the place to another call."""
        self._taken -= 1


class Refusals:
    """Logs that calls were refused for a reason: at once, then each second how many more were, and the last of them."""

    def __init__(self, event: str) -> None:
        """`event` is what the line of the log is called."""
        self._event = event
        self._count = 0
        self._last: dict[str, str] = {}
        self._pause: asyncio.TimerHandle | None = None

    def add(self, error: BillingError, **about: str) -> None:
        """One more was refused; `about` tells which call it was."""
        self._count += 1
        self._last = {"why": error.message, **about}
        if self._pause is None:
            self._log()

    def close(self) -> None:
        """Log what was not yet."""
        if self._pause is not None:
            self._pause.cancel()
        self._tell()

    def _log(self) -> None:
        told = self._tell()
        self._pause = asyncio.get_running_loop().call_later(LOG_SECONDS, self._log) if told else None

    def _tell(self) -> bool:
        """Log how many there are; returns whether there are any."""
        if not self._count:
            return False
        log.warning(self._event, refused_count=self._count, **self._last)
        self._count = 0
        return True
