"""The catalogue of plans, kept in memory. Versions are only ever added: their number tells whether it is current."""

from __future__ import annotations

import asyncpg

from billing.catalogue import Catalogue
from billing.store import catalogue
from billing.store.state import EVERYTHING


class KeptCatalogue:
    """The catalogue as it was last loaded."""

    def __init__(self) -> None:
        self._kept, self._version_count = Catalogue({}), 0

    async def with_versions(self, connection: asyncpg.Connection, version_count: int) -> Catalogue:
        """The catalogue with all versions of a store that has so many, or more that were published meanwhile.

        Args:
            connection: in no transaction that publishes a version itself.
            version_count: as the store has it, read on the way with what the catalogue is wanted for.
        """
        if self._version_count < version_count:
            loaded = await catalogue.get_catalogue(connection, EVERYTHING)
            if self._version_count < loaded.version_count:
                self._kept, self._version_count = loaded, loaded.version_count
        return self._kept
