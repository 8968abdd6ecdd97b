"""Entitlements in words, kept in memory: all accounts with a version of a plan, at a price, have the same."""

from __future__ import annotations

from billing.catalogue import Plan
from billing.entitlements import Entitlements
from billing.operations.keeping import keep
from billing.support import PlanPrice

MOST_KEPT = 1_000

Wanted = tuple[int, PlanPrice | None, str]  # the key of the version, the owner's own price, the language asked for


class KeptEntitlements:
    """Those of some account for whoever asked first."""

    def __init__(self) -> None:
        self._kept: dict[Wanted, Entitlements] = {}

    def get(self, wanted: Wanted, plan: Plan) -> Entitlements | None:
        """Those kept, if they are of this plan as it is."""
        found = self._kept.get(wanted)
        return found if found is not None and found.plan is plan else None

    def keep(self, wanted: Wanted, found: Entitlements) -> None:
        """Keep them."""
        keep(self._kept, wanted, found, MOST_KEPT)
