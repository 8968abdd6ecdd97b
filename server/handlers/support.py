"""BillingService: cases, response times and support credits."""

from __future__ import annotations

from server.handlers import Handlers


class SupportHandlers(Handlers):
    """Cases, response times and credits."""
