"""PlanService: contracts."""

from __future__ import annotations

from server.handlers import Handlers


class ContractHandlers(Handlers):
    """Contracts, their members, payers and plans."""
