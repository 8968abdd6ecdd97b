"""PlanService: Flex instances."""

from __future__ import annotations

from server.handlers import Handlers


class FlexInstanceHandlers(Handlers):
    """Flex instances and their pricing models."""
