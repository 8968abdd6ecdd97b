"""The ids of products, kept in memory: a product keeps its id, and none is ever taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import asyncpg

from billing.store import products


class KeptProducts:
    """The ids that were asked for, by key."""

    def __init__(self) -> None:
        self._ids: dict[int, str] = {}

    async def ids(self, connection: asyncpg.Connection, product_keys: Iterable[int]) -> Mapping[int, str]:
        """The ids of products that exist, and of others, by key."""
        missing = [key for key in product_keys if key not in self._ids]
        if missing:
            self._ids |= await products.ids_of_products(connection, missing)
        return self._ids
