"""PlanService: what an account may use of support."""

from __future__ import annotations

from server.handlers import Handlers


class EntitlementHandlers(Handlers):
    """Entitlements in words."""
