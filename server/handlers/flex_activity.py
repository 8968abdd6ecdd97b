"""BillingService: Flex activity."""

from __future__ import annotations

from server.handlers import Handlers


class FlexActivityHandlers(Handlers):
    """Recording and voiding Flex activity."""
