"""BillingService: corrections of usage."""

from __future__ import annotations

from server.handlers import Handlers


class UsageCorrectionHandlers(Handlers):
    """Voiding and correcting usage."""
