"""What is made of files that are replaced while the server runs: the newest content that was good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger()

REREAD_SECONDS = 5.0

Made = TypeVar("Made")


class Reread(Generic[Made]):
    """What was made of files.

    Attributes:
        current: of their newest content that was good; a new object each time it was replaced.
    """

    def __init__(self, name: str, paths: Sequence[Path], make: Callable[..., Made]) -> None:
        """Read the files; `make` takes the content of each, and raises ValueError for what is no good.

        Raises:
            ValueError: the content is no good, or a file can not be read.
        """
        self._name = name
        self._paths = paths
        self._make = make
        self._why = ""  # nothing was replaced
        self._seen = self._read()
        self.current = make(*self._seen)

    def refresh(self) -> None:
        """Look at the files again: what is no good is logged, once, and what was good before stays."""
        try:
            seen = self._read()
        except ValueError as error:
            self._keep(str(error))
            return
        if seen == self._seen:
            self._why = ""
            return
        self._seen = seen
        try:
            self.current = self._make(*seen)
        except ValueError as error:
            self._keep(str(error))
            return
        self._why = ""
        log.info("replaced", what=self._name)

    def _keep(self, why: str) -> None:
        if why != self._why:
            self._why = why
            log.warning("not_replaced", what=self._name, why=why, holds="what was read before")

    def _read(self) -> tuple[bytes, ...]:
        return tuple(content_of(path) for path in self._paths)


def content_of(path: Path) -> bytes:
    """The content of a file; ValueError, with a reason that names it, when it can not be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} can not be read ({error.strerror})") from None


async def follow(files: Sequence[Reread[Any]]) -> None:
    """Look at all these files again and again."""
    while True:
        await asyncio.sleep(REREAD_SECONDS)
        for each in files:
            await asyncio.to_thread(each.refresh)
