"""BillingService: rehearsals of the month-end."""

from __future__ import annotations

from server.handlers import Handlers


class RehearsalHandlers(Handlers):
    """Rehearsing a closing."""
