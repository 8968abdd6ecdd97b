"""PlanService: plans that are had by inquiry."""

from __future__ import annotations

from server.handlers import Handlers


class InquiryHandlers(Handlers):
    """Opening, listing and resolving inquiries."""
